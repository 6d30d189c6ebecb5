import { setTimeout as sleep } from "node:timers/promises";
import { controlPlane } from "../../../lab/cluster/steps.ts";
import { type Machine, setFault } from "../../../lab/metal/faults.ts";
import { pidOf } from "../../../lab/runtime/processes.ts";
import { stepsOf } from "../../../lab/runtime/step.ts";
import { machines } from "../../../lab/settings.ts";
import { admin, cloud } from "../cloud/cloud.ts";
import { until } from "../wait.ts";

/** What goes wrong in a data centre, done to the lab. */

const apiServer = "kube-apiserver";

/** Kills the API server as a crash does. */
export async function killApiServer(): Promise<void> {
  const pid = await pidOf(apiServer);
  if (pid === undefined) throw new Error("the lab's API server does not run");
  process.kill(-pid, "SIGKILL");
}

/** Starts it again, with everything that it knew; harmless while it runs. */
export async function startApiServer(): Promise<void> {
  const step = stepsOf(controlPlane).find(({ name }) => name === apiServer);
  if (!step) throw new Error("the lab has no step of its API server");
  await step.up(() => undefined);
}

/** Kills the API server, and starts it again after `down` seconds as its supervisor would. */
export async function crashApiServer(down: number): Promise<void> {
  await killApiServer();
  await sleep(down * 1000);
  await startApiServer();
}

/** The machine under a server, if it has one already. */
async function findMachine(serverId: string): Promise<Machine | undefined> {
  const port = (await cloud.ports()).find(({ device_id }) => device_id === serverId);
  return machines.find(({ nics }) => nics.some(({ mac }) => mac === port?.mac_address));
}

/** The machine under a server. */
export async function machineOf(serverId: string): Promise<Machine> {
  const machine = await findMachine(serverId);
  if (!machine) throw new Error(`no machine of server ${serverId}`);
  return machine;
}

/** Lets the machine of a new server hang before it boots: its port has the MAC before it is switched on. */
export async function hangBeforeBoot(serverId: string): Promise<Machine> {
  const machine = await until("the server's machine", () => findMachine(serverId));
  await setFault(machine, { boot: "never" });
  return machine;
}

/** The process that a server's machine has been since it was switched on; undefined while it is off. */
export async function bootOf(serverId: string): Promise<number | undefined> {
  return pidOf(`machine-${(await machineOf(serverId)).name}`);
}

/** An administrator's lock: the project's member cannot delete the server any more. */
export const lock = (serverId: string): Promise<void> => admin.act(serverId, { lock: null });
export const unlock = (serverId: string): Promise<void> => admin.act(serverId, { unlock: null });

/** Off and on again, its disk kept. */
export const reboot = (serverId: string): Promise<void> => admin.act(serverId, { reboot: { type: "HARD" } });
