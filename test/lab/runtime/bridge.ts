import { isIPv6 } from "node:net";
import { ipVersions, machineNetwork, secondSubnet, storageNetwork } from "../settings.ts";
import { sh } from "./sh.ts";
import type { Step } from "./step.ts";

interface Address {
  readonly address: string;
  readonly prefix: number;
}

interface Bridge {
  readonly name: string;
  readonly addresses: readonly Address[];
}

const { gateway, cloudVip, apiVip, ingressVip } = machineNetwork;

const bridges: readonly Bridge[] = [
  {
    name: machineNetwork.bridge,
    addresses: [
      ...[gateway, cloudVip, apiVip, ingressVip, machineNetwork.dhcp].map((address) => ({
        ...machineNetwork,
        address,
      })),
      ...(ipVersions === "dual" ? [{ ...secondSubnet, address: secondSubnet.dhcp }] : []),
    ],
  },
  { name: storageNetwork.bridge, addresses: [{ ...storageNetwork, address: storageNetwork.dhcp }] },
];

/** A router of IPv6 is known by its link-local address, which the kernel would derive from a card. */
const router: Address = { address: "fe80::1", prefix: 64 };

const hasIpv6 = ({ addresses }: Bridge): boolean => addresses.some(({ address }) => isIPv6(address));

const allAddresses = (bridge: Bridge): readonly Address[] =>
  hasIpv6(bridge) ? [router, ...bridge.addresses] : bridge.addresses;

interface Link {
  readonly addr_info: readonly { readonly local: string }[];
}

async function isWhole(bridge: Bridge): Promise<boolean> {
  const found = await sh("ip", ["-json", "address", "show", "dev", bridge.name], { reject: false });
  const have = found.startsWith("[")
    ? (JSON.parse(found) as Link[]).flatMap((l) => l.addr_info.map((a) => a.local))
    : [];
  return allAddresses(bridge).every(({ address }) => have.includes(address));
}

async function build(bridge: Bridge): Promise<void> {
  const { name } = bridge;
  if ((await sh("ip", ["link", "show", name], { reject: false })) === "") {
    await sh("ip", ["link", "add", name, "type", "bridge"]);
    await sh("ip", ["link", "set", name, "addrgenmode", hasIpv6(bridge) ? "none" : "eui64"]);
  }
  for (const { address, prefix } of allAddresses(bridge)) {
    // nobody else has it: it is there at once, without a search for duplicates
    const flags = isIPv6(address) ? ["nodad"] : [];
    await sh("ip", ["address", "replace", `${address}/${prefix}`, "dev", name, ...flags]);
  }
  await sh("ip", ["link", "set", name, "up"]);
}

/**
 * The wires of the data centre: a bridge each, the machine network's with the lab's public addresses. Nothing leaves them,
 * no address is forwarded.
 */
export const bridgeStep: Step = {
  name: "bridges of the machine networks",
  timeout: 10,
  check: async () => (await Promise.all(bridges.map(isWhole))).every(Boolean),
  async up() {
    for (const bridge of bridges) await build(bridge);
  },
  async down() {
    for (const { name } of bridges) await sh("ip", ["link", "delete", name], { reject: false });
  },
};
