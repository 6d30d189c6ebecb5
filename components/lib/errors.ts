/** An error that the user can act on: its message stands for itself, without a stack. */
export class UserError extends Error {}

/** What Node.js advises where a certificate is not trusted: not the way that this program goes. */
const nodeAdvice = /; if the root CA is installed locally, try running Node\.js with --use-system-ca/;

function ownText(error: Error): string {
  // fetch says no more than that it failed, an attempt at several addresses nothing but a code
  if (error.message === "fetch failed" && error.cause !== undefined) return "";
  if (error.message !== "") return error.message;
  return (error as NodeJS.ErrnoException).code ?? (error.name === "Error" ? "" : error.name);
}

/**
 * What went wrong, as a part of a message: the text of an error and of what caused it in one line; of a
 * {@link UserError} its own text as it is.
 */
export function reasonOf(error: unknown): string {
  // of AbortSignal.timeout and timeoutSignal
  if ((error as { name?: unknown } | undefined)?.name === "TimeoutError") return "no answer in time";
  if (!(error instanceof Error)) return String(error);
  if (error instanceof UserError) return error.message;
  const own = ownText(error).replace(nodeAdvice, "").replaceAll(/\s+/g, " ").trim();
  const cause = error.cause === undefined ? "" : reasonOf(error.cause);
  return [own, own.includes(cause) ? "" : cause].filter((part) => part !== "").join(": ");
}

/** Why a file could not be read, without its path: what stands in its place may be a secret. */
export const readProblem = (error: unknown): string => (error as NodeJS.ErrnoException).code ?? reasonOf(error);
