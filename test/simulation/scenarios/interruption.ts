import { markdown } from "../../bench/report/table.ts";
import type { FaultPlan } from "../faults/plan.ts";
import type { Outcome } from "./setting.ts";

/** What becomes of a command whose plugin is killed after its write i, for every i. */
export interface Interruption {
  readonly write: number;
  /** what the write was */
  readonly what: string;
  readonly outcome: Outcome;
}

/** @param run the same case always, but for its plan */
export async function interruptions(run: (plan: FaultPlan) => Promise<Outcome>): Promise<Interruption[]> {
  const { written } = await run([]);
  const all: Interruption[] = [];
  for (const [i, { what }] of written.entries()) {
    all.push({ write: i + 1, what, outcome: await run([{ kind: "killed", write: i + 1 }]) });
  }
  return all;
}

const listed = (items: readonly string[]): string => items.join(", ") || "nothing";

/** The writes of the commands that followed. */
const repaired = ({ write, outcome: { written } }: Interruption): string[] =>
  written.slice(write).map(({ what }) => what);

/** The table of one command. */
export function interruptionTable(all: readonly Interruption[]): string {
  const head = [
    "killed after write",
    "which is",
    "what the state has",
    "what the next command writes",
    "what is there in the end",
  ];
  const rows = all.map((it) => [
    String(it.write),
    it.what,
    listed(it.outcome.stateWhenKilled ?? []),
    listed(repaired(it)),
    it.outcome.rest,
  ]);
  return markdown(head, rows, [1, 2, 3, 4]);
}

/** The whole document. */
export function interruptionDocument(
  tables: readonly { title: string; text: string; all: readonly Interruption[] }[],
): string {
  return [
    "# What becomes of a command whose plugin is killed",
    "",
    "Written by the simulation, which kills the provider plugin after each of its writes and runs the next command with the",
    "state that the engine had saved by then: `INTERRUPTION=write npm run test:simulation -- interruption`. A write is one",
    "that the API server has applied; its answer never arrives. In every row the next command succeeds.",
    ...tables.flatMap(({ title, text, all }) => ["", `## ${title}`, "", text, "", interruptionTable(all)]),
    "",
  ].join("\n");
}
