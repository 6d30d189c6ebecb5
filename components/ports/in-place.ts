import { z } from "zod";
import { changed } from "../lib/changed.ts";

/** What of a port's inputs changes without another port (@pulumi/openstack, networking.Port). */
const shape = z.object({
  securityGroupIds: z.array(z.string()).default([]),
  tags: z.array(z.string()).default([]),
  extraDhcpOptions: z
    .array(z.object({ name: z.string(), value: z.string(), ipVersion: z.number().default(4) }))
    .default([]),
});

type Changeable = z.infer<typeof shape>;

/** Neutron keeps each of them as a set. */
const shown = (values: readonly string[]): string | undefined =>
  [...new Set(values)].toSorted().join(", ") || undefined;

const texts: Readonly<Record<string, (port: Changeable) => string | undefined>> = {
  "security groups": ({ securityGroupIds }) => shown(securityGroupIds),
  tags: ({ tags }) => shown(tags),
  "DHCP options": ({ extraDhcpOptions }) =>
    shown(extraDhcpOptions.map(({ name, value, ipVersion }) => `${name}=${value}${ipVersion === 6 ? " (IPv6)" : ""}`)),
};

/**
 * The planned change of a worker whose port is updated, in one line; undefined: none.
 * `lab-metal-0: in place (lab-metal-0-port-1: tags rack=r1 -> rack=r2)`
 *
 * @param before the port's inputs of the last update
 * @param after its inputs now
 */
export function portInPlaceLine(worker: string, port: string, before: unknown, after: unknown): string | undefined {
  const [olds, news] = [shape.parse(before), shape.parse(after)];
  const reasons = Object.entries(texts).flatMap(([what, text]) => changed(what, text(olds), text(news)));
  return reasons.length === 0 ? undefined : `${worker}: in place (${port}: ${reasons.join("; ")})`;
}
