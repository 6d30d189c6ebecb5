import * as pulumi from "@pulumi/pulumi";
import { BaremetalWorker, type WorkerTemplate } from "./baremetal-worker.ts";
import { IgnitionStore, type IgnitionStoreArgs } from "./ignition-store.ts";
import { containerName } from "./ignition/payload.ts";
import { workerName } from "./ports/names.ts";

export interface WorkerPoolArgs extends WorkerTemplate {
  readonly replicas: number;
  /** address of each worker in their order; undefined: Neutron chooses */
  readonly fixedIps?: readonly string[] | undefined;
  readonly ignition: Omit<IgnitionStoreArgs, "container">;
}

/** A pool of like workers: `<infraID>-<pool>-0` and so on. A smaller pool loses its highest numbers. */
export class WorkerPool extends pulumi.ComponentResource {
  readonly workers: readonly BaremetalWorker[];

  constructor(name: string, args: WorkerPoolArgs, opts?: pulumi.ComponentResourceOptions) {
    super("openstack-baremetal-compute:index:WorkerPool", name, {}, opts);
    const store = new IgnitionStore(
      `${name}-ignition`,
      { ...args.ignition, container: containerName(args.infraId, args.pool, args.owner) },
      { parent: this },
    );
    this.workers = Array.from({ length: args.replicas }, (_, i) => {
      const worker = workerName(args.infraId, args.pool, i);
      const own = { name: worker, fixedIp: args.fixedIps?.[i], userData: store.userData };
      return new BaremetalWorker(worker, { ...args, ...own }, { parent: this });
    });
    this.registerOutputs();
  }
}
