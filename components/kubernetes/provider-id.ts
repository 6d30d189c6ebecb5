/** The Nova server's id in `openstack:///<uuid>` or `openstack://<region>/<uuid>` (cloud-provider-openstack, OS_CCM_REGIONAL). */
export function serverIdOf(providerId: string | undefined): string | undefined {
  return /^openstack:\/\/[^/]*\/([^/]+)$/.exec(providerId ?? "")?.[1];
}
