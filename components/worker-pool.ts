import * as pulumi from "@pulumi/pulumi";
import { BaremetalWorker, type WorkerTemplate } from "./baremetal-worker.ts";
import { IgnitionStore, type IgnitionStoreArgs } from "./ignition-store.ts";
import { containerName } from "./ignition/payload.ts";
import { PoolMembership } from "./pool-membership.ts";
import { workerName } from "./ports/names.ts";
import { waves } from "./rollout/waves.ts";

export interface WorkerPoolArgs extends WorkerTemplate {
  readonly replicas: number;
  /** address of each worker in their order; undefined: Neutron chooses */
  readonly fixedIps?: readonly string[] | undefined;
  readonly ignition: Omit<IgnitionStoreArgs, "container">;
  /** names of the Nodes that are Ready and take pods: at most one of them is replaced at a time */
  readonly serving: ReadonlySet<string>;
}

/** Seconds for cordoning all that leaves: it needs one answer of the API server a node, and its restart at most. */
const longestCordon = 300;

/** Seconds by which the engine waits longer than the plugin, so that the plugin's error wins. */
const margin = 60;

/** A pool of like workers: `<infraID>-<pool>-0` and so on. A smaller pool loses its highest numbers. */
export class WorkerPool extends pulumi.ComponentResource {
  readonly #args: WorkerPoolArgs;
  readonly #store: IgnitionStore;

  constructor(name: string, args: WorkerPoolArgs, opts?: pulumi.ComponentResourceOptions) {
    super("openstack-baremetal-compute:index:WorkerPool", name, {}, opts);
    this.#args = args;
    const container = containerName(args.infraId, args.pool, args.owner);
    this.#store = new IgnitionStore(`${name}-ignition`, { ...args.ignition, container }, { parent: this });
  }

  /**
   * Declares the workers in waves and returns them in their order. A wave begins when the Nodes of the one before are
   * there, and never if one of them fails: an await in the program, unlike a dependency, leaves no trace in the state
   * that would make a later destroy go one by one.
   */
  async attach(): Promise<BaremetalWorker[]> {
    const { infraId, pool, replicas, serving } = this.#args;
    const names = Array.from({ length: replicas }, (_, i) => workerName(infraId, pool, i));
    const workers = new Map<string, BaremetalWorker>();
    let former: readonly BaremetalWorker[] = [];
    for (const wave of waves(names, serving)) {
      await Promise.all(former.map((worker) => worker.joined()));
      former = wave.map((name) => this.#worker(name, names.indexOf(name)));
      for (const worker of former) workers.set(worker.name, worker);
    }
    const inOrder = names.flatMap((name) => workers.get(name) ?? []);
    this.#declareMembership(inOrder);
    this.registerOutputs();
    return inOrder;
  }

  #declareMembership(workers: readonly BaremetalWorker[]): void {
    const { pool, owner, drain, configPath } = this.#args;
    const cordonTimeout = Math.min(drain.timeout, longestCordon);
    const bound = `${cordonTimeout + margin}s`;
    const members = workers.map(({ member }) => member);
    new PoolMembership(
      pool,
      { pool, owner, members, cordonTimeout, configPath },
      { parent: this, customTimeouts: { update: bound, delete: bound } },
    );
  }

  #worker(name: string, index: number): BaremetalWorker {
    const own = { name, fixedIp: this.#args.fixedIps?.[index], userData: this.#store.userData };
    return new BaremetalWorker(name, { ...this.#args, ...own }, { parent: this });
  }
}
