import type { PoolConfig } from "../config/load.ts";
import type { Checks, ServerGroup } from "./facts.ts";

type Named = Pick<PoolConfig, "serverGroup">;
type Read = Pick<Checks, "serverGroups">;

/** The server groups that a pool may mean: names are not unique. */
export const groupsNamed = ({ serverGroup: named }: Named, { serverGroups }: Read): readonly ServerGroup[] =>
  (serverGroups?.value ?? []).filter(({ id, name }) => named !== undefined && (id === named || name === named));

/** The server group of a pool; undefined: it names none, or not exactly one. */
export function groupOf(pool: Named, checks: Read): ServerGroup | undefined {
  const [group, ...others] = groupsNamed(pool, checks);
  return others.length === 0 ? group : undefined;
}

/**
 * What a new server's hint says. Nova refuses a hint that is no id (nova/api/openstack/compute/schemas/servers.py): a server
 * whose group was not found is not created without it.
 */
export const groupHint = (pool: Named, checks: Read): string | undefined =>
  groupOf(pool, checks)?.id ?? pool.serverGroup;
