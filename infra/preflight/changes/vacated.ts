import type { Vacated } from "../../../components/hosts/vacated.ts";
import type { ExistingPort, ExistingServer, StateFacts } from "../../discovery/facts.ts";

/** What tells whether a server of a worker has left a machine, and when. */
export interface FormerServer {
  readonly name: string;
  /** the stack's own server of its name; undefined: it has none */
  readonly server: Pick<ExistingServer, "hasHost"> | undefined;
  /** undefined: not read */
  readonly state: StateFacts | undefined;
  /** the worker's ports that the cloud has */
  readonly ports: readonly Pick<ExistingPort, "updated">[];
}

/**
 * A server that is there leaves its machine in this command, if it is replaced. Of one that is gone, as after a command that
 * failed between its deletion and the next creation, the state still has the id (pulumi/pulumi, pkg/backend/snapshot.go: what is
 * pending its replacement stays), and Nova has detached the worker's ports then: that was the last change of theirs
 * (nova/network/neutron.py, _unbind_ports; Neutron's updated_at). A server that has found no
 * host changes them as well, which makes the wait longer at most. Pure.
 *
 * @returns undefined: nothing of a former server is known
 */
export function vacatedOf({ name, server, state, ports }: FormerServer): Vacated | undefined {
  if (server !== undefined && server.hasHost !== false) return { at: undefined };
  const isFirst = server === undefined && state !== undefined && state.servers[name] === undefined;
  if (isFirst || (server === undefined && ports.length === 0 && state === undefined)) return undefined;
  const times = ports.map(({ updated = "" }) => Date.parse(updated)).filter((time) => !Number.isNaN(time));
  return { at: times.length === 0 ? undefined : Math.max(...times) };
}
