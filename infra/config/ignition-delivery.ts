import { z } from "zod";
import { plainProxy } from "./fields.ts";

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

const proxyText = "a URL of scheme http or https, without a user: user data is stored in plain text";
const exceptionText = "a host, a domain or a network, without commas and spaces";

const proxyUrl = plainProxy(/^https?:$/, proxyText).optional();

/**
 * Proxy by which the machines fetch their Ignition config, from the object store and the Machine Config Server. It is in the
 * user data, so that the first request goes through it already. What the nodes use later is the cluster's own proxy config.
 * An edit changes no running worker: it has booted. Default none.
 */
export const proxy = z
  .strictObject(
    {
      /** For http URLs. Default none. Example `http://proxy.example:3128`. */
      httpProxy: proxyUrl.meta({
        description: "URL of the proxy for http, of scheme http or https, without a user. Default: none.",
        examples: ["http://proxy.example:3128"],
      }),
      /** For https URLs. Default none. Example `http://proxy.example:3128`. */
      httpsProxy: proxyUrl.meta({
        description: "URL of the proxy for https, of scheme http or https, without a user. Default: none.",
        examples: ["http://proxy.example:3128"],
      }),
      /**
       * What is reached without the proxy, by the rules of NO_PROXY: hosts, domains, networks. The Machine Config Server
       * should be among it (check `ignition`). Default none. Example `[10.0.0.5, .cluster.example]`.
       */
      noProxy: z
        .array(z.string({ error: exceptionText }).regex(/^[^\s,]+$/, { error: exceptionText }), {
          error: "a list of hosts, domains and networks",
        })
        .default([])
        .meta({
          description:
            "Hosts, domains and networks (CIDR) that are reached without the proxy; usually the Machine Config Server is one. Default: none.",
          examples: [["10.0.0.5"]],
        }),
    },
    { error: "an object with httpProxy, httpsProxy or both" },
  )
  .refine(({ httpProxy, httpsProxy }) => httpProxy !== undefined || httpsProxy !== undefined, {
    error: "an object with httpProxy, httpsProxy or both",
  })
  .optional()
  .meta({
    description:
      "Proxy by which the machines fetch their Ignition config, from the first request on; needs Ignition 3.1.0. An edit changes no running worker. Default: none.",
    examples: [{ httpsProxy: "http://proxy.example:3128", noProxy: ["10.0.0.5"] }],
  });

/** The pools whose Ignition config is kept in the object store. */
export const storedPools = <T extends { readonly ignition: { readonly delivery: z.output<typeof delivery> } }>(
  pools: readonly T[],
): T[] => pools.filter(({ ignition }) => ignition.delivery === "swift");
