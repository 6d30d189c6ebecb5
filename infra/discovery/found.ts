import type { NotFound } from "./facts.ts";

/** The object; undefined: the cloud did not return it. */
export const found = <T extends object>(object: T | NotFound): T | undefined =>
  "notFound" in object ? undefined : object;
