import { existsSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { leftovers } from "../../lab/leftovers.ts";
import { accepts, Administrator } from "../../lab/openstack/api.ts";
import { placementClass } from "../../lab/openstack/config/seed.ts";
import { files, machines, ports } from "../../lab/settings.ts";

/** Machines that stay free, so that no contender waits for a particular one. */
const spare = 2;

/** Why the bench cannot begin on this lab, and what to type; undefined: it can. */
export async function whyNotReady(count: number): Promise<string | undefined> {
  const wanted = count + spare;
  const up = `npm run lab -- up --machines ${Math.max(wanted, 12)}`;
  if (!existsSync(files.cloudsYaml) || !(await accepts(ports.keystone))) return `the lab is not up; type: ${up}`;
  if (machines.length < wanted) {
    return `the lab has ${machines.length} machines, ${wanted} are needed; type: npm run lab -- down && ${up}`;
  }
  const left = await leftovers();
  if (left.length > 0) return `the lab is in use; remove this first:\n  ${left.join("\n  ")}`;
  return undefined;
}

/** Waits until Ironic has cleaned its machines and Nova's scheduler can give out enough of them. */
export async function machinesAvailable(count: number, seconds = 300): Promise<void> {
  const deadline = Date.now() + seconds * 1000;
  for (;;) {
    const administrator = await Administrator.login();
    const free = (await administrator.machines()).filter(({ provision_state }) => provision_state === "available");
    const candidates = await administrator.candidates(placementClass);
    if (Math.min(free.length, candidates.size) >= count + spare) return;
    if (Date.now() > deadline) throw new Error(`only ${candidates.size} machines became available in ${seconds} s`);
    await sleep(2000);
  }
}
