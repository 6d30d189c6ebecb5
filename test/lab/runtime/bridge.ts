import { ipVersion, machineNetwork, storageNetwork } from "../settings.ts";
import { sh } from "./sh.ts";
import type { Step } from "./step.ts";

interface Bridge {
  readonly name: string;
  readonly prefix: number;
  readonly addresses: readonly string[];
}

const { gateway, cloudVip, apiVip, ingressVip } = machineNetwork;

const bridges: readonly Bridge[] = [
  {
    name: machineNetwork.bridge,
    prefix: machineNetwork.prefix,
    addresses: [gateway, cloudVip, apiVip, ingressVip, machineNetwork.dhcp],
  },
  { name: storageNetwork.bridge, prefix: storageNetwork.prefix, addresses: [storageNetwork.dhcp] },
];

/**
 * A router of IPv6 is known by its link-local address, which the kernel would derive from a card. Nobody else has any of
 * these addresses: each is there at once, without a search for duplicates.
 */
const router = {
  4: { mode: "eui64", addresses: [], flags: [] },
  6: { mode: "none", addresses: ["fe80::1"], flags: ["nodad"] },
}[ipVersion];

interface Link {
  readonly addr_info: readonly { readonly local: string }[];
}

async function isWhole({ name, addresses }: Bridge): Promise<boolean> {
  const found = await sh("ip", ["-json", "address", "show", "dev", name], { reject: false });
  const have = found.startsWith("[")
    ? (JSON.parse(found) as Link[]).flatMap((l) => l.addr_info.map((a) => a.local))
    : [];
  return [...router.addresses, ...addresses].every((address) => have.includes(address));
}

async function build({ name, prefix, addresses }: Bridge): Promise<void> {
  if ((await sh("ip", ["link", "show", name], { reject: false })) === "") {
    await sh("ip", ["link", "add", name, "type", "bridge"]);
    await sh("ip", ["link", "set", name, "addrgenmode", router.mode]);
  }
  for (const address of [...router.addresses, ...addresses])
    await sh("ip", ["address", "replace", `${address}/${prefix}`, "dev", name, ...router.flags]);
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
