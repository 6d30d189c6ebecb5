import { z } from "zod";
import { text } from "./fields.ts";

/** The inputs of an AccountKey. */
export const accountKeyInputs = z.object({
  /** URL of the object store's account, by which messages name it. */
  account: text,
});

/** What it adds to them. */
export const accountKeyOutputs = z.object({
  /** Temporary URL key of the account, its second. */
  key: z.string().meta({ secret: true }),
});
