import { type LocalVolume, machineNames } from "../../kubernetes/local-volumes.ts";
import type { PodObject } from "../../kubernetes/types.ts";
import { until } from "../../lib/wait.ts";
import type { Cluster } from "../cluster/cluster.ts";

/** ms until the watch is looked at again that does not stand. */
const retryAfter = 500;

/** The volumes with data on the disks of a machine, and the pods of its Node, which are read only if there are any. */
export async function localData(
  cluster: Cluster,
  nodeName: string,
  signal: AbortSignal,
): Promise<{ volumes: LocalVolume[]; pods: PodObject[] }> {
  const { persistentVolumes } = cluster;
  await persistentVolumes.synced(signal);
  // while the watch is cut, the table is what it was before
  const isCurrent = () => (persistentVolumes.lastError === undefined ? true : undefined);
  await until({ signal, wake: [], every: () => retryAfter, test: isCurrent });
  const names = machineNames(nodeName, cluster.node(nodeName)?.metadata.labels);
  const volumes = persistentVolumes.indexed(...names).flatMap((volume) => volume ?? []);
  if (volumes.length === 0) return { volumes, pods: [] };
  const pods = cluster.pods.of(nodeName);
  try {
    await pods.synced(signal);
    return { volumes, pods: pods.all() };
  } finally {
    pods.stop();
  }
}
