export interface Verdict {
  readonly code: number;
  readonly text: string;
}

/**
 * Whether a pipeline may go on after a preview.
 *
 * @param approvals of the very commit that was previewed; undefined: nobody was asked, as outside of a pull request
 */
export function verdictOf(isFailed: boolean, isGrave: boolean, approvals: number | undefined): Verdict {
  if (isFailed) return { code: 1, text: "the preview failed" };
  if (!isGrave) return { code: 0, text: "nothing is replaced or detached" };
  if (approvals === undefined) return { code: 0, text: "something is replaced or detached: have it reviewed" };
  if (approvals > 0) return { code: 0, text: "something is replaced or detached, and this commit is approved" };
  return {
    code: 3,
    text: "something is replaced or detached, and nobody has approved this commit: approve it, and run this job again",
  };
}
