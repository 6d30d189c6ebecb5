import type fc from "fast-check";
import { annotations, type NodeObject } from "../../../components/kubernetes/types.ts";
import { CloudStore } from "../cloud/objects.ts";
import { type Declaration, nodeName } from "../engine/declaration.ts";
import type { FaultPlan } from "../faults/plan.ts";
import type { World } from "../world/world.ts";
import { Lives, quietLife, type Requests } from "./lives.ts";

export interface Declared {
  /** what the config asks for; undefined: the worker is detached */
  readonly wanted: Declaration | undefined;
  /** whether the command is repeated until it succeeds; else the next declaration follows whatever became of this one */
  readonly insists: boolean;
}

/** ms between two declarations: long enough for the actors to come to rest, and for a refresh to see what is gone. */
const pause = 120_000;

/** What goes wrong meanwhile. */
export interface Trouble {
  readonly plan: FaultPlan;
  readonly seed: number;
  /** before the last command somebody else gives other values to the labels that it asks for */
  readonly relabelled: boolean;
}

export const noTrouble: Trouble = { plan: [], seed: 1, relabelled: false };

export interface End {
  /** what is saved and what is there, but for what differs from one server to the next */
  readonly end: object;
  /** how many writes there were, in all */
  readonly writes: number;
}

/** Applies each declaration, the last one until that succeeds, and tells what is there in the end. */
export async function run(
  scheduled: fc.Scheduler,
  sequence: readonly Declared[],
  { relabelled, ...trouble }: Trouble,
  requests: Requests,
): Promise<End> {
  const lives = new Lives(scheduled, { ...quietLife, ...trouble }, requests);
  const { setting, stack } = lives;
  for (const [i, { wanted, insists }] of sequence.entries()) {
    const command = (): Promise<string | undefined> => (wanted ? lives.up(wanted) : lives.destroy());
    if (!insists && i < sequence.length - 1) {
      await command();
      await setting.simulation.pass(pause);
      continue;
    }
    if (relabelled && i === sequence.length - 1) relabel(lives, wanted?.labels ?? {});
    const results = await lives.repeat(command);
    const last = results.at(-1);
    if (last !== undefined) setting.simulation.fail(`${results.length} commands failed, the last with: ${last}`);
    await setting.simulation.pass(pause);
  }
  setting.simulation.rest();
  const writes = setting.disturbances.written.length;
  return { end: { saved: stack.summary(), left: lives.left.length, ...summaryOf(setting.world) }, writes };
}

/** Only what the next command asks for: what becomes of another label of somebody else is not the program's. */
function relabel({ setting: { api } }: Lives, labels: Declaration["labels"]): void {
  const others = Object.fromEntries(Object.keys(labels).map((key) => [key, "of-somebody-else"]));
  api.patch("nodes", nodeName, { metadata: { labels: others } }, "administrator");
}

/** What is there, but for what differs from one server to the next. */
function summaryOf(world: World): object {
  const node = world.get("nodes", nodeName) as NodeObject | undefined;
  const servers = new CloudStore(world, "servers").all();
  return {
    servers: servers.map(({ name, status, metadata }) => ({ name, status, metadata })),
    node: node && {
      labels: node.metadata.labels ?? {},
      annotations: Object.keys(node.metadata.annotations ?? {}).toSorted(),
      owner: node.metadata.annotations?.[annotations.owner],
      isCordoned: node.spec.unschedulable === true,
      taints: node.spec.taints ?? [],
      isOurs: servers.some(({ id }) => node.spec.providerID?.endsWith(id) === true),
      ready: node.status?.conditions?.find(({ type }) => type === "Ready")?.status,
    },
  };
}
