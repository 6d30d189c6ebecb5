import { z } from "zod";

/**
 * How the machines of a pool get their Ignition config. `swift`: an object in the object store has it, and the user data
 * fetches that by a signed URL. `inline`: the user data has it, up to Nova's limit of 65535 bytes after base64, and no object
 * store is needed. An edit changes no running worker: it has booted. Default `swift`: fragments may be of any size, and a
 * URL that has expired tells nobody the fragments.
 */
export const delivery = z
  .enum(["swift", "inline"], { error: "swift or inline" })
  .default("swift")
  .meta({
    description:
      "How the machines get their Ignition config: swift keeps it in the object store, and the user data fetches it by a signed URL; inline puts it into the user data, up to Nova's limit of 65535 bytes after base64, and needs no object store. An edit changes no running worker. Default: swift.",
    examples: ["inline"],
  });

/** The pools whose Ignition config is kept in the object store. */
export const storedPools = <T extends { readonly ignition: { readonly delivery: z.output<typeof delivery> } }>(
  pools: readonly T[],
): T[] => pools.filter(({ ignition }) => ignition.delivery === "swift");
