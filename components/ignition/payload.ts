import { createHash } from "node:crypto";
import { dataUrl } from "./data-url.ts";
import { type IgnitionProxy, proxySection } from "./proxy.ts";
import { lowestSpec } from "./spec.ts";

export interface PayloadArgs {
  /** URL of the Machine Config Server without the path, e.g. `https://10.0.0.5:22623` */
  readonly machineConfigServer: string;
  /** its certificate authorities as the cluster states them, data URLs */
  readonly authorities: readonly string[];
  /** MachineConfigPool whose config is wanted, e.g. `worker` */
  readonly machineConfigPool: string;
  /** Ignition configs merged after the server's, in this order */
  readonly fragments: readonly Readonly<Record<string, unknown>>[];
  /** Ignition specification, e.g. `3.2.0`; undefined: the lowest that suffices */
  readonly spec?: string | undefined;
  /** of a payload that is the user data itself; undefined: none, or the pointer has it */
  readonly proxy?: IgnitionProxy | undefined;
}

/** Seconds until the first byte of an answer; a Machine Config Server may need long to render (openshift/installer#4041). */
export const responseHeadersTimeout = 120;

/**
 * The Ignition config kept in Swift, or in the user data. It points at the Machine Config Server and never holds its answer, which embeds the
 * token with which a machine joins. The text is the same whenever the arguments are.
 */
export function renderPayload(args: PayloadArgs): string {
  const pool = encodeURIComponent(args.machineConfigPool);
  const fragments = args.fragments.map((fragment) => ({ source: dataUrl(JSON.stringify(fragment)) }));
  return JSON.stringify({
    ignition: {
      version:
        args.spec ??
        lowestSpec(["merge", "certificateAuthorities", "timeouts", ...(args.proxy ? (["proxy"] as const) : [])]),
      config: { merge: [{ source: `${args.machineConfigServer}/config/${pool}` }, ...fragments] },
      security: { tls: { certificateAuthorities: args.authorities.map((source) => ({ source })) } },
      timeouts: { httpResponseHeaders: responseHeadersTimeout },
      ...proxySection(args.proxy),
    },
  });
}

/**
 * Sixteen hexadecimal digits of what the stack's config says of a payload. The Machine Config Server's address and its
 * authorities, which the cluster may change by itself, do not count, nor does the way to it by a proxy. The engine sorts the keys of the config's objects.
 */
export function payloadHash({
  machineConfigPool,
  fragments,
  spec,
}: Pick<PayloadArgs, "machineConfigPool" | "fragments" | "spec">): string {
  const settings = JSON.stringify([machineConfigPool, fragments, spec ?? null]);
  return createHash("sha256").update(settings).digest("hex").slice(0, 16);
}

/**
 * Name of the container of a pool's payload. Names of containers are the project's, and Swift takes the creation of one
 * that exists for an update (202): the owner's hash keeps stacks of one cluster with a like pool apart.
 *
 * @param owner the stack as `<organization>/<project>/<stack>`
 */
export function containerName(infraId: string, pool: string, owner: string): string {
  const stack = createHash("sha256").update(owner).digest("hex").slice(0, 8);
  return `${infraId}-${pool}-ignition-${stack}`;
}

/** Name of the payload's object: another content is another object, so that a changed payload never replaces a server. */
export function payloadName(payload: string): string {
  return `${createHash("sha512-256").update(payload).digest("hex")}.ign`;
}
