import type { Permission } from "../../../components/kubernetes/permissions.ts";
import type { Config } from "../../config/load.ts";
import type { Diagnostic } from "../../diagnostics/diagnostic.ts";
import type { PreflightFacts } from "../../discovery/facts.ts";
import { type PortPlace, portPlaces } from "./network.ts";

function what({ apiGroups, resources, resourceNames, verbs, namespace }: Permission): string {
  const group = apiGroups[0] === undefined || apiGroups[0] === "" ? "" : `.${apiGroups[0]}`;
  const names = resourceNames ? ` ${resourceNames.join(", ")}` : "";
  const where = namespace === undefined ? "" : ` in namespace ${namespace}`;
  return `the account may not ${verbs.join(", ")} ${resources.join(", ")}${group}${names}${where}`;
}

/** What need not be read, because the config tells it: the keys of cluster.expect by the resource that tells them. */
const toldInstead: Readonly<Record<string, string>> = { secrets: "machineConfigServer", networks: "mtu" };

function permissionDiagnostics({ checks, cluster }: PreflightFacts): Diagnostic[] {
  const told = (resource: string): boolean => cluster.filled.includes(toldInstead[resource] ?? "");
  const needed = (checks.denied.value ?? []).filter(({ resources }) => !resources.every(told));
  return needed.map((permission) => ({
    check: "permissions",
    path: "cluster",
    problem: what(permission),
    expected: `it may (${permission.why})`,
    remedy: "use the account that infra/registrar declares; if it is in use, have an administrator declare it again",
  }));
}

/** Bytes that the cluster's network for pods takes of a packet: openshift-docs, changing-cluster-network-mtu. */
const overlay: Readonly<Record<string, number>> = { OVNKubernetes: 100, OpenShiftSDN: 50 };
/** Since OpenShift 4.17 there is no other. */
const commonType = "OVNKubernetes";

function mtu({ path, facts: { network } }: PortPlace, { cluster }: PreflightFacts): Diagnostic[] {
  const { type = commonType, mtu: pods } = cluster.network.value ?? {};
  const more = overlay[type];
  if (pods === undefined || more === undefined || network.mtu === undefined || network.mtu >= pods + more) return [];
  return [
    {
      check: "mtu",
      path: `${path}.network`,
      problem: `network "${network.name}" has an MTU of ${network.mtu}`,
      expected: `at least ${pods + more}: ${pods} of the cluster's network, and ${more} of ${type}`,
      remedy: "raise the network's MTU, or lower the cluster's: packets between pods would be lost",
    },
  ];
}

const minorOf = (version: string): number | undefined => {
  const minor = /^v?1\.(\d+)/.exec(version)?.[1];
  return minor === undefined ? undefined : Number(minor);
};

/** How much older than the API server a kubelet may be: https://kubernetes.io/releases/version-skew-policy/#kubelet */
const oldestKubelet = 3;

/** A new worker gets the kubelet that the cluster's other machines of its pool have. */
function skew({ cluster }: PreflightFacts): Diagnostic[] {
  const server = minorOf(cluster.version);
  const wrong = cluster.nodes.filter(({ kubelet }) => {
    const minor = minorOf(kubelet);
    return server !== undefined && minor !== undefined && (minor > server || minor < server - oldestKubelet);
  });
  const [first] = wrong;
  if (!first) return [];
  return [
    {
      check: "version-skew",
      path: "cluster",
      problem: `${wrong.length} of the Nodes have a kubelet that the API server ${cluster.version} does not support: ${first.name} has ${first.kubelet}`,
      expected: `kubelets of 1.${Math.max(0, (server ?? 0) - oldestKubelet)} to 1.${server ?? 0}`,
      remedy: "finish the cluster's upgrade first: a new worker would have such a kubelet, too",
      warning: true,
    },
  ];
}

/** Whether the cluster lets the program work, and its network goes over the machines' one. */
export function clusterDiagnostics(config: Config, facts: PreflightFacts): Diagnostic[] {
  return [
    ...permissionDiagnostics(facts),
    ...portPlaces(config, facts).flatMap((place) => mtu(place, facts)),
    ...skew(facts),
  ];
}
