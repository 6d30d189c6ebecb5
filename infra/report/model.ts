import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import type { Plan } from "../preflight/plan.ts";
import type { WorkerStatus } from "../status/document.ts";
import type { Capacity } from "./capacity.ts";
import type { DrainEntry } from "./drain-log.ts";
import type { Life } from "./lives.ts";

/** Everything that the report shows. Plain data, without a secret. */
export interface ReportModel {
  readonly stack: string;
  /** ms since the epoch */
  readonly at: number;
  /** of an update by its event log; undefined: there is none, and the lives are those that the outputs have */
  readonly update: { readonly from: number; readonly to: number } | undefined;
  readonly lives: readonly Life[];
  readonly capacities: readonly Capacity[];
  readonly drainLog: readonly DrainEntry[];
  readonly plan: Plan;
  readonly checks: readonly CheckRow[];
  readonly diagnostics: readonly Diagnostic[];
  readonly topology: Topology;
  /** what could not be read, and why, a line each */
  readonly unread: readonly string[];
}

export interface CheckRow {
  readonly check: string;
  readonly verdict: string;
  readonly what: string;
}

/** What the stack is part of. */
export interface Topology {
  /** a line each; empty: it could not be read */
  readonly discovered: readonly string[];
  readonly network: string | undefined;
  readonly subnets: readonly string[];
  readonly workers: readonly TopologyWorker[];
}

export interface TopologyWorker extends Pick<WorkerStatus, "name" | "pool" | "server" | "node"> {
  readonly ports: readonly { readonly name: string; readonly addresses: readonly string[] }[];
}
