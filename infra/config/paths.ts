/**
 * The path of a pool in the config. The pool's name identifies it: other pools may come, go or move without changing the
 * path, which the state keeps as an input. An index identifies only a pool without a valid and unique name.
 */
export const poolPath = (key: string | number): string => `pools[${key}]`;

/** The path of a named worker in the config, with the same keys as that of a pool. */
export const workerPath = (pool: string, key: string | number): string => `${pool}.workers[${key}]`;
