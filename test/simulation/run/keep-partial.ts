import type { Properties } from "../../../components/node/operation/property-values.ts";
import { type Known, PartialResult } from "../../../components/node/resources/resource.ts";

/**
 * Waits for an operation as the engine does: a partial result is kept; of a process that was killed there is none.
 *
 * @throws what the operation throws
 */
export async function keepPartial<N, T>(
  state: Map<N, Known>,
  name: N,
  inputs: Properties,
  work: Promise<T>,
): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof PartialResult) state.set(name, { id: error.id, inputs, state: error.state });
    throw error;
  }
}
