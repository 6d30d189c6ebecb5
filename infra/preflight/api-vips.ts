import { contains } from "../../components/lib/ip.ts";
import type { ClusterFacts } from "../discovery/read.ts";

/**
 * Whether the API's virtual IPs are outside of all machine networks, as those of a user-managed load balancer may be: the
 * machine networks alone tell then where machines may be.
 */
export function apiIsElsewhere({
  apiVips,
  machineNetworks,
}: Pick<ClusterFacts, "apiVips" | "machineNetworks">): boolean {
  if (apiVips.length === 0 || machineNetworks.length === 0) return false;
  return !apiVips.some((vip) => machineNetworks.some((cidr) => contains(cidr, vip)));
}
