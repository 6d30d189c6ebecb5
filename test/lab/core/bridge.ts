import { machineNetwork } from "../settings.ts";
import { sh } from "./sh.ts";
import type { Step } from "./step.ts";

const { bridge, prefix, gateway, cloudVip, apiVip, ingressVip, dhcp } = machineNetwork;
const addresses = [gateway, cloudVip, apiVip, ingressVip, dhcp];

interface Link {
  readonly addr_info: readonly { readonly local: string }[];
}

async function present(): Promise<string[]> {
  const found = await sh("ip", ["-json", "address", "show", "dev", bridge], { reject: false });
  return found.startsWith("[") ? (JSON.parse(found) as Link[]).flatMap((l) => l.addr_info.map((a) => a.local)) : [];
}

/** The machine network: a bridge that carries the lab's public addresses. Nothing leaves it, no address is forwarded. */
export const bridgeStep: Step = {
  name: "machine network bridge",
  bound: 10,
  async check() {
    const have = await present();
    return addresses.every((address) => have.includes(address));
  },
  async up() {
    if ((await sh("ip", ["link", "show", bridge], { reject: false })) === "") {
      await sh("ip", ["link", "add", bridge, "type", "bridge"]);
    }
    for (const address of addresses) await sh("ip", ["address", "replace", `${address}/${prefix}`, "dev", bridge]);
    await sh("ip", ["link", "set", bridge, "up"]);
  },
  async down() {
    await sh("ip", ["link", "delete", bridge], { reject: false });
  },
};
