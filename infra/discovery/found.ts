import type { NotFound, PoolFacts } from "./facts.ts";

/** The object; undefined: the cloud did not return it. */
export const found = <T extends object>(object: T | NotFound): T | undefined =>
  "notFound" in object ? undefined : object;

/** Whether everything that the ports of a pool name exists: only then it is known what its workers are made of. */
export const isResolved = (pool: PoolFacts | undefined): boolean =>
  pool !== undefined && [...pool.ports, ...pool.workerPorts.flat()].every((port) => port !== undefined);
