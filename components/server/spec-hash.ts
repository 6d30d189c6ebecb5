import { createHash } from "node:crypto";

/** What a server is created from: any change of these replaces the server. */
export interface ServerSpec {
  readonly flavor: { readonly name: string };
  readonly image: { readonly name: string };
  readonly ports: readonly { readonly networkId: string; readonly subnetId: string }[];
  /** undefined: the scheduler chooses */
  readonly availabilityZone?: string | undefined;
}

/** Sixteen hexadecimal digits that differ between two specifications of a server. */
export function specHash({ flavor, image, ports, availabilityZone }: ServerSpec): string {
  const subnets = ports.flatMap(({ networkId, subnetId }) => [networkId, subnetId]);
  const pin = availabilityZone === undefined ? [] : [availabilityZone];
  const spec = JSON.stringify([flavor.name, image.name, ...subnets, ...pin]);
  return createHash("sha256").update(spec).digest("hex").slice(0, 16);
}
