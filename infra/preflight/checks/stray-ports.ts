import type { ExistingPort } from "../../discovery/facts.ts";

/** What begins the addresses that Neutron gives to ports: its option base_mac. Ironic sets a port to the machine's. */
const generated = "fa:16:3e:";

/**
 * What Nova says when Ironic could not give a machine its ports; the reason is in the operator's log alone. Seen with Nova and
 * Ironic 2025.1 where another port had the address of the machine's network card: Neutron takes an address once in a network.
 */
const notAttached = /prepping block device|attach(?:ing)? vif|vif attach|mac address/i;

/** The ports that nothing uses and that have the address of a machine's network card, as an unbind that failed leaves them. */
function strayPorts(ports: readonly ExistingPort[]): ExistingPort[] {
  return ports.filter(({ mac, deviceId }) => deviceId === "" && mac !== undefined && !mac.startsWith(generated));
}

/** A possible cause of a build that failed, with what to type; empty: none is known. Pure. */
export function perhapsStrayPort(failure: string, ports: readonly ExistingPort[]): string {
  const stray = notAttached.test(failure) ? strayPorts(ports) : [];
  if (stray.length === 0) return "";
  const each = stray.map(({ id, name, mac }) => `${name || "a port without a name"} (${id}, ${mac ?? ""})`).join(", ");
  return (
    `; a possible cause: no server uses the port ${each}, and its address is not one that Neutron generates: if it is that of ` +
    `the machine's network card, no other port can have it: openstack port delete <id>`
  );
}
