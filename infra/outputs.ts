import * as pulumi from "@pulumi/pulumi";
import type { BaremetalWorker } from "../components/baremetal-worker.ts";
import { humanDuration } from "../components/lib/duration.ts";
import { surgeText } from "../components/rollout/surge.ts";
import packageJson from "../package.json" with { type: "json" };

/** A worker as its last `pulumi up` left it. */
export interface WorkerRow {
  /** name of the worker and of its server */
  readonly name: string;
  /** name of the Node in the cluster */
  readonly node: string;
  readonly serverId: pulumi.Output<string>;
  readonly addresses: pulumi.Output<string[]>;
  /** `Ready`; of a worker that the update left out, what the state has: `Joining`, `NotReady` or `Missing` */
  readonly state: pulumi.Output<string>;
  /** how long each phase of its last join took; none of a worker that was attached by hand */
  readonly phases: pulumi.Output<readonly Phase[]>;
  /** what becomes of it, if the config does not have it */
  readonly note?: string;
}

interface Phase {
  readonly phase: string;
  readonly seconds: number;
}

/** Outputs of a stack, without a secret. */
export interface Outputs {
  /** release of the program that the last update ran */
  version: string;
  /** by worker, a line for people */
  workers: Record<string, pulumi.Output<string>>;
  /** what shows the workers as they are now */
  next?: string;
  /** checks of preflight that the config leaves out */
  skippedChecks: readonly string[];
  /**
   * The workers for programs. The engine shows no key with two underscores (pulumi/pulumi,
   * sdk/go/common/resource/properties.go, IsInternalPropertyKey): of each worker a command prints its line alone.
   * `pulumi stack output --json` and StackReferences have them as any other output.
   */
  __workers: WorkerRow[];
}

/**
 * A worker in a line: how it is, how long its join took, what to type if it is not Ready. The engine cuts off what is
 * longer than 150 characters.
 *
 * @param stack undefined: of a program of somebody else, which has no commands of its own
 * @param note what becomes of it, which is said instead of its join
 */
export function workerLine(
  state: string,
  addresses: readonly string[],
  phases: readonly Phase[],
  stack: string | undefined,
  note?: string,
): string {
  const start = [state, ...addresses].join(", ");
  if (state !== "Ready") return stack === undefined ? start : `${start}: npm run doctor -- --stack ${stack}`;
  if (note !== undefined) return `${start}, ${note}`;
  if (phases.length === 0) return start;
  const total = phases.reduce((sum, { seconds }) => sum + seconds, 0);
  const each = phases.map(({ phase, seconds }) => `${phase} ${humanDuration(seconds)}`).join(", ");
  return `${start}, joined in ${humanDuration(total)}: ${each}`;
}

const rowOf = (
  { name, serverId, addresses, state, timeline }: BaremetalWorker,
  note: string | undefined,
): WorkerRow => ({
  name,
  node: name,
  serverId,
  addresses,
  state,
  phases: timeline,
  ...(note !== undefined && { note }),
});

/** The npm commands are for the stacks of this project; a program that is built on it has others. */
const ownStack = (): string | undefined => (pulumi.getProject() === packageJson.name ? pulumi.getStack() : undefined);

/** @param surge names of the surge workers */
export function outputsOf(
  workers: readonly BaremetalWorker[],
  skippedChecks: readonly string[] = [],
  surge: readonly string[] = [],
): Outputs {
  const stack = ownStack();
  const rows = workers.map((worker) => rowOf(worker, surge.includes(worker.name) ? surgeText : undefined));
  const lineOf = ({ state, addresses, phases, note }: WorkerRow): pulumi.Output<string> =>
    pulumi.all([state, addresses, phases]).apply((row) => workerLine(...row, stack, note));
  return {
    version: packageJson.version,
    workers: Object.fromEntries(rows.map((row) => [row.name, lineOf(row)])),
    ...(stack !== undefined && workers.length > 0 && { next: `npm run status -- --stack ${stack}` }),
    skippedChecks,
    __workers: rows,
  };
}
