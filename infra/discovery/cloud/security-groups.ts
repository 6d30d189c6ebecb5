import { z } from "zod";
import type { CloudClient } from "../../../components/openstack/client.ts";
import { attempt } from "../attempt.ts";

const groupsSchema = z.object({ security_groups: z.array(z.object({ id: z.string() })) });

/**
 * Whether Neutron has security groups: without them, their path is none (404). Its list of extensions does not tell: an old or
 * filtered API leaves out what it has. Where Neutron does not tell, it has: what is wrong with it, the look-ups of groups say.
 */
export async function readHasSecurityGroups(client: CloudClient, signal: AbortSignal): Promise<boolean> {
  const path = "/v2.0/security-groups?fields=id&limit=1";
  const { code } = await attempt(signal, client.get("network", path, groupsSchema, signal));
  return code !== 404;
}
