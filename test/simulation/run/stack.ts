import type { Cluster } from "../../../components/node/cluster/cluster.ts";
import type { Checked } from "../../../components/node/schemas/check.ts";
import { nodeClaim } from "../../../components/node/resources/node-claim.ts";
import { nodeDrain } from "../../../components/node/resources/node-drain.ts";
import { openShiftNode } from "../../../components/node/resources/openshift-node.ts";
import { poolMembership } from "../../../components/node/resources/pool-membership.ts";
import type { Known, Resource } from "../../../components/node/resources/resource.ts";
import type { Properties } from "../../../components/node/operation/property-values.ts";
import { keepPartial } from "./keep-partial.ts";
import type { PluginProcess } from "./plugin-process.ts";

/** The resources of one worker, in the order of their creation (components/baremetal-worker.ts, worker-pool.ts). */
export const resourceNames = ["NodeClaim", "Server", "NodeDrain", "OpenShiftNode", "PoolMembership"] as const;
export type ResourceName = (typeof resourceNames)[number];

/** A server as the state has it. */
export interface ServerState {
  readonly id: string;
  /** RFC 3339, by the cloud's clock */
  readonly created: string;
}

/** The server's own provider, whose answers the engine has at once: what can happen to that is not the plugin's. */
export interface ServerProvider {
  create(): ServerState;
  /** resolves once the server is gone */
  delete(): Promise<void>;
}

/** The inputs of a resource as the program gives them. */
type InputsOf = (name: PluginResource, server: ServerState) => Properties;

/** Of a resource that does not depend on the server, before that is there. */
const noServer: ServerState = { id: "", created: "" };

/** Checks of all runs: the same few inputs, and the check is a fifth of what a run does. */
const known = new Map<string, Checked>();

/** What the engine keeps of one worker, and its commands, one resource after the other. */
export class Stack {
  readonly state = new Map<ResourceName, Known>();
  readonly #inputs: InputsOf;
  readonly #servers: ServerProvider;
  #server: ServerState | undefined;

  constructor(inputs: InputsOf, servers: ServerProvider) {
    this.#inputs = inputs;
    this.#servers = servers;
  }

  /** The state of a worker that has joined. */
  assume(server: ServerState, outputs: Properties): void {
    for (const name of resourceNames) {
      if (name === "Server") this.#saveServer(server);
      else {
        const inputs = this.#inputs(name, server);
        this.state.set(name, {
          id: name,
          inputs,
          state: name === "OpenShiftNode" ? { ...inputs, ...outputs } : inputs,
        });
      }
    }
  }

  /** `pulumi up`: creates what the state does not have, and goes on with a join that has failed. */
  async up(process: PluginProcess): Promise<void> {
    for (const name of resourceNames) {
      const known = this.state.get(name);
      if (name === "Server") {
        if (!known) this.#saveServer(this.#servers.create());
      } else if (!known) await this.#create(process, name);
      else await this.#update(process, name, known);
    }
  }

  /** `pulumi destroy`. */
  async destroy(process: PluginProcess): Promise<void> {
    for (const name of resourceNames.toReversed()) {
      const known = this.state.get(name);
      if (!known) continue;
      if (name === "Server") await this.#deleteServer();
      else await process.heard(resourceOf(process.cluster, name).delete(process.operation("delete"), known));
      this.state.delete(name);
    }
  }

  async #deleteServer(): Promise<void> {
    await this.#servers.delete();
    this.#server = undefined;
  }

  async #create(process: PluginProcess, name: PluginResource): Promise<void> {
    const resource = resourceOf(process.cluster, name);
    const inputs = this.#checked(resource, name);
    const work = resource.create(process.operation("create"), inputs);
    const { id, state } = await keepPartial(this.state, name, inputs, process.heard(work));
    this.state.set(name, { id, inputs, state });
  }

  /** Only what differs or has drifted is updated. */
  async #update(process: PluginProcess, name: PluginResource, known: Known): Promise<void> {
    const resource = resourceOf(process.cluster, name);
    const inputs = this.#checked(resource, name);
    const former = resource.former?.(known, inputs) ?? known.inputs;
    const isEdited = JSON.stringify(former) !== JSON.stringify(inputs);
    const repairs = await process.heard(resource.drift(process.operation("diff"), known, inputs));
    if (!isEdited && repairs.length === 0) return;
    const work = resource.update(process.operation("update"), known, inputs);
    const state = await keepPartial(this.state, name, inputs, process.heard(work));
    this.state.set(name, { id: known.id, inputs, state });
  }

  #checked(resource: Resource, name: PluginResource): Properties {
    const given = this.#inputs(name, this.#server ?? noServer);
    const key = `${name} ${JSON.stringify(given)}`;
    const { inputs, failures } = known.get(key) ?? resource.check(given);
    known.set(key, { inputs, failures });
    if (failures.length > 0) throw new Error(`inputs of ${name}: ${JSON.stringify(failures)}`);
    return inputs;
  }

  #saveServer(server: ServerState): void {
    this.#server = server;
    this.state.set("Server", { id: server.id, inputs: {}, state: { ...server } });
  }
}

export type PluginResource = Exclude<ResourceName, "Server">;

function resourceOf(cluster: Cluster, name: PluginResource): Resource {
  const connected = (): Promise<Cluster> => Promise.resolve(cluster);
  // without a cloud: what is left over there is another scenario's
  if (name === "NodeClaim") return nodeClaim(connected, () => undefined);
  if (name === "NodeDrain") return nodeDrain(connected);
  return name === "OpenShiftNode" ? openShiftNode(connected) : poolMembership(connected);
}
