import type * as pulumi from "@pulumi/pulumi";
import type { BaremetalWorker } from "../components/baremetal-worker.ts";
import packageJson from "../package.json" with { type: "json" };

/** One row of the stack's table of workers. */
export interface WorkerRow {
  /** name of the worker and of its server */
  name: string;
  /** name of the Node in the cluster */
  node: string;
  serverId: pulumi.Output<string>;
  addresses: pulumi.Output<string[]>;
  state: pulumi.Output<string>;
}

/** How long each phase of a worker's attach took. */
export interface AttachTimeline {
  name: string;
  phases: pulumi.Output<{ phase: string; seconds: number }[]>;
}

/** Outputs of a stack, without a secret. */
export interface Outputs {
  /** release of the program that the last update ran */
  version: string;
  workers: WorkerRow[];
  attach: AttachTimeline[];
  /** checks of preflight that the config leaves out */
  skippedChecks: readonly string[];
}

function row({ name, serverId, addresses, state }: BaremetalWorker): WorkerRow {
  return { name, node: name, serverId, addresses, state };
}

export function outputsOf(workers: readonly BaremetalWorker[], skippedChecks: readonly string[] = []): Outputs {
  return {
    version: packageJson.version,
    workers: workers.map(row),
    attach: workers.map(({ name, timeline }) => ({ name, phases: timeline })),
    skippedChecks,
  };
}
