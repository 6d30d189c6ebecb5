import * as pulumi from "@pulumi/pulumi";
import type { BaremetalWorker } from "../components/baremetal-worker.ts";
import type { WorkerPool } from "../components/worker-pool.ts";

/** One row of the stack's table of workers. */
export interface WorkerRow {
  /** name of the worker and of its server */
  name: string;
  /** name of the Node in the cluster */
  node: string;
  serverId: string;
  addresses: string[];
  state: string;
}

/** How long each phase of a worker's attach took. */
export interface AttachTimeline {
  name: string;
  phases: { phase: string; seconds: number }[];
}

/** Outputs of a stack, without a secret. */
export interface Outputs {
  workers: pulumi.Output<WorkerRow>[];
  attach: pulumi.Output<AttachTimeline>[];
}

function row({ name, serverId, addresses, state }: BaremetalWorker): pulumi.Output<WorkerRow> {
  return pulumi.output({ name, node: name, serverId, addresses, state });
}

export function outputsOf(pools: readonly WorkerPool[]): Outputs {
  const workers = pools.flatMap((pool) => pool.workers);
  return {
    workers: workers.map(row),
    attach: workers.map(({ name, timeline }) => pulumi.output({ name, phases: timeline })),
  };
}
