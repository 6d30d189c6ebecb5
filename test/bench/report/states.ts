import { withChapter } from "./chapter.ts";
import type { Figures } from "./statistics.ts";
import { markdown } from "./table.ts";

/** What the engine took to write the state of so many workers. */
export interface StatesResult {
  /** kind of backend */
  readonly backend: string;
  readonly count: number;
  /** size of the state */
  readonly mebibytes: number;
  readonly create: Figures;
  readonly noChange: Figures;
}

/** One row a backend and number of workers. */
export function statesTable(results: readonly StatesResult[]): string {
  const head = ["backend", "workers", "state, MiB", "create, s", "CPU, s", "for each worker, s", "no change, s"];
  const rows = results.map(({ backend, count, mebibytes, create, noChange }) => [
    backend,
    String(count),
    mebibytes.toFixed(1),
    create.seconds.toFixed(1),
    create.cpu.toFixed(1),
    (create.seconds / count).toFixed(2),
    noChange.seconds.toFixed(1),
  ]);
  return markdown(head, rows, [0]);
}

const title = "## Writing the state";

/** The chapter of the document about it. */
export function statesChapter(results: readonly StatesResult[], circumstances: string): string {
  return `${title}

Written by \`npm run bench -- --states\`. ${circumstances}. A program that declares as many resources, with states as large, as
this one has for its workers, and does nothing else: what remains is the engine that writes the state.

${statesTable(results)}

- **Both backends write the whole state** whenever a resource begins or ends, one after the other: twice the workers in one
  stack take twice the writes of twice the size. A command that changes nothing writes it once.
- **On a network** each write also waits for the backend's answers (a list, a copy of the former state, the new one).
- **What to do**: keep a stack to a hundred workers or so (a rack or a pool each), which also bounds what one command can
  break. \`PULUMI_SKIP_CHECKPOINTS\` is not a way out: a killed command would forget what it has created.
`;
}

/** The document with this chapter in the place of the one it has, or at its end. */
export const withStatesChapter = (document: string, chapter: string): string => withChapter(document, title, chapter);
