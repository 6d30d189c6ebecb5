import type { Permission } from "../../components/node/permissions.ts";
import type { Config } from "../config.ts";
import type { Fault } from "../fault.ts";
import type { PreflightFacts } from "./facts.ts";
import { type PortPlace, portPlaces } from "./network.ts";

function what({ apiGroups, resources, resourceNames, verbs, namespace }: Permission): string {
  const group = apiGroups[0] === undefined || apiGroups[0] === "" ? "" : `.${apiGroups[0]}`;
  const names = resourceNames ? ` ${resourceNames.join(", ")}` : "";
  const where = namespace === undefined ? "" : ` in namespace ${namespace}`;
  return `the account may not ${verbs.join(", ")} ${resources.join(", ")}${group}${names}${where}`;
}

function permissionFaults({ checks }: PreflightFacts): Fault[] {
  return (checks.denied.answer ?? []).map((permission) => ({
    check: "permissions",
    path: "cluster",
    what: what(permission),
    expected: `it may (${permission.why})`,
    fix: "use the account that infra/registrar declares; if it is in use, have an administrator declare it again",
  }));
}

/** Bytes that the cluster's network for pods takes of a packet: openshift-docs, changing-cluster-network-mtu. */
const overlay: Readonly<Record<string, number>> = { OVNKubernetes: 100, OpenShiftSDN: 50 };

function mtu({ path, facts: { network } }: PortPlace, { checks }: PreflightFacts): Fault[] {
  const pods = checks.network.answer;
  const more = pods && overlay[pods.type];
  if (!pods || more === undefined || network.mtu === undefined || network.mtu >= pods.mtu + more) return [];
  return [
    {
      check: "mtu",
      path: `${path}.network`,
      what: `network "${network.name}" has an MTU of ${network.mtu}`,
      expected: `at least ${pods.mtu + more}: ${pods.mtu} of the cluster's network, and ${more} of ${pods.type}`,
      fix: "raise the network's MTU, or lower the cluster's: packets between pods would be lost",
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
function skew({ cluster }: PreflightFacts): Fault[] {
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
      what: `${wrong.length} of the Nodes have a kubelet that the API server ${cluster.version} does not support: ${first.name} has ${first.kubelet}`,
      expected: `kubelets of 1.${Math.max(0, (server ?? 0) - oldestKubelet)} to 1.${server ?? 0}`,
      fix: "finish the cluster's upgrade first: a new worker would have such a kubelet, too",
      warning: true,
    },
  ];
}

/** Whether the cluster lets the program work, and its network goes over the machines' one. */
export function clusterFaults(config: Config, facts: PreflightFacts): Fault[] {
  return [
    ...permissionFaults(facts),
    ...portPlaces(config, facts).flatMap((place) => mtu(place, facts)),
    ...skew(facts),
  ];
}
