import type { Cluster } from "../cluster/cluster.ts";
import { describeEvents } from "../cluster/reading.ts";
import { describeNode } from "../operation/messages.ts";
import type { Operation } from "../operation/phases.ts";
import type { NodeInputs } from "../operation/types.ts";
import { describeMissingNode, describeRequest } from "./report.ts";
import type { JoinRequests } from "./requests.ts";

/**
 * The last state of the cluster about a worker that has not joined, a line each.
 *
 * @param apiError why the API server does not answer or accept, if so
 */
export async function describeLastSeen(
  cluster: Cluster,
  operation: Operation,
  inputs: NodeInputs,
  requests: JoinRequests,
  apiError: string | undefined,
): Promise<string[]> {
  const { nodeName } = inputs;
  const node = cluster.node(nodeName);
  const lines = requests.judgedOfServer().map(describeRequest);
  return [
    ...(lines.length > 0 ? lines : ["no certificate request about this worker"]),
    ...(node ? [] : missingNode(nodeName, requests)),
    describeNode(node, nodeName),
    ...(apiError === undefined || lines.some((it) => it.includes(apiError)) ? [] : [apiError]),
    await describeEvents(cluster, operation, inputs),
  ];
}

function missingNode(nodeName: string, { approvedAt, issued }: JoinRequests): string[] {
  return approvedAt === undefined ? [] : [describeMissingNode(nodeName, approvedAt, issued, Date.now())];
}
