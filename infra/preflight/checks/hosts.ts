import { describeStates, hasFailed, prospectOf } from "../../../components/hosts/states.ts";
import { listed } from "../../../components/lib/listed.ts";
import type { Host } from "../../../components/openstack/host.ts";
import type { Config } from "../../config/load.ts";
import { poolPath } from "../../config/paths.ts";
import { type Diagnostic, diagnosticOf } from "../../diagnostics/diagnostic.ts";
import type { PreflightFacts } from "../../discovery/facts.ts";
import { classOf, resourceClasses } from "../../discovery/resource-classes.ts";
import { createsServer, type PlannedChange, replacesServer } from "../changes/plan.ts";
import { ownServers } from "./names.ts";

const diagnostic = diagnosticOf("hosts");

/** The hosts of a resource class, and what this update does with its pools. */
interface ClassOfHosts {
  readonly name: string;
  readonly hosts: readonly Host[];
  /** paths of its pools */
  readonly pools: readonly string[];
  readonly changes: readonly PlannedChange[];
}

/** Whether the inventory has a host for each server that this update creates, and what is wrong with hosts. */
export function hostDiagnostics(
  config: Pick<Config, "pools" | "inventory">,
  facts: PreflightFacts,
  changes: readonly PlannedChange[],
): Diagnostic[] {
  const read = facts.checks.hosts;
  if (!read) return [];
  if (read.error !== undefined) return [unread(read.error, changes)];
  return resourceClasses(facts.cloud).flatMap((name) => {
    const isOfClass = (i: number): boolean => {
      const flavor = facts.cloud.pools[i]?.flavor;
      return flavor !== undefined && classOf(flavor) === name;
    };
    const pools = config.pools.filter((_, i) => isOfClass(i)).map((pool) => poolPath(pool.name));
    const hosts = read.value.hosts.filter(({ resourceClass }) => resourceClass === name);
    const one = { name, hosts, pools, changes };
    return [...tooFew(one, facts), ...failed(one)];
  });
}

/** Nothing but a creation waits for a host. */
function unread(error: string, changes: readonly PlannedChange[]): Diagnostic {
  return diagnostic({
    path: "inventory",
    problem: `the hosts cannot be read: ${error}`,
    expected: "an account that may read Ironic's nodes or Placement's resource providers",
    remedy: "correct the entry of clouds.yaml, or remove the key: then no server waits for a free host",
    ...(!changes.some(createsServer) && { warning: true }),
  });
}

/** The hosts that the servers of some workers are on. */
function hostsUnder(changes: readonly PlannedChange[], { hosts }: ClassOfHosts, facts: PreflightFacts): Host[] {
  const servers = ownServers(facts);
  const ids = new Set(changes.flatMap(({ worker }) => (servers.get(worker) ?? []).map(({ id }) => id)));
  return hosts.filter(({ serverId, maintenance }) => serverId !== undefined && ids.has(serverId) && !maintenance);
}

/** Where the servers of a class are asked for. */
const placeOf = ({ pools }: ClassOfHosts): string => {
  const [pool] = pools;
  return pools.length === 1 && pool !== undefined ? pool : "pools";
};

/** What keeps hosts that are in use: those of replaced workers come free in time, those of detached ones do not. */
const inUseText = (replaced: readonly Host[], leaving: readonly Host[]): string =>
  [
    ...(replaced.length === 0 ? [] : [`; ${replaced.length} in use by workers that it replaces`]),
    ...(leaving.length === 0 ? [] : [`; ${leaving.length} in use by workers that it detaches, free only after it`]),
  ].join("");

/** How many hosts have to be spare beside those of the workers that are replaced: a surge worker is attached before. */
function surgeNote(surge: readonly PlannedChange[], needed: number, spare: readonly Host[]): string {
  if (surge.length === 0) return "";
  const workers = surge.length === 1 ? "1 surge worker" : `${surge.length} surge workers`;
  return ` (${workers}: it takes ${needed} spare, there ${spare.length === 1 ? "is 1" : `are ${spare.length}`})`;
}

/**
 * A host that is free, that is cleaned, or that a replaced worker leaves, comes free in time. That of a worker that is detached
 * does not: the engine deletes last what the program no longer declares.
 */
function tooFew(one: ClassOfHosts, facts: PreflightFacts): Diagnostic[] {
  const { name, hosts, pools, changes } = one;
  const created = changes.filter((change) => createsServer(change) && pools.includes(change.place?.pool ?? ""));
  const replaced = hostsUnder(created.filter(replacesServer), one, facts);
  const coming = hosts.filter((host) => ["free", "coming"].includes(prospectOf(host)));
  const most = new Set([...coming, ...replaced]).size;
  if (created.length <= most) return [];
  const leaving = hostsUnder(
    changes.filter(({ verdict }) => verdict === "detach, drained"),
    one,
    facts,
  );
  const servers = created.length === 1 ? "1 server" : `${created.length} servers`;
  const surge = created.filter(({ verdict, isSurge }) => verdict === "attach" && isSurge === true);
  const detachFirst = leaving.length === 0 ? "" : ", detach workers by an `up` of its own first";
  return [
    diagnostic({
      path: placeOf(one),
      problem:
        `this update creates ${servers} of class ${name}${surgeNote(surge, created.length - replaced.length, coming)}, but only ${most} of ${hosts.length} hosts are or come free: ` +
        `${describeStates(hosts)}${inUseText(replaced, leaving)}`,
      expected: "a host for each server",
      remedy: `attach fewer workers${surge.length === 0 ? "" : " (lower rollout.maxSurge)"}${detachFirst}, or have hosts added or repaired (openstack baremetal node list)`,
    }),
  ];
}

/** Hosts that nobody can have until an operator brings them back. */
function failed(one: ClassOfHosts): Diagnostic[] {
  const { name, hosts } = one;
  const all = hosts.filter(hasFailed);
  const [first] = all;
  if (!first) return [];
  return [
    diagnostic({
      path: placeOf(one),
      problem: `hosts of class ${name} have failed: ${listed(all.map((host) => `${host.name} (${host.state ?? ""})`))}`,
      expected: "hosts that Ironic can make available again",
      remedy: `see the reason (openstack baremetal node show -c last_error ${first.name}), and have the cloud's operator bring it back`,
      warning: true,
    }),
  ];
}
