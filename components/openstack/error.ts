import { UserError } from "../lib/errors.ts";

/** A cloud that cannot be used as it is configured, or does not answer; no secret is in any of its texts. */
export class CloudError extends UserError {
  /** what is wrong, e.g. `the identity service at https://... refused the credentials (401)` */
  readonly problem: string;
  /** what would have been right */
  readonly expected: string;
  /** what to do about it */
  readonly remedy: string;

  constructor(problem: string, expected: string, remedy: string, cause?: unknown) {
    super(`${problem}: ${remedy}`, { cause });
    this.problem = problem;
    this.expected = expected;
    this.remedy = remedy;
  }
}
