import { difference } from "../../../components/node/operation/diff.ts";
import type { Properties } from "../../../components/node/operation/property-values.ts";
import { asProperties } from "../../../components/node/operation/types.ts";
import type { Known, Resource } from "../../../components/node/resources/resource.ts";
import { owner } from "../../support/node-fixtures.ts";
import { CloudStore } from "../cloud/objects.ts";
import { keepPartial } from "../run/keep-partial.ts";
import type { World } from "../world/world.ts";
import * as program from "./declaration.ts";
import type { Declaration } from "./declaration.ts";
import type { Life } from "./life.ts";

/** The resources of one worker, in the order of their creation (components/baremetal-worker.ts, worker-pool.ts). */
export const resourceNames = ["NodeClaim", "Port", "Server", "NodeDrain", "OpenShiftNode", "PoolMembership"] as const;
export type ResourceName = (typeof resourceNames)[number];
type PluginResource = Exclude<ResourceName, "Port" | "Server">;

/**
 * One stack with one worker as the engine runs it: each resource after what it depends on, everything that was answered is
 * saved at once, and a replacement deletes what depends on it first. What a killed command has not been told is not saved.
 */
export class WorkerStack {
  /** what the engine has saved */
  readonly state = new Map<ResourceName, Known>();
  readonly #world: World;

  constructor(world: World) {
    this.#world = world;
  }

  /** `pulumi up --refresh`: what the cloud does not have any more is made again. */
  async up(life: Life, wanted: Declaration): Promise<void> {
    await this.#refresh(life);
    await this.#reconcile(life, "NodeClaim", program.claimInputs());
    if (!this.state.has("Port")) await this.#createPort(life);
    const created = await this.#server(life, wanted);
    const { id } = this.#saved("Server");
    await this.#reconcile(life, "NodeDrain", program.drainInputs(id));
    await this.#reconcile(life, "OpenShiftNode", program.joinInputs(wanted, { id, created }));
    await this.#reconcile(life, "PoolMembership", program.membershipInputs(id));
  }

  /** `pulumi destroy`, which runs no program: nothing is declared. */
  async destroy(life: Life): Promise<void> {
    for (const name of resourceNames.toReversed()) await this.#delete(life, name, false);
  }

  #saved(name: ResourceName): Known {
    const known = this.state.get(name);
    if (!known) throw new Error(`the state has no ${name}`);
    return known;
  }

  async #refresh(life: Life): Promise<void> {
    const [server, port] = [this.state.get("Server"), this.state.get("Port")];
    if (server && !(await life.heard(life.openStack.hasServer(server.id)))) this.state.delete("Server");
    if (port && !(await life.heard(life.openStack.hasPort(port.id)))) this.state.delete("Port");
  }

  /** The program adopts what the cloud has under its name and owner: a port of an `up` that was cut off. */
  async #createPort(life: Life): Promise<void> {
    const port = program.portOf();
    const there = new CloudStore(this.#world, "ports").all();
    const own = there.find(({ name, description }) => name === port.name && description === port.description);
    const id = own?.id ?? (await life.heard(life.openStack.createPort(port)));
    this.state.set("Port", { id, inputs: {}, state: {} });
  }

  /** When the server was made that is ACTIVE now. */
  async #server(life: Life, wanted: Declaration): Promise<string> {
    const known = this.state.get("Server");
    if (known?.inputs["image"] !== wanted.image) {
      // one machine, one address: the drained node and its server go before the next one is made
      for (const name of ["OpenShiftNode", "NodeDrain", "Server"] as const) await this.#delete(life, name, true);
    }
    if (!this.state.has("Server")) await this.#createServer(life, wanted);
    const { id, inputs, state } = this.#saved("Server");
    if (typeof state["created"] === "string") return state["created"];
    const created = await life.heard(life.openStack.awaitActive(id));
    this.state.set("Server", { id, inputs, state: { created } });
    return created;
  }

  /** Recorded as soon as the POST is answered: what fails afterwards leaves a partial resource. */
  async #createServer(life: Life, wanted: Declaration): Promise<void> {
    const server = program.serverOf(wanted, this.#saved("Port").id);
    const named = new CloudStore(this.#world, "servers").all().filter(({ name }) => name === server.name);
    const own = named.find(({ metadata }) => metadata["owner"] === owner && metadata["image"] === wanted.image);
    const [duplicate] = own ? [] : named;
    if (duplicate) throw new DuplicateServer(`server ${duplicate.id} has the name already`);
    const id = own?.id ?? (await life.heard(life.openStack.createServer(server)));
    this.state.set("Server", { id, inputs: { image: wanted.image }, state: {} });
  }

  async #reconcile(life: Life, name: PluginResource, given: Properties): Promise<void> {
    const resource = life.resources[name];
    const { inputs, failures } = resource.check(given);
    if (failures.length > 0) throw new Error(`inputs of ${name}: ${JSON.stringify(failures)}`);
    const known = this.state.get(name);
    if (!known) await this.#create(life, name, resource, inputs);
    else await this.#update(life, name, resource, known, inputs);
  }

  async #create(life: Life, name: PluginResource, resource: Resource, inputs: Properties): Promise<void> {
    const work = resource.create(life.process.operation("create", name), inputs);
    const { id, state } = await keepPartial(this.state, name, inputs, life.heard(work));
    this.state.set(name, { id, inputs, state });
  }

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
    const state = await keepPartial(this.state, name, inputs, life.heard(work));
    this.state.set(name, { id: known.id, inputs, state });
  }

  /** @param replacement whether the program of the command declares the resource */
  async #delete(life: Life, name: ResourceName, replacement: boolean): Promise<void> {
    const known = this.state.get(name);
    if (!known) return;
    if (name === "Port") await life.heard(life.openStack.deletePort(known.id));
    else if (name === "Server") await life.heard(life.openStack.deleteServer(known.id));
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

/** A server that is not as wanted has the name: the program refuses to make another (components/server/duplicate.ts). */
export class DuplicateServer extends Error {}

const perMachine = ["serverId", "serverCreated", "members"];

const lasting = (inputs: Properties): Properties =>
  Object.fromEntries(Object.entries(inputs).filter(([key]) => !perMachine.includes(key)));
