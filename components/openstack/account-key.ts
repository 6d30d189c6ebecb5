import { randomBytes } from "node:crypto";
import type { CloudClient } from "./client.ts";

/**
 * Headers of the temporary URL keys of an object store's account. Only its owner sees them: swift/proxy/controllers/base.py,
 * swift_owner_headers; Ceph, rgw_rest_swift.cc, dump_account_metadata.
 */
export const accountKeyHeaders = ["x-account-meta-temp-url-key", "x-account-meta-temp-url-key-2"] as const;

/** The only one that the program ever sets. */
export const secondKeyHeader = accountKeyHeaders[1];

/** Removes the second key, for a remedy. */
export const unsetSecondKey = "openstack object store account unset --property Temp-URL-Key-2";

/** With what a key begins that the program made: whoever looks at the account sees whose it is, and every stack of the project uses it. */
const prefix = "openstack-baremetal-compute-";

export const newAccountKey = (): string => `${prefix}${randomBytes(32).toString("hex")}`;

export const isProgramsKey = (key: string): boolean => key.startsWith(prefix);

/** The second key of the project's account; undefined: it has none, or the user may not see it. */
export async function secondKey(client: CloudClient, signal: AbortSignal): Promise<string | undefined> {
  const value = (await client.headers("object-store", "", signal))?.get(secondKeyHeader) ?? "";
  return value === "" ? undefined : value;
}

/** Sets the second key of the project's account. */
export const setSecondKey = (client: CloudClient, key: string, signal: AbortSignal): Promise<void> =>
  client.postHeaders("object-store", "", { [secondKeyHeader]: key }, signal);
