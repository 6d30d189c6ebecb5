import type { NodeInputs } from "../operation/types.ts";

/**
 * The worker with the time by which its machine has to ask, where its address tells it.
 *
 * @param activeSince RFC 3339: when its server was found active first; undefined: the providerID tells the machine
 */
export function withJoinBy(inputs: NodeInputs, activeSince: string | undefined): NodeInputs {
  if (activeSince === undefined) return inputs;
  const joinBy = new Date(Date.parse(activeSince) + inputs.timeouts.boot * 1000).toISOString();
  return { ...inputs, joinBy };
}
