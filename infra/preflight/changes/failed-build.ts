import { attemptOf, type BuildAttempt, repairOf } from "../../../components/server/attempt.ts";
import type { ExistingServer } from "../../discovery/facts.ts";
import { type LastingFault, lastingFault } from "./build-fault.ts";

/**
 * Whether a server whose build has failed is replaced without being asked. Pure.
 *
 * A server in ERROR may also be one that has served, as after a reboot that failed. That it has no Node does not tell that
 * nothing is lost with it: somebody may have deleted that. Nova tells whether it has ever run.
 */
export type FailedBuild =
  /** it has not failed, or something else decides */
  | { readonly verdict: "none" }
  | { readonly verdict: "replace"; readonly attempt: number; readonly attempts: number }
  /** it stays, because … */
  | { readonly verdict: "has a Node" }
  | { readonly verdict: "has run" }
  | { readonly verdict: "lasting fault"; readonly fault: LastingFault }
  | { readonly verdict: "used up"; readonly attempts: number };

/** A server of the stack that its state has. */
export interface BuildCandidate {
  readonly server: Pick<ExistingServer, "failure" | "progress" | "hasRun">;
  /** which build it was */
  readonly attempt: number;
  /** how many there may be: pools[].provision.attempts */
  readonly attempts: number;
  /** whether the config asks for another server anyway */
  readonly isEdited: boolean;
  /** whether the cluster has a Node of its name */
  readonly hasNode: boolean;
  /** path of its pool in the config */
  readonly pool: string;
}

export function failedBuild({
  server: { failure, progress, hasRun },
  attempt,
  attempts,
  isEdited,
  hasNode,
  pool,
}: BuildCandidate): FailedBuild {
  if (failure === undefined || progress !== undefined || isEdited) return { verdict: "none" };
  if (hasNode) return { verdict: "has a Node" };
  if (hasRun === true) return { verdict: "has run" };
  const fault = lastingFault(failure, pool);
  if (fault) return { verdict: "lasting fault", fault };
  if (attempt >= attempts) return { verdict: "used up", attempts: attempt };
  return { verdict: "replace", attempt: attempt + 1, attempts };
}

/** `attempt 2 of 3` */
export const attemptText = ({ attempt, attempts }: FailedBuild & { verdict: "replace" }): string =>
  `attempt ${attempt} of ${attempts}`;

/** What the metadata of a worker's server says of its attempt. */
export interface Recorded {
  /** in the cloud; undefined: none there, or it says none */
  readonly inCloud: string | undefined;
  /** the state has the server */
  readonly isInState: boolean;
  readonly inState: string | undefined;
}

/** The state counts where it has the server: the engine compares with it, and a server that runs keeps its own. */
const recorded = ({ inCloud, isInState, inState }: Recorded): string | undefined => (isInState ? inState : inCloud);

/** The larger one where somebody has edited the metadata: another number than both is what replaces. */
export const lastAttempt = ({ inCloud, inState }: Recorded): number => Math.max(attemptOf(inCloud), attemptOf(inState));

/** What is decided of a worker's server. */
export interface Decided {
  readonly build: FailedBuild;
  readonly isEdited: boolean;
  /** id of the server that is replaced as its worker is repaired; undefined: none */
  readonly repaired?: string | undefined;
}

/** What a worker's server is to say of its attempt. A server for another config begins anew, and so does a repaired worker's. */
export function wantedAttempt(record: Recorded, { build, isEdited, repaired }: Decided): BuildAttempt {
  if (repaired !== undefined) return { value: repairOf(repaired), replaces: true };
  if (build.verdict === "replace") return { value: `${build.attempt}`, replaces: true };
  return { value: isEdited ? undefined : recorded(record), replaces: false };
}
