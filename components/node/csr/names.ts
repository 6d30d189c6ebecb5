/** A node's name as OpenShift's approver compares it: lower case, without a trailing dot (cluster-machine-approver, csr_check.go). */
export function canonicalName(name: string): string {
  return name.toLowerCase().replace(/\.$/, "");
}

/** The Nova server's id in `openstack:///<uuid>` or `openstack://<region>/<uuid>` (cloud-provider-openstack, OS_CCM_REGIONAL). */
export function serverIdOf(providerId: string | undefined): string | undefined {
  return /^openstack:\/\/[^/]*\/([^/]+)$/.exec(providerId ?? "")?.[1];
}
