import { z } from "zod";
import type { CloudClient } from "../../../components/openstack/client.ts";
import { attempt } from "../attempt.ts";

/** https://docs.openstack.org/api-ref/network/v2/#list-extensions */
export const extensionsSchema = z.object({ extensions: z.array(z.object({ alias: z.string() })) });

export const hasSecurityGroups = ({ extensions }: z.infer<typeof extensionsSchema>): boolean =>
  extensions.some(({ alias }) => alias === "security-group");

/** Whether Neutron has security groups. Where it does not tell, it has: what is wrong with it, the look-ups of groups say. */
export async function readHasSecurityGroups(client: CloudClient, signal: AbortSignal): Promise<boolean> {
  const { value } = await attempt(
    signal,
    client.get("network", "/v2.0/extensions?fields=alias", extensionsSchema, signal),
  );
  return value === undefined || hasSecurityGroups(value);
}
