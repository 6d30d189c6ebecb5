import type { EventObject, NodeObject } from "../../kubernetes/types.ts";
import { humanDuration } from "../../lib/duration.ts";
import { reasonOf, UserError } from "../../lib/errors.ts";
import { timeoutSignal } from "../../lib/timer.ts";
import { canonicalName } from "../csr/names.ts";
import type { Csr, WorkerFacts } from "../csr/types.ts";
import type { Operation } from "../operation/phases.ts";
import type { Cluster } from "./cluster.ts";
import { lastEvents } from "./events.ts";

/** Seconds within which the cluster must be read for a preview, a refresh or an import. */
const readTimeout = 30;

/** ms within which the events of a Node must be read for an error. */
const eventsTimeout = 5_000;

/** The Node of that name as the cluster has it now. */
export async function readNode(
  cluster: Cluster,
  operation: Operation,
  nodeName: string,
): Promise<NodeObject | undefined> {
  await withTimeout(cluster, operation, nodeName, (signal) => cluster.nodes.synced(signal));
  return cluster.node(nodeName);
}

/** The certificate requests about that name. */
export async function readRequests(cluster: Cluster, operation: Operation, nodeName: string): Promise<Csr[]> {
  await withTimeout(cluster, operation, nodeName, (signal) => cluster.csrs.synced(signal));
  return cluster.csrs.indexed(canonicalName(nodeName)).map((entry) => entry.csr);
}

/** The events about the Nodes of that name. They only add detail to a message: an error is returned, not thrown. */
export async function readEvents(
  cluster: Cluster,
  operation: Operation,
  nodeName: string,
): Promise<EventObject[] | Error> {
  try {
    const signal = AbortSignal.any([operation.signal, timeoutSignal(eventsTimeout)]);
    return await cluster.nodeEvents(nodeName, signal);
  } catch (error) {
    return error as Error;
  }
}

/** The last events about a worker's Node since its server was made, as a line of an error. */
export async function describeEvents(
  cluster: Cluster,
  operation: Operation,
  { nodeName, serverCreated }: Pick<WorkerFacts, "nodeName" | "serverCreated">,
): Promise<string> {
  const events = await readEvents(cluster, operation, nodeName);
  if (events instanceof Error) return `last events: could not be read (${reasonOf(events)})`;
  return `last events: ${lastEvents(events, Date.parse(serverCreated), Date.now()).join("; ") || "none"}`;
}

async function withTimeout(
  cluster: Cluster,
  operation: Operation,
  nodeName: string,
  read: (signal: AbortSignal) => Promise<void>,
): Promise<void> {
  const timeout = timeoutSignal(readTimeout * 1000);
  try {
    await read(AbortSignal.any([operation.signal, timeout]));
  } catch (error) {
    if (!timeout.aborted) throw error;
    const cause = cluster.nodes.lastError ?? cluster.csrs.lastError ?? "no answer";
    throw new UserError(
      `node ${nodeName}: the API server ${cluster.server} could not be read within ${humanDuration(readTimeout)}: ${cause}`,
    );
  }
}
