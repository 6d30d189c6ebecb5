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

/**
 * The same of a worker of a pool.
 *
 * @param made the zone that its server was made for, in a pool that is spread over zones: it stays what it was
 */
export const workerSpecHash = (
  pool: Omit<ServerSpec, "availabilityZone">,
  { availabilityZone, ports = [] }: Partial<Pick<ServerSpec, "availabilityZone" | "ports">>,
  made: string | undefined,
): string => specHash({ ...pool, ports: [...pool.ports, ...ports], availabilityZone: availabilityZone ?? made });
