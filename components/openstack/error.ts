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
