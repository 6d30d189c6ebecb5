import { ApiError } from "../../components/kubernetes/api-error.ts";
import { reasonOf } from "../../components/lib/errors.ts";
import { CloudError, HttpError } from "../../components/openstack/error.ts";
import { abortable } from "../../components/lib/wait.ts";

/** A value that only checks need. A failure to read it is reported by the check; it does not fail the discovery. */
export async function attempt<T>(signal: AbortSignal, request: Promise<T>): Promise<Result<T>> {
  try {
    return { value: await abortable(request, signal) };
  } catch (error) {
    if (error instanceof CloudError) return { error: error.problem, remedy: error.remedy, ...statusOf(error) };
    const code = error instanceof ApiError ? error.status : (error as { code?: unknown }).code;
    // a DOMException, as of a signal that has timed out, has a code of its own: 23
    return typeof code === "number" && code >= 100 ? { error: `HTTP ${code}`, code } : { error: reasonOf(error) };
  }
}

const statusOf = ({ cause }: CloudError): { code?: number } =>
  cause instanceof HttpError ? { code: cause.status } : {};

/** The object, or `none` if the cluster does not have it or does not know its kind. */
export async function orDefaultIf404<T, N>(
  request: Promise<unknown>,
  read: (answer: unknown) => T,
  none: N,
): Promise<T | N> {
  try {
    return read(await request);
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) return none;
    throw error;
  }
}

/** A value that was read in time, or the reason why it was not. */
export type Result<T> =
  | { readonly value: T; readonly error?: never; readonly code?: never; readonly remedy?: never }
  | {
      readonly value?: never;
      readonly error: string;
      /** HTTP status, if the error is one */
      readonly code?: number;
      /** what to do about it, if the error tells */
      readonly remedy?: string;
    };
