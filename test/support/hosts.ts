import type { Host } from "../../components/openstack/host.ts";

/** A host that is available, as Ironic alone shows it. */
export const hostOf = (name: string, change: Partial<Host> = {}): Host => ({
  id: `${name}-id`,
  name,
  resourceClass: "CUSTOM_BAREMETAL",
  state: "available",
  maintenance: false,
  serverId: undefined,
  schedulable: undefined,
  ...change,
});
