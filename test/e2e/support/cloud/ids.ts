import { z } from "zod";
import { cloud } from "./cloud.ts";

/**
 * The id of what has this name.
 * @param kind the key of the list in the answer
 * @param as who asks
 */
export const idOf = (service: string, path: string, kind: string, name: string, as = cloud): Promise<string> =>
  as.idOf(service, path, kind, name);

/** The id in the answer to the request that has made something of this kind. */
export const idIn = (kind: string, answer: unknown): string =>
  z.object({ [kind]: z.object({ id: z.string() }) }).parse(answer)[kind]?.id ?? "";
