import { reasonOf } from "../../lib/errors.ts";
import { timeoutSignal } from "../../lib/timer.ts";
import { until } from "../../lib/wait.ts";
import { machineOf } from "../../openstack/hosts.ts";
import { type ServerState, stateOf } from "../../openstack/named.ts";
import type { Operation } from "../operation/phases.ts";
import { isGivenUp, removalAdvice } from "./server.ts";
import type { StackCloud } from "./stack-cloud.ts";

/**
 * ms between two looks at a server: the OpenStack provider's are 3 s apart, and the command ends soon after it has seen an
 * error. All that are watched at once ask Nova ten times a second at most.
 */
export const lookInterval = (watched: number): number => 1_000 * Math.max(1, Math.ceil(watched / 10));

/** ms after which nobody waits any longer for what becomes of a server. */
const longest = 3_600_000;

/** A server that the engine deletes next. */
export interface Leaving {
  readonly nodeName: string;
  readonly serverId: string;
}

/**
 * Says why Nova does not get rid of a server, beside the worker's drain, while the OpenStack provider waits for its deletion:
 * that says `unexpected state 'ERROR'` alone. Where no program runs, as in a destroy, or none that declares the server, the
 * engine has no error hook that could tell (components/server/failed-server.ts). Nobody waits for this: it ends with the
 * server, with its message, or with the plugin.
 */
export async function watchRemoval(cloud: StackCloud, operation: Operation, leaving: Leaving): Promise<void> {
  const signal = AbortSignal.any([operation.signal, timeoutSignal(longest)]);
  const { nodeName, serverId: id } = leaving;
  const ignore = (): void => undefined;
  const tellFirst = (state: ServerState): void => {
    if (state.status !== "ERROR") return;
    const what = `server ${nodeName} (${id}) is in ERROR before it is deleted: ${faultOf(state)}. `;
    operation.log.info(what + noWait);
  };
  cloud.watched += 1;
  try {
    const state = await outcome(cloud, id, tellFirst, signal);
    if (state === "gone") return;
    const machine = await cloud.ask((client, limited) => machineOf(client, id, limited), signal, ignore);
    const advice = removalAdvice([{ id, state, machine }]) ?? "";
    operation.log.warn(`server ${nodeName} (${id}) is in ERROR instead of deleted: ${faultOf(state)}. ${advice}`);
  } catch (error) {
    if (signal.aborted) return;
    operation.log.warn(`what Nova says of server ${nodeName} (${id}) could not be read: ${reasonOf(error)}`);
  } finally {
    cloud.watched -= 1;
  }
}

const faultOf = ({ fault = "Nova reports no reason" }: ServerState): string => fault.replace(/\.$/, "");

/** From ACTIVE and SHUTOFF alone it waits (terraform-provider-openstack 1.54.1, resourceComputeInstanceV2Delete). */
const noWait =
  "The OpenStack provider does not wait for such a deletion: if it ends with \"unexpected state 'ERROR'\", repeat the command.";

/**
 * Waits until a server is gone, or Nova has given up what it had begun: one may have been in ERROR before.
 *
 * @param first told how it is at the first look
 */
function outcome(
  cloud: StackCloud,
  id: string,
  first: (state: ServerState) => void,
  signal: AbortSignal,
): Promise<ServerState | "gone"> {
  let before: ServerState | undefined;
  const look = async (): Promise<ServerState | "gone" | undefined> => {
    const now = await cloud.ask(
      (client, limited) => stateOf(client, id, limited),
      signal,
      () => undefined,
    );
    if (now === undefined) return "gone";
    if (before === undefined) first(now);
    const isNews = before !== undefined && (!isGivenUp(before) || before.fault !== now.fault);
    before = now;
    return isNews && isGivenUp(now) ? now : undefined;
  };
  return until({ signal, wake: [], every: () => lookInterval(cloud.watched), test: look });
}
