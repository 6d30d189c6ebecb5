import {
  deletePort,
  deleteTrunk,
  type NamedPort,
  portsDescribed,
  portsNamed,
  serversNamed,
  statusOf,
} from "../../openstack/named.ts";
import { ownerDescription, ownerOf } from "../../ports/description.ts";
import { portInfix, portName, subportPrefix, trunkName } from "../../ports/names.ts";
import { ownersOf } from "../metadata/ownership.ts";
import type { Operation } from "../operation/phases.ts";
import type { ClaimedWorker, ClaimInputs } from "../operation/types.ts";
import { type Ask, CloudPhases } from "./phase.ts";
import { removalAdvice, removalText, ServerRemoval } from "./server.ts";
import type { StackCloud } from "./stack-cloud.ts";

/** More ports than a machine has, so that one that a former config had is found too. */
const mostPorts = 16;

/** What the cloud has of a worker although the state has nothing of it any more. */
interface Leftovers {
  /** ids of its servers */
  readonly servers: readonly string[];
  /** subports among them, and each with its trunk */
  readonly ports: readonly NamedPort[];
}

/**
 * Whether the cloud has a server of this id that carries the worker's name and names its owner. Without a cloud nobody knows.
 *
 * @throws UserError when the cloud does not answer in time
 */
export async function isServerOf(
  cloud: StackCloud | undefined,
  operation: Operation,
  { removeTimeout: seconds, configPath, ...worker }: ClaimInputs,
  id: string,
): Promise<boolean> {
  if (!cloud) return false;
  const { nodeName } = worker;
  const phases = new CloudPhases(cloud, operation, `node ${nodeName}`, () => "Nothing was created.");
  const key = configPath === undefined ? "removeTimeout of the claim" : `${configPath}.timeouts.nodeRemoval`;
  const phase = {
    name: "server of the Node",
    timeout: { seconds, key },
    awaiting: () => `the cloud's answer whether server ${id} is this stack's`,
  };
  const named = await phases.run(phase, (ask) => ask((client, signal) => serversNamed(client, nodeName, signal)));
  const owners = ownersOf(worker);
  return named.some((server) => server.id === id && server.owner !== undefined && owners.includes(server.owner));
}

/**
 * Removes what a command that was interrupted has left of a worker in the cloud: the engine records a creation only once it
 * is answered, so that a server, a port or a trunk may stand that no state has. Runs when everything that the state had is deleted.
 * Only what has the worker's name and its owner is touched: servers by their metadata, ports by their description, and the
 * trunks on such ports.
 *
 * @param drain takes the Node of a server out of service, if there is one; undefined: the cluster is skipped
 * @throws UserError when something may be left
 */
export async function removeLeftovers(
  cloud: StackCloud,
  operation: Operation,
  inputs: ClaimedWorker,
  drain: ((serverId: string) => Promise<void>) | undefined,
): Promise<void> {
  await new WorkerRemoval(cloud, operation, inputs).run(drain);
}

class WorkerRemoval {
  readonly #inputs: ClaimedWorker;
  readonly #phases: CloudPhases;
  #found: Leftovers | undefined;
  /** the servers that are being removed */
  #removals: ReadonlyMap<string, ServerRemoval> = new Map();

  constructor(cloud: StackCloud, operation: Operation, inputs: ClaimedWorker) {
    this.#inputs = inputs;
    this.#phases = new CloudPhases(cloud, operation, `node ${inputs.nodeName}`, () => this.#left());
  }

  async run(drain: ((serverId: string) => Promise<void>) | undefined): Promise<void> {
    const found = await this.#find();
    this.#found = found;
    const { servers, ports } = found;
    if (servers.length === 0 && ports.length === 0) return;
    for (const id of servers) await drain?.(id);
    if (servers.length > 0) await this.#removeServers(servers);
    this.#found = { servers: [], ports };
    if (ports.length > 0) await this.#removePorts(ports);
    this.#phases.info(`removed what an interrupted command had left in the cloud: ${this.#described(found)}`);
  }

  #find(): Promise<Leftovers> {
    const { nodeName } = this.#inputs;
    const owners = ownersOf(this.#inputs);
    const isOwner = (by: string | undefined) => by !== undefined && owners.includes(by);
    const phase = {
      name: "leftovers in the cloud",
      timeout: this.#shortTimeout,
      awaiting: () => `the cloud's answer what it has of ${nodeName}`,
    };
    return this.#phases.run(phase, async (ask) => {
      const [named, ports, subports] = await Promise.all([
        ask((client, signal) => serversNamed(client, nodeName, signal)),
        ask((client, signal) => portsNamed(client, portNames(nodeName), signal)),
        ask((client, signal) => portsDescribed(client, subportDescriptions(owners, nodeName), signal)),
      ]);
      const servers = named.filter((server) => isOwner(server.owner)).map(({ id }) => id);
      const own = ports.filter((port) => isOwner(ownerOf(port.description)) || servers.includes(port.deviceId));
      const unused = await this.#unused(own, servers, ask);
      const used = own.filter((port) => !unused.includes(port));
      const free = subports.filter(
        ({ name }) =>
          name.startsWith(`${nodeName}${portInfix}`) && !used.some((port) => name.startsWith(subportPrefix(port.name))),
      );
      return { servers, ports: [...unused, ...free] };
    });
  }

  /** The ports without those that a server uses which stays. */
  async #unused(ports: readonly NamedPort[], servers: readonly string[], ask: Ask): Promise<NamedPort[]> {
    const unused = await Promise.all(
      ports.map(async (port) => {
        const { id, name, deviceId } = port;
        if (deviceId === "" || servers.includes(deviceId)) return [port];
        if ((await ask((client, signal) => statusOf(client, deviceId, signal))) === undefined) return [port];
        this.#phases.warn(
          `port ${name} (${id}) is not removed: server ${deviceId}, which is not this worker's, uses it`,
        );
        return [];
      }),
    );
    return unused.flat();
  }

  #removeServers(ids: readonly string[]): Promise<void> {
    const { configPath, deleteTimeout: seconds } = this.#inputs;
    const removals = new Map(ids.map((id) => [id, new ServerRemoval(id)]));
    this.#removals = removals;
    const key = configPath === undefined ? "deleteTimeout of the claim" : `${configPath}.timeouts.delete`;
    const awaiting = () => [...removals.values()].map(({ seen }) => removalText(seen)).join(", ");
    return this.#phases.run({ name: "server removal", timeout: { seconds, key }, awaiting }, async (ask, signal) => {
      const work = ids.map(async (id) => {
        await removals.get(id)?.run(ask, signal);
        removals.delete(id);
      });
      await Promise.all(work);
    });
  }

  #removePorts(ports: readonly NamedPort[]): Promise<void> {
    const left = new Set(ports);
    const awaiting = () => [...left].map(({ name, id }) => `port ${name} (${id}) to be gone`).join(", ");
    return this.#phases.run({ name: "port removal", timeout: this.#shortTimeout, awaiting }, async (ask) => {
      // Neutron deletes no port that is in a trunk
      for (const { trunkId } of ports)
        if (trunkId !== undefined) await ask((client, signal) => deleteTrunk(client, trunkId, signal));
      for (const port of ports) {
        await ask((client, signal) => deletePort(client, port.id, signal));
        left.delete(port);
      }
    });
  }

  get #shortTimeout(): { seconds: number; key: string } {
    const { configPath, removeTimeout: seconds } = this.#inputs;
    const key = configPath === undefined ? "removeTimeout of the claim" : `${configPath}.timeouts.nodeRemoval`;
    return { seconds, key };
  }

  #described({ servers, ports }: Leftovers): string {
    const { nodeName } = this.#inputs;
    return [
      ...servers.map((id) => `server ${nodeName} (${id})`),
      ...ports.flatMap(({ name, trunkId }) => (trunkId === undefined ? [] : `trunk ${trunkName(name)} (${trunkId})`)),
      ...ports.map(({ name, id }) => `port ${name} (${id})`),
    ].join(", ");
  }

  #left(): string {
    const { nodeName } = this.#inputs;
    const advice = removalAdvice([...this.#removals.values()].map(({ seen }) => seen));
    return this.#found
      ? `Not everything that an interrupted command had left in the cloud is removed: ${this.#described(this.#found)}.${advice === undefined ? "" : ` ${advice}`}`
      : `An interrupted command may have left a server ${nodeName} and its ports in the cloud.`;
  }
}

/** The descriptions of the worker's subports: their names tell VLANs and networks that nobody may know any more. */
const subportDescriptions = (owners: readonly string[], worker: string): string[] =>
  owners.map((owner) => ownerDescription(owner, worker));

const portNames = (worker: string): string[] => Array.from({ length: mostPorts }, (_, i) => portName(worker, i));
