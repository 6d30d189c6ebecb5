/** A worker as the output `__workers` of a stack has it. */
export interface Worker {
  readonly name: string;
  readonly state: string;
}

/** A worker, and the rack that it is in. */
export interface Row extends Worker {
  readonly rack: string;
}

export interface Overview {
  readonly workers: readonly Row[];
  /** by rack: how many of its workers are Ready, as `1 of 2` */
  readonly ready: Readonly<Record<string, string>>;
}

/** @param racks the workers by the name of the rack's stack */
export function overviewOf(racks: Readonly<Record<string, readonly Worker[]>>): Overview {
  const entries = Object.entries(racks);
  return {
    workers: entries.flatMap(([rack, workers]) => workers.map(({ name, state }) => ({ rack, name, state }))),
    ready: Object.fromEntries(
      entries.map(([rack, workers]) => {
        const ready = workers.filter(({ state }) => state === "Ready");
        return [rack, `${ready.length} of ${workers.length}`];
      }),
    ),
  };
}
