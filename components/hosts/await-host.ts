import * as pulumi from "@pulumi/pulumi";
import { formatDuration } from "../lib/duration.ts";
import { sleep } from "../lib/wait.ts";
import { type HostDemand, hostOfZone } from "./admission.ts";
import type { HostGate, WaitLog } from "./gate.ts";
import { allowanceLeft, type Vacated } from "./vacated.ts";

/** What the servers of a pool wait for before they are created. */
export type HostWait =
  /** until the hosts show that one is free, for `seconds` at most */
  | { readonly by: "inventory"; readonly seconds: number; readonly resourceClass: string; readonly gate: HostGate }
  /** until so many seconds have passed since a machine was left */
  | { readonly by: "cleaningAllowance"; readonly seconds: number };

export interface WaitingWorker {
  readonly name: string;
  readonly availabilityZone: string | undefined;
  /** path of its pool in the config */
  readonly configPath: string;
  /** undefined: as far as anybody knows, no server of it has left a machine */
  readonly vacated: Vacated | undefined;
}

/** ms between two remarks on what is left. */
const remarkInterval = 5_000;

/** Waits until what cleaning may take has passed since the worker's former server was deleted. */
async function awaitAllowance(
  { name, configPath, vacated }: WaitingWorker,
  allowance: number,
  log: WaitLog,
): Promise<void> {
  if (vacated === undefined) return;
  const begun = Date.now();
  const left = (): number => allowanceLeft(allowance, vacated, begun, Date.now());
  if (left() === 0) return;
  const key = `${configPath}.cleaningAllowance`;
  await log.info(
    `${name} waits for a free host: for ${formatDuration(Math.ceil(left()))}, as long as the machine of its former server may ` +
      `still be cleaned (${key}: ${formatDuration(allowance)})`,
  );
  for (let seconds = left(); seconds > 0; seconds = left()) {
    await log.status(`waiting for a free host: ${formatDuration(Math.ceil(seconds))} left (${key})`);
    await sleep(Math.min(seconds * 1000, remarkInterval));
  }
}

async function awaitHost(worker: WaitingWorker, wait: HostWait, log: WaitLog): Promise<void> {
  if (wait.by === "cleaningAllowance") return awaitAllowance(worker, wait.seconds, log);
  const { name, availabilityZone, configPath } = worker;
  const { resourceClass, seconds, gate } = wait;
  const demand: HostDemand = { worker: name, resourceClass, hostId: hostOfZone(availabilityZone) };
  return gate.admit(demand, { seconds, key: `${configPath}.timeouts.host` }, log);
}

/**
 * A hook that lets a server be created only when a host is free for it. Nova says that a server is deleted when Ironic begins to
 * clean its machine (nova/virt/ironic/driver.py, _unprovision), and a server that finds no host is in ERROR at once.
 *
 * The engine does not count a hook's time as the creation's (customTimeouts). The server is not registered yet: its line is that
 * of the component around it.
 */
export function freeHostHook(worker: WaitingWorker, wait: HostWait, log: WaitLog): pulumi.ResourceHook {
  return new pulumi.ResourceHook(`free-host-for-${worker.name}`, () => awaitHost(worker, wait, log));
}
