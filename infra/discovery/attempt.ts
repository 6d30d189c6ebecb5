import { ApiError } from "../../components/kubernetes/client.ts";
import { reasonOf } from "../../components/lib/errors.ts";
import { abortable } from "../../components/lib/wait.ts";

/** An answer that is only to be judged: why there is none is a thing to be told, and not an error of its own. */
export async function attempt<T>(signal: AbortSignal, request: Promise<T>): Promise<Result<T>> {
  try {
    return { value: await abortable(request, signal) };
  } catch (error) {
    const code = error instanceof ApiError ? error.status : (error as { code?: unknown }).code;
    return typeof code === "number" ? { error: `HTTP ${code}`, code } : { error: reasonOf(error) };
  }
}

/** What an object answers, or `none` in a cluster that does not know its kind or has none. */
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

/** What was asked for in time, or why there is no answer. */
export type Result<T> =
  | { readonly value: T; readonly error?: never }
  | {
      readonly value?: never;
      readonly error: string;
      /** HTTP status, if the trouble is one */
      readonly code?: number;
    };
