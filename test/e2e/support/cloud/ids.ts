import { z } from "zod";
import { cloud } from "./cloud.ts";

const named = z.array(z.object({ id: z.string(), name: z.string() }));

/**
 * The id of what has this name.
 * @param kind the key of the list in the answer
 * @param as who asks
 */
export async function idOf(service: string, path: string, kind: string, name: string, as = cloud): Promise<string> {
  const answer = z.record(z.string(), z.unknown()).parse(await as.get(service, path));
  const found = named.parse(answer[kind]).find((it) => it.name === name);
  if (!found) throw new Error(`no ${name} among the ${kind}`);
  return found.id;
}

/** The id in the answer to the request that has made something of this kind. */
export const idIn = (kind: string, answer: unknown): string =>
  z.object({ [kind]: z.object({ id: z.string() }) }).parse(answer)[kind]?.id ?? "";
