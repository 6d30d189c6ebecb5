import { difference } from "../../../components/node/operation/diff.ts";
import type { Properties } from "../../../components/node/operation/property-values.ts";
import { asProperties } from "../../../components/node/operation/types.ts";
import { type Known, PartialResult, type Resource } from "../../../components/node/resources/resource.ts";
import type { Checked } from "../../../components/node/schemas/check.ts";
import type { Life, PluginResource } from "./life.ts";

/** The resources of one worker, in the order of their creation (components/baremetal-worker.ts, worker-pool.ts). */
export const resourceNames = ["NodeClaim", "Port", "Server", "NodeDrain", "OpenShiftNode", "PoolMembership"] as const;
export type ResourceName = (typeof resourceNames)[number];

/** Those of the OpenStack provider. */
export type MachineResource = "Port" | "Server";

export type State = ReadonlyMap<ResourceName, Known>;

/** A server as the other resources are told of it. */
export interface ServerState {
  readonly id: string;
  /** RFC 3339, by the cloud's clock; of one that is ACTIVE */
  readonly created: string;
}

/** What a run of the program declares. */
export interface Program {
  readonly image: string;
  /** of a resource that does not depend on the server, it has none yet */
  inputs(name: PluginResource, server: ServerState): Properties;
}

/** The OpenStack provider, as the engine asks it. */
export interface MachineProvider {
  /** in the order of their creation */
  readonly names: readonly MachineResource[];
  isThere(life: Life, name: MachineResource, known: Known): Promise<boolean>;
  /** false: it is to be replaced */
  isAsWanted(name: MachineResource, known: Known, program: Program): boolean;
  create(life: Life, name: MachineResource, state: State, program: Program): Promise<Known>;
  /** what is saved once it can be used: what fails before leaves a partial resource */
  completed(life: Life, name: MachineResource, known: Known): Promise<Known>;
  delete(life: Life, name: MachineResource, known: Known): Promise<void>;
}

/** Checks of all runs: the same few inputs, and the check would be a fifth of what a run does. */
const checks = new Map<string, Checked>();

/**
 * One stack with one worker as the engine runs it: each resource after what it depends on, everything that was answered is
 * saved at once, and a replacement deletes what depends on it first. What a killed command has not been told is not saved.
 */
export class WorkerStack {
  /** what the engine has saved */
  readonly state = new Map<ResourceName, Known>();
  readonly #machines: MachineProvider;

  constructor(machines: MachineProvider) {
    this.#machines = machines;
  }

  /** The state of a worker that has joined, without a port. */
  assume(program: Program, server: ServerState, joined: Properties): void {
    for (const name of resourceNames) {
      if (name === "Port") continue;
      if (name === "Server") this.state.set(name, { id: server.id, inputs: {}, state: { created: server.created } });
      else {
        const inputs = program.inputs(name, server);
        this.state.set(name, { id: name, inputs, state: name === "OpenShiftNode" ? { ...inputs, ...joined } : inputs });
      }
    }
  }

  /** `pulumi up --refresh`: what the cloud does not have any more is made again. */
  async up(life: Life, program: Program): Promise<void> {
    await this.#refresh(life);
    await this.#reconcile(life, "NodeClaim", program);
    for (const name of this.#machines.names) await this.#provide(life, name, program);
    for (const name of ["NodeDrain", "OpenShiftNode", "PoolMembership"] as const) {
      await this.#reconcile(life, name, program);
    }
  }

  /** `pulumi destroy`, which runs no program: nothing is declared. */
  async destroy(life: Life): Promise<void> {
    for (const name of resourceNames.toReversed()) await this.#delete(life, name, false);
  }

  async #refresh(life: Life): Promise<void> {
    for (const name of this.#machines.names.toReversed()) {
      const known = this.state.get(name);
      if (known && !(await life.heard(this.#machines.isThere(life, name, known)))) this.state.delete(name);
    }
  }

  async #provide(life: Life, name: MachineResource, program: Program): Promise<void> {
    const known = this.state.get(name);
    if (name === "Server" && !(known && this.#machines.isAsWanted(name, known, program))) {
      // one machine, one address: the drained node and its server go before the next one is made
      for (const each of ["OpenShiftNode", "NodeDrain", "Server"] as const) await this.#delete(life, each, true);
    }
    const made = this.state.get(name) ?? (await life.heard(this.#machines.create(life, name, this.state, program)));
    this.state.set(name, made);
    this.state.set(name, await life.heard(this.#machines.completed(life, name, made)));
  }

  async #reconcile(life: Life, name: PluginResource, program: Program): Promise<void> {
    const resource = life.resources[name];
    const inputs = checked(resource, name, program.inputs(name, serverIn(this.state)));
    const known = this.state.get(name);
    if (!known) await this.#create(life, name, resource, inputs);
    else await this.#update(life, name, resource, known, inputs);
  }

  async #create(life: Life, name: PluginResource, resource: Resource, inputs: Properties): Promise<void> {
    const work = resource.create(life.process.operation("create", name), inputs);
    const { id, state } = await this.#keepPartial(name, inputs, life.heard(work));
    this.state.set(name, { id, inputs, state });
  }

  /** Only what differs or has drifted is updated. */
  async #update(life: Life, name: PluginResource, resource: Resource, known: Known, inputs: Properties): Promise<void> {
    const former = resource.former?.(known, inputs) ?? known.inputs;
    const found = difference(former, inputs, resource.replacing);
    if (found.replaces.length > 0) {
      await this.#delete(life, name, true);
      return this.#create(life, name, resource, inputs);
    }
    const repairs = await life.heard(resource.drift(life.process.operation("diff", name), known, inputs));
    if (found.changes.size === 0 && repairs.length === 0) return;
    const work = resource.update(life.process.operation("update", name), known, inputs);
    const state = await this.#keepPartial(name, inputs, life.heard(work));
    this.state.set(name, { id: known.id, inputs, state });
  }

  /** Of a process that was killed there is no partial result. */
  async #keepPartial<T>(name: PluginResource, inputs: Properties, work: Promise<T>): Promise<T> {
    try {
      return await work;
    } catch (error) {
      if (error instanceof PartialResult) this.state.set(name, { id: error.id, inputs, state: error.state });
      throw error;
    }
  }

  async #delete(life: Life, name: ResourceName, replacement: boolean): Promise<void> {
    const known = this.state.get(name);
    if (!known) return;
    if (name === "Port" || name === "Server") await life.heard(this.#machines.delete(life, name, known));
    else {
      const operation = { ...life.process.operation("delete", name), replacement };
      await life.heard(life.resources[name].delete(operation, known));
    }
    this.state.delete(name);
  }

  /** What a run that nothing disturbed would have saved, too: without what differs from one life of a machine to another. */
  summary(): Properties {
    return asProperties(Object.fromEntries([...this.state].map(([name, { inputs }]) => [name, lasting(inputs)])));
  }
}

function serverIn(state: State): ServerState {
  const { id = "", state: { created } = {} } = state.get("Server") ?? {};
  return { id, created: typeof created === "string" ? created : "" };
}

function checked(resource: Resource, name: PluginResource, given: Properties): Properties {
  const key = `${name} ${JSON.stringify(given)}`;
  const found = checks.get(key) ?? resource.check(given);
  checks.set(key, found);
  if (found.failures.length > 0) throw new Error(`inputs of ${name}: ${JSON.stringify(found.failures)}`);
  return found.inputs;
}

const perMachine = ["serverId", "serverCreated", "members"];

const lasting = (inputs: Properties): Properties =>
  Object.fromEntries(Object.entries(inputs).filter(([key]) => !perMachine.includes(key)));
