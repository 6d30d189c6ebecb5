import { stat } from "node:fs/promises";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { isRunning } from "../runtime/processes.ts";
import type { Step } from "../runtime/step.ts";
import { dirs, machines, ports } from "../settings.ts";
import { Administrator, answers } from "./api.ts";
import { placementClass } from "./config/seed.ts";
import { novaNames, refuseEnded, stopCloud } from "./services.ts";

/**
 * Whether Nova's services have reported since they were started. A build sent before nova-compute consumes its queue
 * is lost for ever, and the service list looks well from old data.
 */
async function reported(cloud: Administrator): Promise<boolean> {
  const services = await cloud.computeServices();
  const fresh = await Promise.all(
    novaNames.map(async (name) => {
      const { mtimeMs } = await stat(path.join(dirs.run, `${name}.json`));
      const service = services.find(({ binary }) => binary === name);
      return service?.updated_at != null && Date.parse(`${service.updated_at}Z`) > mtimeMs;
    }),
  );
  return fresh.every(Boolean);
}

/** Whether every machine is enrolled, and Placement offers each one that is free. */
async function offered(cloud: Administrator): Promise<boolean> {
  const nodes = await cloud.machines();
  const offers = await cloud.candidates(placementClass);
  const free = nodes.filter((node) => node.provision_state === "available" && node.instance_uuid === null);
  return (
    machines.every(({ name }) => nodes.some((node) => node.name === name)) && free.every(({ uuid }) => offers.has(uuid))
  );
}

const asked = ["keystone", "placement", "nova-api", "ironic", ...novaNames];
const askedPorts = [ports.keystone, ports.placement, ports.nova, ports.ironic];

async function ready(): Promise<boolean> {
  const running = await Promise.all(asked.map(isRunning));
  if (!running.every(Boolean)) return false;
  const answering = await Promise.all(askedPorts.map((port) => answers(port)));
  if (!answering.every(Boolean)) return false;
  const cloud = await Administrator.login();
  return (await reported(cloud)) && (await offered(cloud));
}

/** Its undoing stops the whole cloud at once: service after service would take their graces one by one. */
export const readyStep: Step = {
  name: "cloud ready",
  timeout: 120,
  check: ready,
  async up() {
    while (!(await ready())) {
      await refuseEnded(asked);
      await sleep(300);
    }
  },
  down: stopCloud,
};
