import { isIPv6 } from "node:net";

/** One spelling of an IP address: the shortest lower-case one for IPv6 (RFC 5952, as a URL's host has it). */
export function canonicalIp(address: string): string {
  if (!isIPv6(address) || address.includes("%")) return address;
  return new URL(`http://[${address}]/`).hostname.slice(1, -1);
}

/** A node's name as OpenShift's approver compares it: lower case, without a trailing dot (cluster-machine-approver, csr_check.go). */
export function canonicalName(name: string): string {
  return name.toLowerCase().replace(/\.$/, "");
}

/** The Nova server's id in `openstack:///<uuid>` or `openstack://<region>/<uuid>` (cloud-provider-openstack, OS_CCM_REGIONAL). */
export function serverIdOf(providerId: string | undefined): string | undefined {
  return /^openstack:\/\/[^/]*\/([^/]+)$/.exec(providerId ?? "")?.[1];
}
