import * as pulumi from "@pulumi/pulumi";
import { BaremetalWorker, type BaremetalWorkerArgs, type WorkerTemplate } from "./baremetal-worker.ts";
import type { HostWait } from "./hosts/await-host.ts";
import { IgnitionStore, type IgnitionStoreArgs } from "./ignition-store.ts";
import { containerName } from "./ignition/payload.ts";
import { engineMargin } from "./lifecycle/defaults.ts";
import { UserError } from "./lib/errors.ts";
import type { ExistingObjects } from "./openstack/existing.ts";
import { PoolMembership } from "./pool-membership.ts";
import type { PortTemplate } from "./ports/plan.ts";
import type { Member, NodeState } from "./rollout/gate.ts";
import type { MachineConfigPool } from "./rollout/machine-config.ts";
import { Roll } from "./rollout/roll.ts";
import type { Rollout } from "./rollout/waves.ts";
import { isBuilt } from "./server/building.ts";
import { supportsErrorHooks } from "./server/failed-server.ts";
import { unknownWorker, type WorkerInCloud } from "./server/in-cloud.ts";
import { workerSpecHash } from "./server/spec-hash.ts";

/** What one worker of a pool has of its own. */
export interface PoolWorker {
  /** name of the node and of the server, `<infraID>-<pool>-<i>` */
  readonly name: string;
  /** of its first port, at most one of each family; of a family that has none Neutron chooses */
  readonly fixedIps?: readonly string[];
  /** see components/baremetal-server.ts */
  readonly availabilityZone?: string | undefined;
  /** in addition to the pool's */
  readonly ports?: readonly PortTemplate[];
  /** in addition to the pool's, whose values they override */
  readonly labels?: Readonly<Record<string, string>>;
  /** see components/baremetal-worker.ts */
  readonly readmit?: boolean | undefined;
  /** see components/baremetal-server.ts */
  readonly isSurge?: true | undefined;
}

/** The Ignition config of a pool's machines, and how they get it. */
export type PoolIgnition =
  | ({ readonly delivery: "swift" } & Omit<
      IgnitionStoreArgs,
      "container" | "owner" | "formerOwners" | "removeTimeout" | "configPath" | "accountKey" | "urlDigest"
    >)
  | { readonly delivery: "inline"; readonly userData: string };

/** A pool as plain data. */
export interface PoolSpec extends WorkerTemplate {
  readonly workers: readonly PoolWorker[];
  readonly ignition: PoolIgnition;
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
  /** what the server of a worker waits for before it is created; undefined: for nothing */
  readonly hostWait?: HostWait | undefined;
  /** temporary URL key of the object store's account, a secret; undefined: each container has one of its own */
  readonly temporaryUrlKey?: pulumi.Input<string> | undefined;
  /** of the signatures of temporary URLs, see components/ignition-store.ts */
  readonly urlDigest?: IgnitionStoreArgs["urlDigest"];
  /** names of the workers whose servers are replaced, according to the cloud */
  readonly replaced: ReadonlySet<string>;
  /** names of those that are replaced by an edit of what is theirs alone, see components/rollout/canary.ts; undefined: of none */
  readonly ownEdits?: ReadonlySet<string> | undefined;
  /** names of the ports of which the config edits what their description tells, according to the cloud */
  readonly editedPorts: ReadonlySet<string>;
  /** by the workers' names; nothing is known of the others */
  readonly inCloud: ReadonlyMap<string, WorkerInCloud>;
  /** the zones of new servers by the workers' names, of a pool that is spread over zones; undefined: no pool is */
  readonly zones?: ReadonlyMap<string, string> | undefined;
  /** see components/baremetal-server.ts */
  readonly serverGroup?: string | undefined;
  /** looks up the objects that the cloud already has by a name */
  readonly existing: ExistingObjects;
  /** reads the current Nodes; rejects when the cluster does not answer, which does not mean "out of service" */
  readonly currentNodes: () => Promise<readonly NodeState[]>;
  /** reads the current MachineConfigPools; none where the cluster has none, or the account may not read them */
  readonly currentMachineConfigPools: () => Promise<readonly MachineConfigPool[]>;
}

/** Seconds to cordon all leaving workers: one request per node, and at most a restart of the API server. */
const longestCordon = 300;

/** What is for the user ends the program without its stack: a server that does not come, a wave that must not begin. */
async function orRunError<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    throw error instanceof UserError ? new pulumi.RunError(error.message) : error;
  }
}

function memberOf(args: WorkerPoolArgs, { name, availabilityZone, ports = [] }: PoolWorker): Member {
  const replaced = args.replaced.has(name);
  const made = args.zones?.has(name) === true && !replaced ? args.inCloud.get(name)?.madeZone : undefined;
  const isOwnEdit = args.ownEdits?.has(name) === true;
  return { name, specHash: workerSpecHash(args, { availabilityZone, ports }, made), replaced, isOwnEdit };
}

/** A pool of workers with one configuration, in order. A worker that is no longer listed is detached. */
export class WorkerPool extends pulumi.ComponentResource {
  readonly #args: WorkerPoolArgs;
  readonly #userData: BaremetalWorkerArgs["userData"];

  constructor(name: string, args: WorkerPoolArgs, opts?: pulumi.ComponentResourceOptions) {
    super("openstack-baremetal-compute:index:WorkerPool", name, {}, opts);
    this.#args = args;
    this.#userData = this.#deliver(`${name}-ignition`, args);
  }

  /** What gives each machine its Ignition config. */
  #deliver(name: string, args: WorkerPoolArgs): BaremetalWorkerArgs["userData"] {
    const { ignition, infraId, pool, owner, formerOwners, configPath, timeouts, temporaryUrlKey, urlDigest } = args;
    if (ignition.delivery === "inline") return () => pulumi.secret(ignition.userData);
    const container = containerName(infraId, pool, owner);
    const place = {
      container,
      owner,
      formerOwners,
      configPath,
      removeTimeout: timeouts.nodeRemoval,
      accountKey: temporaryUrlKey,
      urlDigest,
    };
    const store = new IgnitionStore(name, { ...ignition, ...place }, { parent: this });
    return (ports) => store.userData(args.urlLifetime, ports);
  }

  /** Declares the workers in waves (components/rollout/roll.ts) and returns them in their order. */
  async attach(): Promise<BaremetalWorker[]> {
    const { workers, serving } = this.#args;
    const roll = new Roll({
      ...this.#args,
      members: workers.map((worker) => ({ ...memberOf(this.#args, worker), worker })),
      preview: pulumi.runtime.isDryRun() ? serving : undefined,
      warn: (text) => pulumi.log.warn(text),
      info: (text) => pulumi.log.info(text, this),
      status: (text) => pulumi.log.info(text, this, undefined, true),
    });
    const hasErrorHooks = await supportsErrorHooks();
    const declared = await orRunError(
      roll.run(({ worker, specHash }) => this.#worker(worker, specHash, hasErrorHooks)),
    );
    const inOrder = workers.flatMap(({ name }) => declared.get(name) ?? []);
    this.#declareMembership(inOrder);
    this.registerOutputs();
    return inOrder;
  }

  #declareMembership(workers: readonly BaremetalWorker[]): void {
    const { pool, owner, drain, configPath, protect } = this.#args;
    const cordonTimeout = Math.min(drain.timeout, longestCordon);
    const timeout = `${cordonTimeout + engineMargin}s`;
    const members = workers.map(({ member }) => member);
    new PoolMembership(
      pool,
      { pool, owner, members, cordonTimeout, configPath },
      // the first of the pool that a destroy deletes, and dependent on all the rest: where the engine refuses it, nothing of the
      // pool is cordoned or deleted (pulumi/pulumi 3.276, pkg/resource/deploy/deployment_executor.go, erroredDeps)
      { parent: this, ...(protect === true && { protect }), customTimeouts: { update: timeout, delete: timeout } },
    );
  }

  /** What the cloud has of a worker, once a server is built that an earlier command has begun, see building.ts. */
  async #settled(name: string, worker: WorkerInCloud): Promise<WorkerInCloud> {
    const { server, ports } = worker.takenOver;
    const id = worker.building ?? (server?.isBuilt === false ? server.id : undefined);
    if (id === undefined) return worker;
    const without = { ...worker, takenOver: { ports } };
    if (pulumi.runtime.isDryRun()) return without;
    const { timeouts, configPath, existing } = this.#args;
    const timeoutKey = `${configPath}.timeouts.provision`;
    await pulumi.log.info(`server ${name} (${id}) is still being built, waiting for at most ${timeouts.provision} s`);
    const isInState = worker.building !== undefined;
    const building = { name, id, isInState, timeout: timeouts.provision, timeoutKey, status: existing.serverStatus };
    return (await orRunError(isBuilt(building))) ? worker : without;
  }

  async #worker(worker: PoolWorker, hash: string, hasErrorHooks: boolean): Promise<BaremetalWorker> {
    const { name, fixedIps = [], availabilityZone, readmit, isSurge, ports = [], labels = {} } = worker;
    const own = {
      name,
      specHash: hash,
      hasErrorHooks,
      inCloud: await this.#settled(name, this.#args.inCloud.get(name) ?? unknownWorker),
      fixedIps,
      availabilityZone,
      zone: this.#args.zones?.get(name),
      readmit,
      isSurge,
      ports: [...this.#args.ports, ...ports],
      labels: { ...this.#args.labels, ...labels },
      userData: this.#userData,
    };
    return new BaremetalWorker(name, { ...this.#args, ...own }, { parent: this });
  }
}
