import { secondsSince } from "../../components/lib/duration.ts";
import type { ServerStatus } from "../discovery/cloud/project.ts";
import type { NodeStatus } from "../discovery/cluster/status.ts";
import type { Observation, PoolWorker } from "./observation.ts";

/** The phases of a join as docs/day-two.md names them. */
export type Joining = "provision" | "boot" | "serving CSR" | "ready";

interface Worker {
  readonly wanted: PoolWorker | undefined;
  readonly servers: readonly ServerStatus[];
  readonly node: NodeStatus | undefined;
}

/**
 * The phase of a worker's join, as far as cluster and cloud show it: both keep no record of whether a worker had joined
 * before. So a worker joins as long as the timeouts of its pool allow for what is missing; after that it is a remark.
 */
export function joiningPhase(
  { cluster, now }: Pick<Observation, "cluster" | "now">,
  { wanted, servers: [server], node }: Worker,
): Joining | undefined {
  if (!wanted) return undefined;
  const { provision, boot, servingCsr, ready } = wanted.pool.timeouts;
  if (node) {
    if (node.ready === "True" && !node.uninitialized) return undefined;
    // a kubelet that has reported and reports no more: a young Node may fail as well
    if (node.ready === "Unknown") return undefined;
    if (secondsSince(node.created, now) > servingCsr + ready) return undefined;
    return cluster.value?.awaitingServing.value?.includes(node.name) ? "serving CSR" : "ready";
  }
  if (server?.status === "BUILD") return "provision";
  if (server?.status !== "ACTIVE" || !cluster.value) return undefined;
  // Nova's time is that of the request: the build comes first
  return secondsSince(server.created, now) > provision + boot ? undefined : "boot";
}
