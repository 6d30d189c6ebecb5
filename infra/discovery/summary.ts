import { describeStates } from "../../components/hosts/states.ts";
import type { Config } from "../config/load.ts";
import type { PlainFacts, PreflightFacts } from "./facts.ts";
import { resourceClasses } from "./resource-classes.ts";
import { servedSpec } from "./ignition-spec.ts";
import type { ClusterFacts } from "./read.ts";

const list = (values: readonly string[]): string => (values.length > 0 ? values.join(", ") : "unknown");

/** The number of Nodes for each kubelet version, e.g. `3 of v1.34.1`. */
function kubelets(nodes: ClusterFacts["nodes"]): string[] {
  const versions = Map.groupBy(nodes, ({ kubelet }) => (kubelet === "" ? "an unknown version" : kubelet));
  return [...versions]
    .toSorted(([one], [other]) => one.localeCompare(other, "en", { numeric: true }))
    .map(([version, { length }]) => `${length} of ${version}`);
}

function networkOf({ network }: ClusterFacts): string {
  const { value, error } = network;
  if (value === undefined) return `unknown (${error})`;
  return `${value.type ?? "type unknown"}, MTU ${value.mtu ?? "unknown"}`;
}

function machineConfigPoolsOf({ machineConfigPools }: ClusterFacts): string {
  const { value, error, code } = machineConfigPools;
  if (value !== undefined) return list(value.map(({ name }) => name));
  return code === 404 ? "none: the cluster does not have the kind" : `unknown (${error})`;
}

/** The lines about the cluster. Values from the config instead of the cluster are marked. */
function clusterLines(cluster: ClusterFacts): string[] {
  const { infraId, uid, version, machineConfigServer, filled } = cluster;
  const from = (key: string): string => (filled.some((it) => it.startsWith(key)) ? " (cluster.expect)" : "");
  return [
    `cluster ${infraId}${from("infraId")}, uid ${uid}, Kubernetes ${version}`,
    `API ${cluster.apiUrl ?? "URL unknown"}, VIPs ${list(cluster.apiVips)}${from("apiVips")}`,
    `ingress VIPs ${list(cluster.ingressVips)}${from("ingressVips")}`,
    `machine networks ${list(cluster.machineNetworks)}${from("machineNetworks")}`,
    `Machine Config Server ${machineConfigServer.url}${from("machineConfigServer")}`,
    `MachineConfigPools ${machineConfigPoolsOf(cluster)}`,
    `cluster network ${networkOf(cluster)}${from("mtu")}`,
    ...(cluster.nodeIdentity === "address"
      ? ["Nodes get no providerID: workers are known by name, address and key"]
      : []),
    cluster.nodes.length === 0 ? "kubelets: no nodes yet" : `kubelets ${kubelets(cluster.nodes).join(", ")}`,
  ];
}

function groupOf({ workerGroup }: PlainFacts["cloud"]): string {
  if (workerGroup === undefined) return "none for workers: the project's default group";
  if (workerGroup === "unsupported") return "none: the cloud's network service has no security groups";
  return workerGroup === "several" ? "several for workers: set securityGroups" : workerGroup.name;
}

/** What was found, a line each. */
export function summary({ cluster, cloud, objectStore }: PlainFacts): string {
  const { network, subnets } = cloud;
  return [
    ...clusterLines(cluster),
    network ? `network ${network.name}, MTU ${network.mtu ?? "unknown"}` : "network unknown",
    ...(network ? subnets.map(({ name, cidr }) => `subnet ${name}, ${cidr}`) : ["subnet unknown"]),
    `security group ${groupOf(cloud)}`,
    `object store ${objectStore ? `${objectStore.url} of region ${objectStore.region}` : "none: the catalog has no public endpoint of one"}`,
  ].join("\n");
}

/** What the Machine Config Server answers for the pools, in one line. */
export function ignitionSummary({ pools }: Pick<Config, "pools">, { cluster, checks }: PreflightFacts): string {
  const served = servedSpec(cluster);
  const serves = `Machine Config Server serves ${served === undefined ? "Ignition 2" : `Ignition up to ${served}`}`;
  const reason = checks.machineConfig.find((probe) => probe.unreachable !== undefined)?.unreachable;
  if (reason !== undefined) return `${serves}; not queried, it is unreachable from here: ${reason}`;
  const answers = pools.map(({ ignition }, i) => {
    const status = checks.machineConfig[i]?.status;
    const answer = status === undefined ? "with an untrusted certificate" : String(status);
    return `${answer} for pool ${ignition.machineConfigPool}`;
  });
  return answers.length === 0 ? serves : `${serves}; answered ${[...new Set(answers)].join(", ")}`;
}

/** The hosts of the classes that the pools ask for, as the config's inventory shows them. */
export function hostLines({ checks: { hosts }, cloud }: Pick<PreflightFacts, "checks" | "cloud">): string[] {
  if (!hosts?.value) return [];
  const { source, hosts: all } = hosts.value;
  return resourceClasses(cloud).map((name) => {
    const states = describeStates(all.filter(({ resourceClass }) => resourceClass === name));
    return `hosts of class ${name}: ${states} (${source})`;
  });
}

/** Everything that was discovered, a line each. */
export const renderDiscovery = (config: Pick<Config, "pools">, facts: PreflightFacts): string =>
  [summary(facts), ignitionSummary(config, facts), ...hostLines(facts)].join("\n");
