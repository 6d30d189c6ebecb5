import { UserError } from "../../lib/errors.ts";
import { timeoutSignal } from "../../lib/timer.ts";
import { isSameCloud, otherCloud } from "../../openstack/cloud-identity.ts";
import type { Configuration } from "./config.ts";

/** Seconds that the identity service may take. */
const timeout = 30;

/**
 * Throws unless the entry of clouds.yaml leads to the project and region of the stack's servers: the OpenStack provider
 * takes what it does not find in another project for deleted.
 *
 * @throws UserError that names both projects, or why the identity service did not say
 */
export async function refuseOtherCloud(
  { name, identity }: NonNullable<Configuration["cloud"]>,
  cancelled: AbortSignal,
): Promise<void> {
  // a plugin of a stack without it starts without an HTTP client
  const { CloudClient } = await import("../../openstack/client.ts");
  const client = await CloudClient.login(name, AbortSignal.any([cancelled, timeoutSignal(timeout * 1000)]));
  const found = client.identity;
  if (!isSameCloud(identity, found)) throw new UserError(otherCloud(identity, found, name));
}
