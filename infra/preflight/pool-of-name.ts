import { workerName } from "../../components/ports/names.ts";
import type { Config, PoolConfig } from "../config/load.ts";

/** The pool that a worker is of by its name, although it is not in the config any more; undefined: neither is its pool. */
export function poolOfName(worker: string, { pools }: Pick<Config, "pools">, infraId: string): PoolConfig | undefined {
  const own = pools.filter(({ name }) => worker.startsWith(workerName(infraId, name, "")));
  return own.toSorted((a, b) => b.name.length - a.name.length)[0];
}
