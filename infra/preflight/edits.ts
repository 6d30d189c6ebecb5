import { portName } from "../../components/ports/names.ts";
import type { Config, PoolConfig } from "../config.ts";
import { type WantedWorker, workersOf } from "../workers.ts";
import type { PreflightFacts, ServerSeen } from "./facts.ts";
import { ownServers } from "./names.ts";

/** What becomes of a worker. */
export interface Edit {
  readonly worker: string;
  readonly verdict: "attach" | "detach, drained" | "replace, drained";
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

function editOf(pool: PoolConfig, worker: WantedWorker, facts: PreflightFacts): Edit[] {
  const name = worker.name;
  const server = ownServers(facts).get(name)?.[0];
  if (!server) return [{ worker: name, verdict: "attach", reason: `flavor ${pool.flavor}, image ${pool.image}` }];
  const replaced = replacing(pool, worker, server, facts);
  return replaced.length > 0 ? [{ worker: name, verdict: "replace, drained", reason: replaced.join(", ") }] : [];
}

/**
 * What becomes of each worker that comes, goes or is made anew, by what the cloud shows. What changes in place the node's
 * provider tells, which knows what the last update wanted (components/node/in-place.ts).
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
