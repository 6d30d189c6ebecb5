import type { Vacated } from "../hosts/vacated.ts";
import type { BuildAttempt } from "./attempt.ts";

/** What the cloud has of a worker before a command changes anything, as far as the options of its resources depend on it. */

/** Ids of what carries a worker's name and its owner in the cloud, but is not in the state: it is taken over. */
export interface TakenOver {
  readonly server?: { readonly id: string; readonly isBuilt: boolean } | undefined;
  /** by the ports' names, those of subports among them */
  readonly ports: ReadonlyMap<string, string>;
}

/** Of what is adopted the state has no metadata yet: what the program writes into it is no change that replaces anything. */
export interface Adopted {
  readonly serverId: string;
  /** names of its ports whose description says nothing yet */
  readonly blankPorts: ReadonlySet<string>;
}

/**
 * What tells that the ports of a server are others than the program's:
 *
 * - unread: its metadata in the state, which names more ports than the state's list of its networks has: a read has failed
 *   halfway, as of a server that Nova still builds. Compared with the program's, the list would replace the server
 * - recorded: its metadata in the state, which names its ports
 * - attached: the metadata does not, as of one made by hand or by an earlier release, and its ports are those that the cloud
 *   has under their names
 * - unrecorded: it does not, and the cloud has others, or none: the state's list of its networks tells
 * - unknown: there is no server, or state or cloud could not be read
 */
export type PortRecord = "unread" | "recorded" | "attached" | "unrecorded" | "unknown";

export interface WorkerInCloud {
  readonly takenOver: TakenOver;
  /** id of the server that the state has, which has never joined and which Nova still builds; undefined: none */
  readonly building?: string | undefined;
  readonly portRecord: PortRecord;
  /** the zone that its server was pinned to when it was made, by its metadata; undefined: none, or there is no server */
  readonly madeZone?: string | undefined;
  /** names of the worker's ports that the cloud has; undefined: it could not be read */
  readonly ports: ReadonlySet<string> | undefined;
  /** those of them that need not be replaced for their subnet, address or port security; undefined as well */
  readonly placedPorts: ReadonlySet<string> | undefined;
  /** those of them without port security, which can have no security groups; undefined: none, as far as it is known */
  readonly unsecuredPorts?: ReadonlySet<string> | undefined;
  /**
   * Ids, by their names, of its trunks that the state does not have, and that nobody can import: they stay as they are (see
   * components/port-trunk.ts). undefined: none
   */
  readonly lostTrunks?: ReadonlyMap<string, string> | undefined;
  /** a server that somebody attached by hand becomes this stack's in this update; undefined: it is none of those */
  readonly adopted?: Adopted | undefined;
  /** undefined: the state or the cloud could not be read */
  readonly attempt?: BuildAttempt | undefined;
  /** undefined: as far as anybody knows, no server of it has left a machine, or would in this command */
  readonly vacated?: Vacated | undefined;
}

/** A worker of which nothing could be read. */
export const unknownWorker: WorkerInCloud = {
  takenOver: { ports: new Map() },
  portRecord: "unknown",
  ports: undefined,
  placedPorts: undefined,
};
