import { machineNetwork, storageNetwork } from "../settings.ts";
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

interface Link {
  readonly addr_info: readonly { readonly local: string }[];
}

async function isWhole({ name, addresses }: Bridge): Promise<boolean> {
  const found = await sh("ip", ["-json", "address", "show", "dev", name], { reject: false });
  const have = found.startsWith("[")
    ? (JSON.parse(found) as Link[]).flatMap((l) => l.addr_info.map((a) => a.local))
    : [];
  return addresses.every((address) => have.includes(address));
}

async function build({ name, prefix, addresses }: Bridge): Promise<void> {
  if ((await sh("ip", ["link", "show", name], { reject: false })) === "") {
    await sh("ip", ["link", "add", name, "type", "bridge"]);
  }
  for (const address of addresses) await sh("ip", ["address", "replace", `${address}/${prefix}`, "dev", name]);
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
