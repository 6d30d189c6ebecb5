import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Step } from "../../runtime/step.ts";
import { Administrator } from "../api.ts";
import { type Rack, racks } from "../config/nova.ts";
import { run } from "../environment.ts";
import { conf } from "../paths.ts";
import { novaNames, refuseEnded } from "../services.ts";
import { isStamped, writeStamp } from "./stamps.ts";

const manage = ["nova-manage", "--config-file", path.join(conf, "nova/nova.conf"), "cell_v2"] as const;

/** Maps a compute service that has reported to its cell. By service: without machines the plain form finds nothing. */
export async function mapHost({ host }: Rack): Promise<void> {
  await run([...manage, "discover_hosts", "--by-service"]);
  const hosts = await run([...manage, "list_hosts"]);
  if (!hosts.includes(` ${host} `)) throw new Error(`the cell does not know the compute host ${host}:\n${hosts}`);
}

export const hostsStep: Step = {
  name: "compute host in its cell",
  timeout: 120,
  check: () => Promise.resolve(isStamped("hosts")),
  async up() {
    const cloud = await Administrator.login();
    while (!(await cloud.computeServices()).some(({ binary }) => binary === "nova-compute")) {
      await refuseEnded(novaNames);
      await sleep(300);
    }
    await mapHost(racks.first);
    await writeStamp("hosts");
  },
};
