import { type ClaimingPod, claimsOf, podName } from "./pods.ts";
import type { NodeSelectorTerm, PersistentVolumeObject } from "./types.ts";

/**
 * Volumes on the disks of one machine: a local volume, one of LVM Storage. Their data ends with the server, and no eviction
 * saves it: the pod would wait for ever for a volume that is gone. Pure.
 */

/** A PersistentVolume with data, and the machine that it is on. */
export interface LocalVolume {
  readonly name: string;
  /** `namespace/name` of the claim that it is, or was, bound to */
  readonly claim: string;
  /** what a machine may be called in its node affinity, one of these */
  readonly machines: readonly string[];
  /** its claim is gone */
  readonly isReleased?: boolean | undefined;
}

/**
 * The values that a term demands alone, whatever the key: each driver has a topology key of its own for its machines
 * (`kubernetes.io/hostname`, `topology.topolvm.io/node`). A zone's name is no Node's, so that it does no harm here.
 */
function demanded({ matchExpressions = [], matchFields = [] }: NodeSelectorTerm): string[] {
  return [...matchExpressions, ...matchFields].flatMap(({ operator, values = [] }) =>
    operator === "In" && values.length === 1 ? values : [],
  );
}

/**
 * What of a PersistentVolume counts here; undefined where nothing can be lost: no claim was ever bound to it, it is not
 * bound to one machine, or its data is to be deleted anyway, whether that has failed or not. The terms of an affinity are
 * alternatives (kubernetes, core/v1, VolumeNodeAffinity).
 */
export function localVolume({
  metadata,
  spec,
  status,
}: Pick<PersistentVolumeObject, "spec" | "status"> & { metadata: { name: string } }): LocalVolume | undefined {
  const { claimRef, nodeAffinity, persistentVolumeReclaimPolicy } = spec;
  if (!claimRef) return undefined;
  const isReleased = status?.phase === "Released" || status?.phase === "Failed";
  if (isReleased && persistentVolumeReclaimPolicy === "Delete") return undefined;
  const [first, ...others] = (nodeAffinity?.required?.nodeSelectorTerms ?? []).map(demanded);
  const machines = (first ?? []).filter((value) => others.every((values) => values.includes(value)));
  if (machines.length === 0) return undefined;
  const claim = `${claimRef.namespace ?? "default"}/${claimRef.name ?? ""}`;
  return { name: metadata.name, claim, machines, ...(isReleased && { isReleased }) };
}

/** What a Node is called in the node affinity of its volumes. @param labels of the Node, if there is one */
export function machineNames(nodeName: string, labels: Readonly<Record<string, string>> = {}): string[] {
  return [...new Set([nodeName, labels["kubernetes.io/hostname"] ?? nodeName])];
}

/** The pods that use a volume's claim. */
const usersOf = ({ claim }: LocalVolume, pods: readonly ClaimingPod[]): ClaimingPod[] =>
  pods.filter((pod) => claimsOf(pod).some((it) => `${it.namespace}/${it.name}` === claim));

/** A volume in words, e.g. `claim shop/data-web-0 (PersistentVolume pv-1), used by pod shop/web-0`. */
export function describeLocalVolume(volume: LocalVolume, pods: readonly ClaimingPod[]): string {
  const { name, claim } = volume;
  const users = usersOf(volume, pods).map(podName);
  const used = users.length === 0 ? "no pod on the node uses it" : `used by pod ${users.join(", ")}`;
  return `claim ${claim} (PersistentVolume ${name}), ${used}`;
}

function deleteVolume(volume: LocalVolume, pods: readonly ClaimingPod[]): string {
  if (volume.isReleased === true) return `oc delete persistentvolume ${volume.name}`;
  const wait = usersOf(volume, pods).length === 0 ? "" : " --wait=false";
  return `oc delete persistentvolumeclaim --namespace ${volume.claim.replace("/", " ")}${wait}`;
}

function deleteUsers(volume: LocalVolume, pods: readonly ClaimingPod[]): string[] {
  if (volume.isReleased === true) return [];
  return usersOf(volume, pods).map((pod) => `oc delete pod --namespace ${podName(pod).replace("/", " ")}`);
}

/** What to type when volumes are in the way. @param configPath of the pool, e.g. `pools[metal]` */
export function localVolumeRemedies(
  volumes: readonly LocalVolume[],
  pods: readonly ClaimingPod[],
  configPath: string,
): string[] {
  // Kubernetes keeps a claim as long as a pod uses it (kubernetes.io/pvc-protection): the pods go after all of them, or would
  // be back
  const commands = [
    ...volumes.map((volume) => deleteVolume(volume, pods)),
    ...volumes.flatMap((volume) => deleteUsers(volume, pods)),
  ];
  return [
    `move or copy the data, then: ${[...new Set(commands)].join("; ")}`,
    `or, to lose it with the machine: ${configPath}.drain.localVolumes: lose`,
  ];
}
