import type { EventObject, NodeObject } from "../../kubernetes/types.ts";
import { seconds } from "../../lib/duration.ts";
import { UserError } from "../../lib/errors.ts";
import { canonicalName } from "../csr/names.ts";
import type { Csr } from "../csr/types.ts";
import type { Operation } from "../operation/phases.ts";
import type { Cluster } from "./cluster.ts";

/** Seconds within which the cluster must be read for a preview, a refresh or an import. */
const readBound = 30;

/** ms that the events of a Node may take to be read for an error. */
const eventsBound = 5_000;

/** The Node of that name as the cluster has it now. */
export async function readNode(
  cluster: Cluster,
  operation: Operation,
  nodeName: string,
): Promise<NodeObject | undefined> {
  await bounded(cluster, operation, nodeName, (signal) => cluster.nodes.synced(signal));
  return cluster.node(nodeName);
}

/** The certificate requests about that name. */
export async function readRequests(cluster: Cluster, operation: Operation, nodeName: string): Promise<Csr[]> {
  await bounded(cluster, operation, nodeName, (signal) => cluster.csrs.synced(signal));
  return cluster.csrs.indexed(canonicalName(nodeName)).map((row) => row.csr);
}

/** The events about the Nodes of that name. They are a help, not a condition: that they cannot be read is no failure. */
export async function readEvents(
  cluster: Cluster,
  operation: Operation,
  nodeName: string,
): Promise<EventObject[] | Error> {
  try {
    const bound = AbortSignal.any([operation.signal, AbortSignal.timeout(eventsBound)]);
    return await cluster.nodeEvents(nodeName, bound);
  } catch (error) {
    return error as Error;
  }
}

async function bounded(
  cluster: Cluster,
  operation: Operation,
  nodeName: string,
  read: (signal: AbortSignal) => Promise<void>,
): Promise<void> {
  const bound = AbortSignal.timeout(readBound * 1000);
  try {
    await read(AbortSignal.any([operation.signal, bound]));
  } catch (error) {
    if (!bound.aborted) throw error;
    const trouble = cluster.nodes.lastError ?? cluster.csrs.lastError ?? "no answer";
    throw new UserError(
      `node ${nodeName}: API server ${cluster.server} not read within ${seconds(readBound)}: ${trouble}`,
    );
  }
}
