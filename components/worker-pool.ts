import * as pulumi from "@pulumi/pulumi";
import { BaremetalWorker, type WorkerTemplate } from "./baremetal-worker.ts";
import { IgnitionStore, type IgnitionStoreArgs } from "./ignition-store.ts";
import { containerName } from "./ignition/payload.ts";
import { engineMargin } from "./lifecycle/defaults.ts";
import { UserError } from "./lib/errors.ts";
import type { ExistingObjects } from "./openstack/existing.ts";
import { PoolMembership } from "./pool-membership.ts";
import type { PortTemplate } from "./ports/plan.ts";
import { blockers, isReplaced, leavingNodes, type Member, type NodeState } from "./rollout/gate.ts";
import { type MachineConfigPool, pausedWarning, waveVerdict } from "./rollout/machine-config.ts";
import { type Rollout, waves } from "./rollout/waves.ts";
import { isBuilt } from "./server/building.ts";
import { unknownWorker, type WorkerInCloud } from "./server/in-cloud.ts";
import { specHash } from "./server/spec-hash.ts";

/** What one worker of a pool has of its own. */
export interface PoolWorker {
  /** name of the node and of the server, `<infraID>-<pool>-<i>` */
  readonly name: string;
  /** undefined: Neutron chooses */
  readonly fixedIp?: string | undefined;
  /** see components/baremetal-server.ts */
  readonly availabilityZone?: string | undefined;
  /** in addition to the pool's */
  readonly ports?: readonly PortTemplate[];
  /** in addition to the pool's, whose values they override */
  readonly labels?: Readonly<Record<string, string>>;
  /** see components/baremetal-worker.ts */
  readonly readmit?: boolean | undefined;
}

/** A pool as plain data. */
export interface PoolSpec extends WorkerTemplate {
  readonly workers: readonly PoolWorker[];
  readonly ignition: Omit<IgnitionStoreArgs, "container" | "owner" | "formerOwners" | "removeTimeout" | "configPath">;
  /** name of the MachineConfigPool whose config the workers boot with */
  readonly machineConfigPool: string;
  /** the MachineConfigPools of the cluster, for what is not said again; an update looks again before each wave */
  readonly machineConfigPools: readonly MachineConfigPool[];
  /** names of the Nodes that serve, for a preview; an update looks again before each wave */
  readonly serving: ReadonlySet<string>;
  readonly rollout: Rollout;
}

export interface WorkerPoolArgs extends PoolSpec {
  /** seconds that the signed URL of a worker is valid from when its server is declared, see components/ignition/url-lifetime.ts */
  readonly urlLifetime: number;
  /** names of the workers whose servers are replaced, according to the cloud */
  readonly replaced: ReadonlySet<string>;
  /** names of the ports whose allowed addresses the config edits, according to the cloud */
  readonly editedPorts: ReadonlySet<string>;
  /** by the workers' names; nothing is known of the others */
  readonly inCloud: ReadonlyMap<string, WorkerInCloud>;
  /** looks up the objects that the cloud already has by a name */
  readonly existing: ExistingObjects;
  /** reads the current Nodes; rejects when the cluster does not answer, which does not mean "out of service" */
  readonly currentNodes: () => Promise<readonly NodeState[]>;
  /** reads the current MachineConfigPools; none where the cluster has none, or the account may not read them */
  readonly currentMachineConfigPools: () => Promise<readonly MachineConfigPool[]>;
}

/** Seconds to cordon all leaving workers: one request per node, and at most a restart of the API server. */
const longestCordon = 300;

/** A user's mistake, or a server that does not come, ends the program without a stack trace. */
async function orRunError<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    throw error instanceof UserError ? new pulumi.RunError(error.message) : error;
  }
}

function memberOf(args: WorkerPoolArgs, { name, availabilityZone, ports = [] }: PoolWorker): Member {
  const spec = specHash({ ...args, ports: [...args.ports, ...ports], availabilityZone });
  return { name, specHash: spec, replaced: args.replaced.has(name) };
}

/** A pool of workers with one configuration, in order. A worker that is no longer listed is detached. */
export class WorkerPool extends pulumi.ComponentResource {
  readonly #args: WorkerPoolArgs;
  readonly #store: IgnitionStore;
  readonly #members: ReadonlyMap<string, Member>;
  /** the Nodes at the last look; undefined: none yet */
  #nodes: readonly NodeState[] | undefined;
  /** what has been said of paused MachineConfigPools, here or before: each wave would repeat it */
  readonly #said: Set<string>;

  constructor(name: string, args: WorkerPoolArgs, opts?: pulumi.ComponentResourceOptions) {
    super("openstack-baremetal-compute:index:WorkerPool", name, {}, opts);
    this.#args = args;
    const paused = args.machineConfigPools.filter((pool) => pool.paused);
    this.#said = new Set(paused.map((pool) => pausedWarning(pool, args.machineConfigPool)));
    this.#members = new Map(args.workers.map((worker) => [worker.name, memberOf(args, worker)]));
    const { owner, formerOwners, configPath, timeouts } = args;
    const container = containerName(args.infraId, args.pool, owner);
    const store = { ...args.ignition, container, owner, formerOwners, configPath, removeTimeout: timeouts.nodeRemoval };
    this.#store = new IgnitionStore(`${name}-ignition`, store, { parent: this });
  }

  /**
   * Declares the workers in waves and returns them in their order. A wave begins when the Nodes of the one before are
   * there, and never if one of them fails: an await in the program, unlike a dependency, leaves no trace in the state
   * that would make a later destroy go one by one.
   */
  async attach(): Promise<BaremetalWorker[]> {
    const wanted = new Map(this.#args.workers.map((worker) => [worker.name, worker]));
    const workers = new Map<string, BaremetalWorker>();
    let former: readonly BaremetalWorker[] = [];
    while (workers.size < wanted.size) {
      await Promise.all(former.map((worker) => worker.joined()));
      const wave = await this.#nextWave([...wanted.keys()].filter((name) => !workers.has(name)));
      former = await Promise.all(wave.flatMap((name) => wanted.get(name) ?? []).map((worker) => this.#worker(worker)));
      for (const worker of former) workers.set(worker.name, worker);
    }
    const inOrder = [...wanted.keys()].flatMap((name) => workers.get(name) ?? []);
    this.#declareMembership(inOrder);
    this.registerOutputs();
    return inOrder;
  }

  /**
   * The workers to declare next. Who serves is looked up again before each wave that replaces somebody: a worker that was
   * out of service at the start may have come back, and then counts like the others.
   *
   * @param rest names of the workers that are not declared yet
   */
  async #nextWave(rest: readonly string[]): Promise<readonly string[]> {
    const { serving, rollout, currentNodes } = this.#args;
    // in a preview, workers that the update brings into service are still missing
    if (pulumi.runtime.isDryRun()) return waves(rest, serving, rollout)[0] ?? [];
    this.#nodes ??= await currentNodes();
    const planned = this.#waveOf(rest, this.#nodes);
    const states = new Map(this.#nodes.map((node) => [node.name, node]));
    if (!planned.some((member) => isReplaced(member, states.get(member.name)))) return planned.map(({ name }) => name);
    this.#nodes = await currentNodes();
    const wave = this.#waveOf(rest, this.#nodes);
    await this.#checkMachineConfig(wave, this.#nodes);
    this.#throwIfBlocked(wave, this.#nodes);
    return wave.map(({ name }) => name);
  }

  #waveOf(rest: readonly string[], nodes: readonly NodeState[]): Member[] {
    const serving = new Set(nodes.flatMap((node) => (node.serving ? node.name : [])));
    const [wave = []] = waves(rest, serving, this.#args.rollout);
    return wave.flatMap((name) => this.#members.get(name) ?? []);
  }

  /** Throws if a wave would take more workers out of service than the rollout allows. */
  #throwIfBlocked(wave: readonly Member[], nodes: readonly NodeState[]): void {
    const { rollout, pool, configPath } = this.#args;
    const out = blockers(wave, [...this.#members.values()], nodes, rollout);
    if (out.length === 0) return;
    const updating = new Set(nodes.filter((node) => node.updating).map(({ name }) => name));
    const named = out.map((name) => (updating.has(name) ? `${name} (the machine-config operator updates it)` : name));
    throw new pulumi.RunError(
      `pool ${pool}: ${wave.map(({ name }) => name).join(", ")} and what follows are not replaced, because ${named.join(", ")} ` +
        `${out.length === 1 ? "is" : "are"} out of service, and no more than ${rollout.maxUnavailable} may be ` +
        `(${configPath}.rollout.maxUnavailable). Repair or replace them (pulumi up --replace <URN>), or list them in ` +
        `${configPath}.rollout.ignore; then repeat the command.`,
    );
  }

  /**
   * Throws if the machine-config operator takes Nodes out of service beside the wave. To wait for it is not for `pulumi up`:
   * it takes as long as the reboots of all its machines, and no key of the config bounds it.
   */
  async #checkMachineConfig(wave: readonly Member[], nodes: readonly NodeState[]): Promise<void> {
    const { pool, machineConfigPool: boot, currentMachineConfigPools } = this.#args;
    const names = new Set(wave.map(({ name }) => name));
    const { warnings, refusal } = waveVerdict({
      wave: nodes.filter(({ name }) => names.has(name)),
      leaving: leavingNodes(wave, nodes),
      nodes,
      pools: await currentMachineConfigPools(),
      boot,
    });
    for (const warning of warnings) {
      if (!this.#said.has(warning)) await pulumi.log.warn(`pool ${pool}: ${warning}`);
      this.#said.add(warning);
    }
    if (refusal === undefined) return;
    throw new pulumi.RunError(
      `pool ${pool}: ${[...names].join(", ")} and what follows are not replaced, because ${refusal}; then repeat the command.`,
    );
  }

  #declareMembership(workers: readonly BaremetalWorker[]): void {
    const { pool, owner, drain, configPath } = this.#args;
    const cordonTimeout = Math.min(drain.timeout, longestCordon);
    const timeout = `${cordonTimeout + engineMargin}s`;
    const members = workers.map(({ member }) => member);
    new PoolMembership(
      pool,
      { pool, owner, members, cordonTimeout, configPath },
      { parent: this, customTimeouts: { update: timeout, delete: timeout } },
    );
  }

  /** What the cloud has of a worker, once the server that is taken over is built: it cannot be imported before. */
  async #settled(name: string, worker: WorkerInCloud): Promise<WorkerInCloud> {
    const { server, ports } = worker.takenOver;
    if (server === undefined || server.isBuilt) return worker;
    const without = { ...worker, takenOver: { ports } };
    if (pulumi.runtime.isDryRun()) return without;
    const { timeouts, configPath, existing } = this.#args;
    const timeoutKey = `${configPath}.timeouts.provision`;
    await pulumi.log.info(
      `server ${name} (${server.id}) is still being built, waiting for at most ${timeouts.provision} s`,
    );
    const building = { name, id: server.id, timeout: timeouts.provision, timeoutKey, status: existing.serverStatus };
    return (await orRunError(isBuilt(building))) ? worker : without;
  }

  async #worker({
    name,
    fixedIp,
    availabilityZone,
    readmit,
    ports = [],
    labels = {},
  }: PoolWorker): Promise<BaremetalWorker> {
    const own = {
      name,
      inCloud: await this.#settled(name, this.#args.inCloud.get(name) ?? unknownWorker),
      fixedIp,
      availabilityZone,
      readmit,
      ports: [...this.#args.ports, ...ports],
      labels: { ...this.#args.labels, ...labels },
      userData: (ports: readonly pulumi.Output<string>[]) => this.#store.userData(this.#args.urlLifetime, ports),
    };
    return new BaremetalWorker(name, { ...this.#args, ...own }, { parent: this });
  }
}
