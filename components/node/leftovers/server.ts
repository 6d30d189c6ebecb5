import { until } from "../../lib/wait.ts";
import type { Host } from "../../openstack/host.ts";
import { machineOf } from "../../openstack/hosts.ts";
import { deleteServer, type ServerState, stateOf } from "../../openstack/named.ts";
import type { Ask } from "./phase.ts";

/** ms until the first and the second look at a server that is being removed, and so on; the last of them stays. */
const looks = [500, 1_000, 2_000, 5_000] as const;

/** ms until a deletion that Nova has given up is asked for again: a BMC may come back. The last of them stays. */
const repeats = [5_000, 30_000, 60_000] as const;

/** What is known of a server whose deletion is asked for. */
export interface Removal {
  readonly id: string;
  /** the last answer; undefined: none yet */
  readonly state: ServerState | undefined;
  /** its machine in Ironic, once Nova has given up; undefined: the account sees none */
  readonly machine: Host | undefined;
}

/**
 * Whether Nova has given up the deletion: it sets the task when it accepts it, and resets it with the status ERROR when the
 * machine could not be released (nova/compute/manager.py, terminate_instance; virt/ironic/driver.py, _unprovision). Pure.
 */
export const isGivenUp = (state: ServerState | undefined): boolean =>
  state?.status === "ERROR" && state.task === undefined;

/** What is waited for, and why it takes its time. Pure. */
export function removalText({ id, state, machine }: Removal): string {
  if (state === undefined) return `server ${id} (not asked to go yet) to be gone`;
  const task = state.task === undefined ? "" : `, ${state.task}`;
  const fault = isGivenUp(state) ? `: ${state.fault ?? "Nova reports no reason"}` : "";
  return `server ${id} (${state.status}${task}${fault}) to be gone${machine ? `; ${machineText(machine)}` : ""}`;
}

const machineText = ({ id, name, state, maintenance }: Host): string =>
  `its machine in Ironic is ${name} (${id}), ${state ?? "in an unknown state"}${maintenance ? ", in maintenance" : ""}`;

/** What to do about servers whose deletion Nova has given up; undefined: of none it has. Pure. */
export function removalAdvice(removals: readonly Removal[]): string | undefined {
  const given = removals.filter(({ state }) => isGivenUp(state));
  if (given.length === 0) return undefined;
  const commands = given.map(({ id, machine }) =>
    machine === undefined
      ? `openstack baremetal node show --instance ${id}`
      : `openstack baremetal node show ${machine.id}`,
  );
  return (
    `Nova has given up: the cloud's operator sees why on the machine (${commands.join("; ")}, last_error) and mends it; ` +
    "then this command has it released, or openstack server delete."
  );
}

/** Deletes a server, and waits until it is gone. */
export class ServerRemoval {
  readonly #id: string;
  #state: ServerState | undefined;
  #machine: Host | undefined;
  /** ms since the epoch: when its deletion was asked for last */
  #asked = 0;
  /** how often it was asked for again */
  #repeated = 0;

  constructor(id: string) {
    this.#id = id;
  }

  get seen(): Removal {
    return { id: this.#id, state: this.#state, machine: this.#machine };
  }

  async run(ask: Ask, signal: AbortSignal): Promise<void> {
    await this.#delete(ask);
    let looked = 0;
    await until({
      signal,
      wake: [],
      every: () => looks[looked++] ?? looks.at(-1),
      test: () => this.#isGone(ask),
    });
  }

  async #delete(ask: Ask): Promise<void> {
    await ask((client, signal) => deleteServer(client, this.#id, signal));
    this.#asked = Date.now();
  }

  async #isGone(ask: Ask): Promise<true | undefined> {
    const state = await ask((client, signal) => stateOf(client, this.#id, signal));
    if (state === undefined) return true;
    const isNews = !isGivenUp(this.#state);
    this.#state = state;
    if (!isGivenUp(state)) return undefined;
    if (isNews) this.#machine = await ask((client, signal) => machineOf(client, this.#id, signal));
    const pause = repeats[this.#repeated] ?? repeats[repeats.length - 1] ?? 0;
    if (Date.now() - this.#asked < pause) return undefined;
    this.#repeated += 1;
    await this.#delete(ask);
    return undefined;
  }
}
