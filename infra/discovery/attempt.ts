import type { ApiException } from "@kubernetes/client-node";
import { reasonOf, within } from "../diagnostics/error.ts";
import type { Asked } from "./facts.ts";

/** An answer that is only to be judged: why there is none is a thing to be told, and not an error of its own. */
export async function asked<T>(signal: AbortSignal, request: Promise<T>): Promise<Asked<T>> {
  try {
    return { answer: await within(signal, request) };
  } catch (error) {
    const code = (error as { code?: unknown }).code;
    return typeof code === "number" ? { trouble: `HTTP ${code}`, code } : { trouble: reasonOf(error) };
  }
}

/** What an object answers, or `none` in a cluster that does not know its kind or has none. */
export async function ifThere<T, N>(request: Promise<unknown>, read: (answer: unknown) => T, none: N): Promise<T | N> {
  try {
    return read(await request);
  } catch (error) {
    if ((error as Partial<ApiException<unknown>>).code === 404) return none;
    throw error;
  }
}
