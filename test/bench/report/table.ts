import {
  columns,
  counted,
  type Figures,
  median,
  phases,
  ratios,
  type Result,
  type Round,
  type Summary,
  summarise,
} from "./statistics.ts";

const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;

/** A table in Markdown; the numbers, from the second column on, to the right. */
export function markdown(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  words: readonly number[],
): string {
  const rule = head.map((_, i) => (words.includes(i) ? "---" : "--:"));
  return [head, rule, ...rows].map(line).join("\n");
}

const digits: Readonly<Record<keyof Summary, number>> = { create: 1, noChange: 1, remove: 1, cpu: 1, memory: 0 };

function cells(summary: Summary | undefined, base: Summary | undefined, isBase: boolean): string[] {
  if (summary === undefined) return columns.map(() => "failed");
  const ratio = base && !isBase ? ratios(summary, base) : undefined;
  return columns.map((column) => {
    const value = summary[column].toFixed(digits[column]);
    return ratio ? `${value} (${ratio[column].toFixed(2)}×)` : value;
  });
}

/** The figures of a step as soon as it has ended. */
export const figuresLine = ({ seconds, cpu, memory }: Figures): string =>
  `${seconds.toFixed(1)} s, CPU ${cpu.toFixed(1)} s, peak ${memory.toFixed(0)} MiB`;

/**
 * One row a contender: medians and, in parentheses, how many times as much as the base.
 * @param base name of the contender that the others are compared with
 */
export function resultTable(results: readonly Result[], base: string): string {
  const baseSummary = summarise(results.find(({ name }) => name === base)?.rounds ?? []);
  const head = ["", "create, s", "no change, s", "delete, s", "client CPU, s", "peak, MiB", "what it does not do"];
  const rows = results.map(({ name, rounds, lacks, failures }) => {
    const mark = failures.length > 0 && rounds.length > 0 ? ` (${failures.length} failed)` : "";
    return [`${name}${mark}`, ...cells(summarise(rounds), baseSummary, name === base), lacks];
  });
  return markdown(head, rows, [0, head.length - 1]);
}

const figuresOf = (round: Round): string[] =>
  phases.flatMap((phase) => {
    const { seconds, cpu, memory } = round[phase];
    return [seconds.toFixed(1), cpu.toFixed(1), memory.toFixed(0)];
  });

/** Every single figure: one row a contender and round. */
export function roundsTable(results: readonly Result[]): string {
  const names = { create: "create", noChange: "no change", remove: "delete" };
  const head = ["", ...phases.flatMap((phase) => [`${names[phase]}, s`, "CPU, s", "peak, MiB"])];
  const rows = results.flatMap(({ name, rounds }) => rounds.map((round) => [name, ...figuresOf(round)]));
  return markdown(head, rows, [0]);
}

/** What each contender asked cloud and cluster for: medians, in the order of `counted`. */
export function requestsTable(results: readonly Result[]): string {
  const head = ["", "create", "no change", "delete"];
  const rows = results
    .filter(({ rounds }) => rounds.length > 0)
    .map(({ name, rounds }) => [
      name,
      ...phases.map((phase) =>
        counted.map((what) => String(median(rounds.map((round) => round[phase].requests[what])))).join(" / "),
      ),
    ]);
  return markdown(head, rows, [0]);
}
