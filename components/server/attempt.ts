/**
 * Which build of a worker its server is, as its metadata counts: a build that failed is replaced by another number. The
 * first has none, so that servers of earlier releases, which have no such key, are as they should be.
 */

/** The key of a server's metadata. */
export const attemptKey = "metadata.attempt";

/** What a server's metadata says of its attempt, and whether another value replaces the server. */
export interface BuildAttempt {
  /** undefined: none, as of the first */
  readonly value: string | undefined;
  /** only of a server whose build has failed: whatever somebody has written into the metadata of another, it stays */
  readonly replaces: boolean;
}

/** The number that a server's metadata says. */
export const attemptOf = (value: string | undefined): number =>
  /^[1-9]\d{0,3}$/.test(value ?? "") ? Number(value) : 1;
