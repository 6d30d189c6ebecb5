import { portName } from "../../components/ports/names.ts";
import type { Config, PoolConfig } from "../config.ts";
import { type WantedWorker, workersOf } from "../workers.ts";
import type { NodeFacts } from "../cluster-nodes.ts";
import type { PreflightFacts, ServerSeen } from "./facts.ts";
import { ownServers } from "./names.ts";

/** What becomes of a worker. */
export interface Edit {
  readonly worker: string;
  readonly verdict: "attach" | "detach, drained" | "replace, drained" | "in place";
  readonly reason: string;
}

const changed = (what: string, from: string | undefined, to: string | undefined): string[] =>
  from === to ? [] : [`${what} ${from ?? "none"} -> ${to ?? "none"}`];

/** Why a server would be made anew: its metadata tell what it was made from. */
function replacing(pool: PoolConfig, worker: WantedWorker, server: ServerSeen, { checks }: PreflightFacts): string[] {
  const { flavor, image, availabilityZone } = server.made;
  const port = (checks.ports.answer ?? []).find(({ name }) => name === portName(worker.name, 0));
  const moved =
    worker.fixedIp !== undefined && port && !port.addresses.some(({ ip }) => ip === worker.fixedIp)
      ? changed("address", port.addresses[0]?.ip, worker.fixedIp)
      : [];
  return [
    ...(flavor === undefined ? [] : changed("flavor", flavor, pool.flavor)),
    ...(image === undefined ? [] : changed("image", image, pool.image)),
    ...changed("availabilityZone", availabilityZone, worker.availabilityZone),
    ...moved,
  ];
}

/** What would be changed on a Node: what it lacks of the labels and taints that the config wants. */
function marking(pool: PoolConfig, worker: WantedWorker, node: NodeFacts | undefined): string[] {
  if (!node) return [];
  const labels = Object.entries({ ...pool.labels, ...worker.labels }).flatMap(([key, value]) =>
    changed(`label ${key}`, node.labels[key], value),
  );
  const taints = pool.taints
    .filter(({ key, value = "", effect }) => !node.taints.includes(`${key}=${value}:${effect}`))
    .map(({ key, effect }) => `taint ${key}:${effect}`);
  return [...labels, ...taints];
}

function editOf(pool: PoolConfig, worker: WantedWorker, facts: PreflightFacts): Edit[] {
  const name = worker.name;
  const server = ownServers(facts).get(name)?.[0];
  if (!server) return [{ worker: name, verdict: "attach", reason: `flavor ${pool.flavor}, image ${pool.image}` }];
  const replaced = replacing(pool, worker, server, facts);
  if (replaced.length > 0) return [{ worker: name, verdict: "replace, drained", reason: replaced.join(", ") }];
  const node = facts.cluster.nodes.find((each) => each.name === name);
  const marked = marking(pool, worker, node);
  return marked.length > 0 ? [{ worker: name, verdict: "in place", reason: marked.join(", ") }] : [];
}

/**
 * What becomes of each worker that changes, by what cloud and cluster show. Timeouts and drain policies, which stand in
 * the state alone, change in place and are not told here; the engine's own preview tells everything.
 */
export function edits(config: Pick<Config, "pools">, facts: PreflightFacts): Edit[] {
  if (!facts.checks.servers.answer) return [];
  const wanted = config.pools.flatMap((pool, i) =>
    workersOf(pool, `pools[${i}]`, facts.cluster.infraId).map((worker) => ({ pool, worker })),
  );
  const names = new Set(wanted.map(({ worker }) => worker.name));
  const gone = [...ownServers(facts).keys()].filter((name) => !names.has(name));
  return [
    ...wanted.flatMap(({ pool, worker }) => editOf(pool, worker, facts)),
    ...gone.map((worker): Edit => ({ worker, verdict: "detach, drained", reason: "no longer in the config" })),
  ];
}

/** The edits, a line each. */
export function renderEdits(found: readonly Edit[]): string {
  return found.map(({ worker, verdict, reason }) => `${worker}: ${verdict} (${reason})`).join("\n");
}
