import { type LocalVolume, machineNames } from "../../kubernetes/local-volumes.ts";
import type { PodObject } from "../../kubernetes/types.ts";
import type { Cluster } from "../cluster/cluster.ts";

/** The volumes with data on the disks of a machine, and the pods of its Node, which are read only if there are any. */
export async function localData(
  cluster: Cluster,
  nodeName: string,
  signal: AbortSignal,
): Promise<{ volumes: LocalVolume[]; pods: PodObject[] }> {
  await cluster.persistentVolumes.synced(signal);
  const names = machineNames(nodeName, cluster.node(nodeName)?.metadata.labels);
  const volumes = cluster.persistentVolumes.indexed(...names).flatMap((volume) => volume ?? []);
  if (volumes.length === 0) return { volumes, pods: [] };
  const pods = cluster.pods.of(nodeName);
  try {
    await pods.synced(signal);
    return { volumes, pods: pods.all() };
  } finally {
    pods.stop();
  }
}
