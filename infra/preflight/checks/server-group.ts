import { listed } from "../../../components/lib/listed.ts";
import { suggest } from "../../../components/lib/suggest.ts";
import type { Config, PoolConfig } from "../../config/load.ts";
import { poolPath } from "../../config/paths.ts";
import { type Diagnostic, diagnosticOf } from "../../diagnostics/diagnostic.ts";
import type { PreflightFacts, ServerGroup } from "../../discovery/facts.ts";
import { groupsNamed } from "../../discovery/server-groups.ts";
import type { ExaminedWorker } from "../changes/examine.ts";
import { createdWorkers, type PlannedChange } from "../changes/plan.ts";

const groupDiagnostic = diagnosticOf("server-group");

/** Whether the pools' server groups exist, and take the servers that this update creates in them. */
export function serverGroupDiagnostics(
  { pools }: Pick<Config, "pools">,
  facts: PreflightFacts,
  changes: readonly PlannedChange[],
  workers: readonly ExaminedWorker[],
): Diagnostic[] {
  const created = createdWorkers(changes);
  return pools.flatMap((pool) => {
    if (pool.serverGroup === undefined) return [];
    const own = workers.filter((each) => each.pool.name === pool.name && created.has(each.worker.name));
    const found = groupsNamed(pool, facts.checks);
    const [group, ...others] = found;
    if (group && others.length === 0) return own.length === 0 ? [] : ofMembers(pool, group, own, facts);
    // what creates no server needs no group
    return whyNone(pool, found, facts).map((each) => (own.length > 0 ? each : { ...each, warning: true as const }));
  });
}

function whyNone(pool: PoolConfig, found: readonly ServerGroup[], { checks }: PreflightFacts): Diagnostic[] {
  const path = `${poolPath(pool.name)}.serverGroup`;
  const named = `"${pool.serverGroup ?? ""}"`;
  const all = checks.serverGroups?.value;
  if (checks.serverGroups?.code === 406) {
    const problem = `the server group ${named} cannot be looked up: the compute service does not know microversion 2.64`;
    const remedy = "remove the key, or have the cloud's operator upgrade Nova";
    return [groupDiagnostic({ path, problem, expected: "Nova 18 (OpenStack Rocky) or later", remedy })];
  }
  if (!all) {
    const problem = `whether there is a server group ${named} is not known: the server groups cannot be read`;
    const remedy = "repeat the command in a few minutes, or remove the key";
    return [groupDiagnostic({ path, problem, expected: "an answer of the compute service", remedy })];
  }
  if (found.length > 1) {
    const problem = `${found.length} server groups are named ${named}`;
    const expected = `the id of one of them: ${found.map(({ id, policy }) => `${id} (${policy})`).join(", ")}`;
    return [groupDiagnostic({ path, problem, expected, remedy: "write its id instead of its name" })];
  }
  const names = all.map(({ name }) => name);
  const suggestion = suggest(pool.serverGroup ?? "", names);
  const make = `openstack server group create --policy soft-anti-affinity ${pool.serverGroup ?? ""}`;
  return [
    groupDiagnostic({
      path,
      problem: `the project has no server group ${named}`,
      expected:
        names.length === 0
          ? "the name or the id of a server group, of which the project has none"
          : `one of ${listed(names)}`,
      remedy: suggestion === undefined ? `correct it, or make one: ${make}` : `write ${suggestion} instead`,
    }),
  ];
}

/**
 * Nova counts the members of a host, which is a nova-compute service with many machines (nova/scheduler/filters/
 * affinity_filter.py, _GroupAntiAffinityFilter; host_manager.py, _get_instance_info): how many there are, a project is not told.
 */
function ofMembers(
  pool: PoolConfig,
  { name, policy, maxPerHost, members }: ServerGroup,
  created: readonly ExaminedWorker[],
  { checks }: PreflightFacts,
): Diagnostic[] {
  const path = `${poolPath(pool.name)}.serverGroup`;
  const total = new Set([...members, ...created.map(({ worker, server }) => server?.id ?? worker.name)]).size;
  const problem = `server group "${name}" (${policy}) gets ${total} members`;
  const limit = checks.compute.value?.groupMembers ?? -1;
  const quota = groupDiagnostic({
    path,
    problem,
    expected: `at most ${limit}, the project's quota of members of a group`,
    remedy: "have an administrator raise it: openstack quota set --server-group-members <number> <project>",
  });
  const services = groupDiagnostic({
    path,
    problem,
    expected: `at least ${Math.ceil(total / maxPerHost)} nova-compute services: by these Nova counts, not by machines, and with fewer it finds no valid host`,
    remedy: "use a group of policy soft-anti-affinity, or spread the pool by availabilityZones",
    warning: true,
  });
  return [
    ...(limit >= 0 && total > limit ? [quota] : []),
    ...(policy === "anti-affinity" && total > maxPerHost ? [services] : []),
  ];
}
