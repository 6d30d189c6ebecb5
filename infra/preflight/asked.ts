import { reasonOf, within } from "../problem.ts";
import type { Asked } from "./facts.ts";

/** An answer that is only to be judged: why there is none is a thing to be told, and not an error of its own. */
export async function asked<T>(signal: AbortSignal, request: Promise<T>): Promise<Asked<T>> {
  try {
    return { answer: await within(signal, request) };
  } catch (error) {
    const code = (error as { code?: unknown }).code;
    return { trouble: typeof code === "number" ? `HTTP ${code}` : reasonOf(error) };
  }
}
