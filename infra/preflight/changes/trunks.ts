import { ownerOf } from "../../../components/ports/description.ts";
import { trunkName } from "../../../components/ports/names.ts";
import type { PlannedPort } from "../../../components/ports/plan.ts";
import { isTrunkEdited } from "../../../components/ports/trunk.ts";
import type { ChangeFacts, ExistingPort, ExistingServer, StateFacts } from "../../discovery/facts.ts";
import { isOwner } from "../checks/names.ts";
import { type ExistingPorts, isOwnPort } from "./ports.ts";
import { portTakeOver, type TakeOver, type WorkerTakeOver } from "./take-over.ts";

/** A port of the stack, and the trunk that the config and the state have on it. */
export interface TrunkCandidate {
  /** of the trunk */
  readonly name: string;
  readonly port: ExistingPort;
  /** whether the config has one */
  readonly isWanted: boolean;
  /** whether the config would replace the port, to get a trunk or to lose it (components/ports/trunk.ts) or otherwise */
  readonly isReplaced: boolean;
  /** its id in the state; undefined: the state does not have it */
  readonly stateId: string | undefined;
}

/**
 * Whether a trunk that the cloud has, and the state has not, is taken over: whose it is, its port says. The provider imports
 * none (components/port-trunk.ts), so it is left as it is. One that is in the way of an edit is refused: Neutron deletes no
 * port that is in a trunk. Pure.
 */
export function trunkTakeOver({ name, port, isWanted, isReplaced, stateId }: TrunkCandidate): TakeOver {
  const { trunkId } = port;
  if (trunkId === undefined || stateId === trunkId || stateId === "") return { verdict: "none" };
  const remove = `if no server uses the port (openstack port show -c device_id ${port.id}): openstack network trunk delete ${trunkId}`;
  if (stateId !== undefined) {
    return {
      verdict: "refuse",
      problem: `trunk ${name} is ${trunkId} in the cloud, but this stack's state has another (${stateId})`,
      expected: "the same in both: a replacement that was interrupted leaves its trunk",
      remedy: `run \`pulumi refresh\`, which forgets the one that is gone, then \`pulumi up\`; or, ${remove}`,
    };
  }
  if (isReplaced) {
    return {
      verdict: "refuse",
      problem: `port ${port.name} (${port.id}) has a trunk (${trunkId}) that is not in this stack's state, and the config would replace the port`,
      expected: "no trunk outside of the state: Neutron deletes no port that has one",
      remedy: `take the edit back, detach the worker, which removes a trunk of its own, and attach it again; or, ${remove}`,
    };
  }
  return isWanted ? { verdict: "take over", id: trunkId } : { verdict: "none" };
}

interface Known {
  readonly facts: ChangeFacts;
  readonly state: StateFacts;
  readonly ports: ExistingPorts;
  readonly server: ExistingServer | undefined;
}

/**
 * What becomes of the subports and trunks of a worker's planned ports.
 *
 * @param ofPorts what becomes of these ports: of one that is refused nothing more is said
 */
export function trunkTakeOvers(
  planned: readonly PlannedPort[],
  ofPorts: readonly (WorkerTakeOver["ports"][number] & { readonly isReplaced: boolean })[],
  known: Known,
): { readonly subports: WorkerTakeOver["ports"]; readonly trunks: WorkerTakeOver["trunks"] } {
  const subports = planned.flatMap(({ trunk }) => trunk?.subports ?? []);
  return {
    subports: subports.map(({ name }) => ({ name, takeOver: subportTakeOver(name, known) })),
    trunks: planned.flatMap((port, i) =>
      ofPorts[i]?.takeOver.verdict === "refuse" ? [] : trunkOf(port, ofPorts[i]?.isReplaced === true, known),
    ),
  };
}

/** What is not as the config says has another name. By an address alone it is nobody's: VLANs may have the same ones. */
function subportTakeOver(name: string, { facts, state, ports }: Known): TakeOver {
  const all = ports.named.get(name) ?? [];
  const own = all.filter(({ description }) => isOwner(facts, ownerOf(description)));
  return portTakeOver({ name, stateId: state.ports[name], own, isShared: all.length > own.length, changes: [] });
}

function trunkOf(
  wanted: PlannedPort,
  isPortReplaced: boolean,
  { facts, state, ports, server }: Known,
): WorkerTakeOver["trunks"] {
  const named = ports.named.get(wanted.name) ?? [];
  const [port, ...others] = named.filter((found) => isOwnPort(found, server, facts));
  if (!port || others.length > 0) return [];
  const name = trunkName(wanted.name);
  const stateId = state.trunks?.[name];
  const isReplaced = isPortReplaced || isTrunkEdited(wanted, port, stateId !== undefined);
  const takeOver = trunkTakeOver({ name, port, isWanted: wanted.trunk !== undefined, isReplaced, stateId });
  return takeOver.verdict === "none" ? [] : [{ name, takeOver }];
}
