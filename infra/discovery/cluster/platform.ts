import { type PlatformName, platforms } from "../../config/platform.ts";
import type { Diagnostic } from "../../diagnostics/diagnostic.ts";

/** What the Infrastructure object says of where and how the cluster runs. */
export interface ReportedPlatform {
  /** status.platformStatus.type, e.g. `OpenStack` */
  readonly type: string;
  /** whether kubelets wait for a cloud controller (openshift/machine-config-operator, pkg/controller/template/render.go) */
  readonly hasCloudController: boolean;
  /** status.controlPlaneTopology is External */
  readonly isHosted: boolean;
}

const isKnown = (type: string): type is PlatformName => platforms.some((name) => name === type);

const hosted: Diagnostic = {
  check: "cluster",
  path: "cluster",
  problem:
    "the cluster's control plane is hosted (Infrastructure cluster, status.controlPlaneTopology: External): it has neither a Machine Config Server nor MachineConfigPools",
  expected: "a cluster with its control plane on machines of its own",
  remedy:
    "add workers by a NodePool in the management cluster: oc -n <namespace of the HostedCluster> scale nodepool/<name> --replicas=<n>; bare-metal machines are those of a NodePool of platform Agent. If this is the wrong cluster, set cluster.kubeconfig or cluster.context to the right one",
};

const unsupported = (type: string): Diagnostic => ({
  check: "cluster",
  path: "cluster",
  problem: `the cluster's platform is ${type}`,
  expected: `a cluster of platform ${platforms.join(", ")}, whose Nodes can be servers of an OpenStack cloud`,
  remedy: "set cluster.kubeconfig or cluster.context to the right cluster",
});

const unsaid = ({ type, hasCloudController }: ReportedPlatform): Diagnostic => ({
  check: "cluster",
  path: "cluster.platform",
  problem: hasCloudController
    ? `the cluster's platform is ${type}: whether its cloud controller is OpenStack's is not known`
    : `the cluster's platform is ${type}: no cloud controller tells which server a Node runs on (no providerID)`,
  expected: hasCloudController
    ? `platform OpenStack, or cluster.platform: ${type}, which says that it gives Nodes the providerID of their server`
    : `platform OpenStack, or cluster.platform: ${type}, which says that a worker may be known by its name, its address and its key alone`,
  remedy: `if you know that, set cluster.platform: ${type}`,
});

const contradiction = (expected: PlatformName, type: string): Diagnostic => ({
  check: "contradiction",
  path: "cluster.platform",
  problem: `the config says ${expected}, but the cluster reports ${type}`,
  expected: "the same value in config and cluster",
  remedy:
    "if this is the wrong cluster, set cluster.kubeconfig or cluster.context to the right one; otherwise correct this key",
});

/**
 * Whether workers can join a cluster of this platform.
 *
 * @param reported undefined: the cluster has no Infrastructure object
 * @param expected the config's own word; undefined: OpenStack
 */
export function platformDiagnostics(
  reported: ReportedPlatform | undefined,
  expected: PlatformName | undefined,
): Diagnostic[] {
  if (reported === undefined) return [];
  const { type, isHosted } = reported;
  if (isHosted) return [hosted];
  if (!isKnown(type)) return [unsupported(type)];
  if (type === (expected ?? "OpenStack")) return [];
  return [expected === undefined ? unsaid(reported) : contradiction(expected, type)];
}

/** How a Node's server is known; undefined: by the providerID. */
export function nodeIdentityOf(
  reported: ReportedPlatform | undefined,
  expected: PlatformName | undefined,
): "address" | undefined {
  const hasCloudController = reported?.hasCloudController ?? (expected ?? "OpenStack") === "OpenStack";
  return hasCloudController ? undefined : "address";
}
