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

/** The same of a trunk's (networking.Trunk); the port of a new subport is not known in a preview. */
const trunkShape = z.object({
  subPorts: z.array(z.object({ segmentationId: z.number(), portId: z.unknown().optional() })).default([]),
});

/** The VLANs of a trunk that keep their ID and get another port, as one in another network. */
function moved(before: z.infer<typeof trunkShape>, after: z.infer<typeof trunkShape>): number[] {
  const ports = new Map(before.subPorts.map(({ segmentationId, portId }) => [segmentationId, portId]));
  return after.subPorts
    .filter(({ segmentationId: id, portId }) => ports.has(id) && ports.get(id) !== portId)
    .map(({ segmentationId }) => segmentationId);
}

const vlansOf = ({ subPorts }: z.infer<typeof trunkShape>): string | undefined =>
  subPorts
    .map(({ segmentationId }) => segmentationId)
    .toSorted((one, other) => one - other)
    .join(", ") || undefined;

/**
 * The planned change of a worker whose trunk gets other subports, in one line; undefined: none.
 * `lab-metal-0: in place (lab-metal-0-port-0-trunk: VLANs 100 -> 100, 200)`
 *
 * @param before the trunk's inputs of the last update
 * @param after its inputs now
 */
export function trunkInPlaceLine(worker: string, trunk: string, before: unknown, after: unknown): string | undefined {
  const [olds, news] = [trunkShape.parse(before), trunkShape.parse(after)];
  const reasons = [
    ...changed("VLANs", vlansOf(olds), vlansOf(news)),
    ...moved(olds, news).map((id) => `VLAN ${id} in another network or subnet`),
  ];
  return reasons.length === 0 ? undefined : `${worker}: in place (${trunk}: ${reasons.join("; ")})`;
}

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

const optionText = ({ name, ipVersion }: Changeable["extraDhcpOptions"][number]): string => `${name} (IPv${ipVersion})`;

/**
 * Why an edit of a port's DHCP options is refused; undefined: it is not. The provider names an option that is to go without
 * its IP version (terraform-provider-openstack 1.54.1, expandNetworkingPortDHCPOptsV2Update), which Neutron takes for IPv4
 * (neutron/db/extradhcpopt_db.py), and does not name it at all where another version of it comes: it would stay, and every
 * later update would remove it again.
 *
 * @param before the port's inputs of the last update
 * @param after its inputs now
 */
export function optionRefusal(port: string, before: unknown, after: unknown): string | undefined {
  const [olds, news] = [shape.parse(before).extraDhcpOptions, shape.parse(after).extraDhcpOptions];
  const left = olds.filter(({ name, ipVersion }) => {
    const namesakes = news.filter((each) => each.name === name);
    return (ipVersion === 6 || namesakes.length > 0) && namesakes.every((each) => each.ipVersion !== ipVersion);
  });
  if (left.length === 0) return undefined;
  return [
    `The OpenStack provider cannot remove DHCP options of IPv6, or of one version alone, from a port: ` +
      `${port} would keep ${left.map(optionText).join(", ")}. Nothing was changed.`,
    `Keep them in the port's dhcpOptions, or replace the port, and with it the worker, drained: pulumi up --replace '**:Port::${port}'`,
  ].join("\n");
}
