import { portName } from "../../components/ports/names.ts";
import type { Config } from "../config.ts";
import type { PreflightFacts, ServerSeen } from "./facts.ts";
import { ownServers } from "./names.ts";
import { type PortedWorker, portedWorkers } from "./worker-ports.ts";

/** What becomes of a worker. */
export interface Edit {
  readonly worker: string;
  readonly verdict: "attach" | "detach, drained" | "replace, drained";
  readonly reason: string;
}

const changed = (what: string, from: string | undefined, to: string | undefined): string[] =>
  from === to ? [] : [`${what} ${from ?? "none"} -> ${to ?? "none"}`];

/** The ports that come, go or get another subnet. One that is no longer there to be seen is not told. */
function rewired({ worker, ports }: PortedWorker, { checks }: PreflightFacts): string[] {
  const seen = checks.ports.answer;
  if (!seen) return [];
  const names = new Map(ports.map(({ facts: { subnet } }) => [subnet.id, subnet.name]));
  const now = (i: number): string | undefined => {
    const id = seen.find(({ name }) => name === portName(worker.name, i))?.addresses[0]?.subnetId;
    return id === undefined ? undefined : (names.get(id) ?? id);
  };
  const extra = now(ports.length) === undefined ? [] : [undefined];
  return [...ports.map(({ facts }) => facts.subnet.name), ...extra].flatMap((name, i) =>
    changed(`subnet of port ${i}`, now(i), name),
  );
}

/** Why a server would be made anew: its metadata tell what it was made from. */
function replacing(ported: PortedWorker, server: ServerSeen, facts: PreflightFacts): string[] {
  const { pool, worker } = ported;
  const { checks } = facts;
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
    ...rewired(ported, facts),
  ];
}

function editOf(ported: PortedWorker, facts: PreflightFacts): Edit[] {
  const { pool, worker } = ported;
  const name = worker.name;
  const server = ownServers(facts).get(name)?.[0];
  if (!server) return [{ worker: name, verdict: "attach", reason: `flavor ${pool.flavor}, image ${pool.image}` }];
  const replaced = replacing(ported, server, facts);
  return replaced.length > 0 ? [{ worker: name, verdict: "replace, drained", reason: replaced.join(", ") }] : [];
}

/**
 * What becomes of each worker that comes, goes or is made anew, by what the cloud shows. What changes in place the node's
 * provider tells, which knows what the last update wanted (components/node/in-place.ts).
 */
export function edits(config: Pick<Config, "pools">, facts: PreflightFacts): Edit[] {
  if (!facts.checks.servers.answer) return [];
  const wanted = portedWorkers(config, facts);
  const names = new Set(wanted.map(({ worker }) => worker.name));
  const gone = [...ownServers(facts).keys()].filter((name) => !names.has(name));
  return [
    ...wanted.flatMap((ported) => editOf(ported, facts)),
    ...gone.map((worker): Edit => ({ worker, verdict: "detach, drained", reason: "no longer in the config" })),
  ];
}

/** The edits, a line each. */
export function renderEdits(found: readonly Edit[]): string {
  return found.map(({ worker, verdict, reason }) => `${worker}: ${verdict} (${reason})`).join("\n");
}
