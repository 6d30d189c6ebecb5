/**
 * Which build of a worker its server is, as its metadata counts: a build that failed is replaced by another number. The
 * first has none, so that servers of earlier releases, which have no such key, are as they should be. That of a repair names
 * the server that it replaces, which no later one does, and counts as a first one: nothing has failed yet.
 */

/** The key of a server's metadata. */
export const attemptKey = "metadata.attempt";

/** What a server's metadata says of its attempt, and whether another value replaces the server. */
export interface BuildAttempt {
  /** undefined: none, as of the first */
  readonly value: string | undefined;
  /** only of a server whose build has failed or that is repaired: another stays, whatever somebody writes into its metadata */
  readonly replaces: boolean;
}

/** The number that a server's metadata says. */
export const attemptOf = (value: string | undefined): number =>
  /^[1-9]\d{0,3}$/.test(value ?? "") ? Number(value) : 1;

/** What the metadata of a server says that replaces another one as its worker is repaired. */
export const repairOf = (serverId: string): string => `repair of ${serverId}`;
