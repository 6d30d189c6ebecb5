import type { StackState } from "../discovery/exported-state.ts";
import { isSurgeServer } from "../preflight/changes/surge.ts";
import { up } from "./commands.ts";
import type { Finding } from "./finding.ts";
import { type FullObservation, ownServersOf, wantedWorkersOf } from "./observation.ts";

/**
 * The surge workers that a roll has left: nothing is wrong with them, but hosts that nobody asked to keep are in use until the
 * next update.
 *
 * @param named what other findings are about
 */
export function surgeWorkers(observation: FullObservation, state: StackState, named: ReadonlySet<string>): Finding[] {
  const wanted = wantedWorkersOf(observation);
  const recorded = new Map(state.servers.filter(({ deleting }) => !deleting).map(({ id, urn }) => [id, urn]));
  return ownServersOf(observation).flatMap((server) => {
    const urn = recorded.get(server.id);
    const worker = wanted.get(server.name)?.worker;
    const isOfConfig = worker !== undefined && worker.isSurge !== true;
    if (urn === undefined || named.has(urn) || isOfConfig || !isSurgeServer(server)) return [];
    const problem = `server ${server.name} (${server.id}) is a surge worker: the next up goes on with its roll, or detaches it`;
    return [{ problem, command: up(observation.stack), subjects: [urn] }];
  });
}
