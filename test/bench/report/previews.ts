import { withChapter } from "./chapter.ts";
import { type Figures, median } from "./statistics.ts";
import { markdown } from "./table.ts";

/** What one client took to find that nothing has changed: the figures of each round, by the number of workers. */
export interface PreviewResult {
  readonly name: string;
  readonly rounds: ReadonlyMap<number, readonly Figures[]>;
}

const figureNames = ["seconds", "cpu", "memory"] as const;
const heads: Readonly<Record<keyof Figures, string>> = { seconds: "time, s", cpu: "CPU, s", memory: "peak, MiB" };
const digits: Readonly<Record<keyof Figures, number>> = { seconds: 1, cpu: 1, memory: 0 };

/** Medians of the rounds with so many workers; undefined: there is none. */
function figuresAt({ rounds }: PreviewResult, count: number): Figures | undefined {
  const found = rounds.get(count);
  if (found === undefined || found.length === 0) return undefined;
  const middle = (figure: keyof Figures): number => median(found.map((each) => each[figure]));
  return { seconds: middle("seconds"), cpu: middle("cpu"), memory: middle("memory") };
}

const times = (value: number): string => `${value.toFixed(2)}×`;

/**
 * What each worker costs that was added since the number before: equal at every number if the cost is linear, whatever a
 * command costs without a worker.
 */
function added(result: PreviewResult, count: number, before: number | undefined): string[] {
  const now = figuresAt(result, count);
  const then = before === undefined ? undefined : figuresAt(result, before);
  if (!now || !then || before === undefined) return ["–", "–", "–"];
  const each = (figure: keyof Figures): number => (now[figure] - then[figure]) / (count - before);
  return [(each("seconds") * 1000).toFixed(0), (each("cpu") * 1000).toFixed(0), (each("memory") * 1024).toFixed(0)];
}

/** Time for each worker, as a multiple of that with the fewest workers. */
function perWorker(result: PreviewResult, count: number, fewest: number): string {
  const [now, first] = [figuresAt(result, count), figuresAt(result, fewest)];
  return now && first ? times(now.seconds / count / (first.seconds / fewest)) : "–";
}

function cells(result: PreviewResult, base: PreviewResult | undefined, count: number): string[] {
  const figures = figuresAt(result, count);
  const baseFigures = base && base !== result ? figuresAt(base, count) : undefined;
  return figureNames.map((figure) => {
    if (!figures) return "–";
    const value = figures[figure].toFixed(digits[figure]);
    return baseFigures ? `${value} (${times(figures[figure] / baseFigures[figure])})` : value;
  });
}

/**
 * One row a client and number of workers: medians and, in parentheses, how many times as much as the base.
 * @param base name of the client that the others are compared with
 */
export function previewTable(results: readonly PreviewResult[], base: string): string {
  const counts = [...new Set(results.flatMap(({ rounds }) => [...rounds.keys()]))].toSorted(
    (one, other) => one - other,
  );
  const [fewest = 0] = counts;
  const head = [
    "workers",
    "",
    ...figureNames.map((figure) => heads[figure]),
    `time per worker, of that at ${fewest}`,
    "each further worker: ms",
    "CPU ms",
    "KiB",
  ];
  const baseResult = results.find(({ name }) => name === base);
  const rows = counts.flatMap((count, i) =>
    results.map((result) => [
      String(count),
      result.name,
      ...cells(result, baseResult, count),
      perWorker(result, count, fewest),
      ...added(result, count, counts[i - 1]),
    ]),
  );
  return markdown(head, rows, [1]);
}

const title = "## A preview without changes, by the number of workers";

/** The chapter of the document about it. */
export function previewChapter(results: readonly PreviewResult[], circumstances: string, base: string): string {
  return `${title}

Written by \`npm run bench -- --previews\`. ${circumstances}. State and answers of cloud and cluster were recorded on the lab
with two workers, and multiplied; a server on this machine gives the answers at once, so that the client is what is measured.

${previewTable(results, base)}

- **The same question**: \`pulumi preview --expect-no-changes\` and \`tofu plan -detailed-exitcode\`, both with a state of that
  many workers in a file. A client that finds a change fails the bench.
- **Not the same work**: this program lists servers, ports and Nodes and judges them before it compares its config with the
  state; OpenTofu reads each server and port anew.
- **Each further worker**: what it costs more than the next smaller number of workers. The figures stay the same from row to
  row when the cost is linear.
- **Linear while the state says what the program says**: for each resource whose inputs, dependencies, hooks or timeouts
  differ from the state's, though nothing changes, the engine serializes and verifies the whole state, also in a preview
  (pulumi 3.276, pkg/backend/snapshot.go: \`mustWrite\`, \`saveSnapshot\`). With two such resources a worker that took 3 CPU s
  more at 100 workers, and 28 more at 300. So it is after an upgrade of this program, until the first \`pulumi up\`.
`;
}

/** The document with this chapter in the place of the one it has, or at its end. */
export const withPreviewChapter = (document: string, chapter: string): string => withChapter(document, title, chapter);
