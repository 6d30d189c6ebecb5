import type { Permission } from "../../../components/kubernetes/permissions.ts";
import type { Config } from "../../config/load.ts";
import type { Diagnostic } from "../../diagnostics/diagnostic.ts";
import type { PreflightFacts } from "../../discovery/facts.ts";
import { type PortPlace, portPlaces } from "./network.ts";

function missingPermission({ apiGroups, resources, resourceNames, verbs, namespace }: Permission): string {
  const group = apiGroups[0] === undefined || apiGroups[0] === "" ? "" : `.${apiGroups[0]}`;
  const names = resourceNames ? ` ${resourceNames.join(", ")}` : "";
  const where = namespace === undefined ? "" : ` in namespace ${namespace}`;
  return `the account may not ${verbs.join(", ")} ${resources.join(", ")}${group}${names}${where}`;
}

/** The key of cluster.expect that makes reading a resource unnecessary. */
const configInstead: Readonly<Record<string, string>> = { secrets: "machineConfigServer", networks: "mtu" };

function permissionDiagnostics({ checks, cluster }: PreflightFacts): Diagnostic[] {
  const isConfigured = (resource: string): boolean => cluster.filled.includes(configInstead[resource] ?? "");
  const needed = (checks.denied.value ?? []).filter(
    ({ resources, optional }) => optional !== true && !resources.every(isConfigured),
  );
  return needed.map((permission) => ({
    check: "permissions",
    path: "cluster",
    problem: missingPermission(permission),
    expected: `this permission (${permission.why})`,
    remedy:
      "use the kubeconfig of the account that infra/registrar declares; if it is in use already, have an administrator run `pulumi up` in infra/registrar again",
  }));
}

/** Bytes of overhead per packet of the pod network: openshift-docs, changing-cluster-network-mtu. */
const overlay: Readonly<Record<string, number>> = { OVNKubernetes: 100, OpenShiftSDN: 50 };
/** The only type since OpenShift 4.17. */
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
      expected: `at least ${pods + more}: ${pods} for the pod network, and ${more} for the overhead of ${type}`,
      remedy: "raise the network's MTU, or lower the pod network's: otherwise packets between pods are lost",
    },
  ];
}

const minorOf = (version: string): number | undefined => {
  const minor = /^v?1\.(\d+)/.exec(version)?.[1];
  return minor === undefined ? undefined : Number(minor);
};

/** How much older than the API server a kubelet may be: https://kubernetes.io/releases/version-skew-policy/#kubelet */
const oldestKubelet = 3;

/** A new worker gets the same kubelet as the other machines of its MachineConfigPool. */
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
      problem: `${wrong.length} of ${cluster.nodes.length} Nodes have a kubelet that API server ${cluster.version} does not support, for example ${first.name} with ${first.kubelet}`,
      expected: `kubelets of 1.${Math.max(0, (server ?? 0) - oldestKubelet)} to 1.${server ?? 0}`,
      remedy: "finish the cluster's upgrade first (oc get clusterversion): a new worker would get such a kubelet, too",
      warning: true,
    },
  ];
}

/** Whether the account has its permissions, the network's MTU suffices, and the kubelets' versions are supported. */
export function clusterDiagnostics(config: Config, facts: PreflightFacts): Diagnostic[] {
  return [
    ...permissionDiagnostics(facts),
    ...portPlaces(config, facts).flatMap((place) => mtu(place, facts)),
    ...skew(facts),
  ];
}
