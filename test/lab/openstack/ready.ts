import { stat } from "node:fs/promises";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { isRunning } from "../core/processes.ts";
import type { Step } from "../core/step.ts";
import { dirs, machines } from "../settings.ts";
import { candidates, computeServices, ironicNodes } from "./api.ts";
import { placementClass } from "./config/seed.ts";
import { stopCloud } from "./services.ts";

const reporters = ["nova-scheduler", "nova-conductor", "nova-compute"];

/**
 * Whether Nova's services have reported since they were started. A build sent before nova-compute consumes its queue
 * is lost for ever, and the service list looks well from old data.
 */
async function reported(): Promise<boolean> {
  const services = await computeServices();
  const fresh = await Promise.all(
    reporters.map(async (name) => {
      const { mtimeMs } = await stat(path.join(dirs.run, `${name}.json`));
      const service = services.find(({ binary }) => binary === name);
      return service?.updated_at != null && Date.parse(`${service.updated_at}Z`) > mtimeMs;
    }),
  );
  return fresh.every(Boolean);
}

/** Whether every machine is enrolled, and Placement offers each one that is free. */
async function offered(): Promise<boolean> {
  const nodes = await ironicNodes();
  const offers = await candidates(placementClass);
  const free = nodes.filter((node) => node.provision_state === "available" && node.instance_uuid === null);
  return (
    machines.every(({ name }) => nodes.some((node) => node.name === name)) && free.every(({ uuid }) => offers.has(uuid))
  );
}

const asked = ["keystone", "placement", "nova-api", "ironic", ...reporters];

async function ready(): Promise<boolean> {
  const running = await Promise.all(asked.map(isRunning));
  return running.every(Boolean) && (await reported()) && (await offered());
}

/** Its undoing stops the whole cloud at once: service after service would take their graces one by one. */
export const readyStep: Step = {
  name: "cloud ready",
  bound: 120,
  check: ready,
  async up() {
    while (!(await ready())) await sleep(300);
  },
  down: stopCloud,
};
