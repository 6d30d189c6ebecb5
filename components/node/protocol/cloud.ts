import { UserError } from "../../lib/errors.ts";
import { isSameCloud, otherCloud } from "../../openstack/cloud-identity.ts";
import type { StackCloud } from "../leftovers/stack-cloud.ts";
import type { Configuration } from "./config.ts";

/**
 * Throws unless the entry of clouds.yaml leads to the project and region of the stack's servers: the OpenStack provider
 * takes what it does not find in another project for deleted.
 *
 * @param cloud what that entry leads to
 * @throws UserError that names both projects, or why the identity service did not say
 */
export async function refuseOtherCloud(
  { name, identity }: NonNullable<Configuration["cloud"]>,
  cloud: StackCloud,
  cancelled: AbortSignal,
): Promise<void> {
  const found = (await cloud.login(cancelled)).identity;
  if (!isSameCloud(identity, found)) throw new UserError(otherCloud(identity, found, name));
}
