import { isNoResponse } from "../kubernetes/unreachable.ts";
import { UserError } from "../lib/errors.ts";

interface CloudErrorFields {
  /** what is wrong, e.g. `the identity service at https://... refused the credentials (401)` */
  readonly problem: string;
  /** what would have been right */
  readonly expected: string;
  /** what to do about it */
  readonly remedy: string;
  readonly cause?: unknown;
}

/** A cloud that cannot be used as it is configured, or does not answer; no secret is in any of its texts. */
export class CloudError extends UserError implements CloudErrorFields {
  readonly problem: string;
  readonly expected: string;
  readonly remedy: string;

  constructor({ problem, expected, remedy, cause }: CloudErrorFields) {
    super(`${problem}: ${remedy}`, { cause });
    this.problem = problem;
    this.expected = expected;
    this.remedy = remedy;
  }
}

/** A service answered, but with a status that is no success. */
export class HttpError extends Error {
  readonly status: number;

  constructor(status: number) {
    super(`HTTP ${status}`);
    this.status = status;
  }
}

/**
 * True for an error that the same request may not have a little later: nobody answered, a service restarts or is
 * overloaded, or what is to change is busy (409). Credentials that are refused and a certificate that is not trusted stay.
 */
export function isPassing(error: unknown): boolean {
  if (error instanceof HttpError) return [409, 429].includes(error.status) || error.status >= 500;
  if (error instanceof CloudError) return isPassing(error.cause);
  if ((error as { name?: unknown } | undefined)?.name === "TimeoutError") return true;
  return isNoResponse(error, false);
}

/** True for a refusal because the object is busy or locked: the request was certainly not accepted. */
export function isConflict(error: unknown): boolean {
  if (error instanceof CloudError) return isConflict(error.cause);
  return error instanceof HttpError && error.status === 409;
}
