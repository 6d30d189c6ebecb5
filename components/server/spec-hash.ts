import { createHash } from "node:crypto";
import type { PortSubnet } from "../ports/plan.ts";

/** What a server is created from: any change of these replaces the server. */
export interface ServerSpec {
  readonly flavor: { readonly name: string };
  readonly image: { readonly name: string };
  readonly ports: readonly { readonly networkId: string; readonly subnets: readonly PortSubnet[] }[];
  /** undefined: the scheduler chooses */
  readonly availabilityZone?: string | undefined;
}

/** A subnet that was found by its tag replaces no server that was made before it was tagged: of several the first counts. */
const requiredSubnets = ({ subnets }: ServerSpec["ports"][number]): string[] =>
  subnets
    .toSorted((one, other) => one.ipVersion - other.ipVersion)
    .filter(({ isOptional }, i) => isOptional !== true || i === 0)
    .map(({ id }) => id);

/** Sixteen hexadecimal digits that differ between two specifications of a server. */
export function specHash({ flavor, image, ports, availabilityZone }: ServerSpec): string {
  const subnets = ports.flatMap((port) => [port.networkId, ...requiredSubnets(port)]);
  const pin = availabilityZone === undefined ? [] : [availabilityZone];
  const spec = JSON.stringify([flavor.name, image.name, ...subnets, ...pin]);
  return createHash("sha256").update(spec).digest("hex").slice(0, 16);
}
