import { z } from "zod";
import type { CloudClient } from "../../../components/openstack/client.ts";
import { attempt } from "../attempt.ts";

/**
 * What Neutron has. Where it does not tell, it has it: what is wrong with it, the look-ups and creations say. Its list of
 * extensions does not tell: an old or filtered API leaves out what it has.
 */
export interface NeutronFeatures {
  readonly hasSecurityGroups: Promise<boolean>;
  /** asked for only where a pool has a trunk */
  readonly hasTrunks: () => Promise<boolean>;
}

/** What Neutron does not have, it has no path of (404). */
export function readFeatures(client: CloudClient, signal: AbortSignal): NeutronFeatures {
  const has = async (path: string): Promise<boolean> => {
    const { code } = await attempt(signal, client.get("network", `${path}?fields=id&limit=1`, z.unknown(), signal));
    return code !== 404;
  };
  return { hasSecurityGroups: has("/v2.0/security-groups"), hasTrunks: () => has("/v2.0/trunks") };
}
