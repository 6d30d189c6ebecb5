/** How a text is set off. Without colours it is as it stands. */
export type Paint = (style: "red" | "yellow" | "green" | "bold" | "dim", text: string) => string;

/** A cell: its text, and how it is set off. */
export interface Cell {
  readonly text: string;
  readonly style?: Parameters<Paint>[0] | undefined;
}

const gap = "  ";

const painted = ({ text, style }: Cell, paint: Paint, width = 0): string => {
  const padding = " ".repeat(Math.max(0, width - text.length));
  return `${style ? paint(style, text) : text}${padding}`;
};

/**
 * A table of aligned columns. Where the terminal is narrower, each row is a list of its cells, one a line: a table that
 * wraps cannot be read.
 *
 * @param width columns of the terminal; undefined: it is none
 */
export function renderTable(
  titles: readonly string[],
  rows: readonly (readonly Cell[])[],
  paint: Paint,
  width: number | undefined,
): string[] {
  const widths = titles.map((title, i) => Math.max(title.length, ...rows.map((row) => row[i]?.text.length ?? 0)));
  const total = widths.reduce((sum, each) => sum + each, 0) + gap.length * (titles.length - 1);
  if (width !== undefined && total > width) return rows.flatMap((row) => list(titles, row, paint));
  const line = (cells: readonly Cell[]): string =>
    cells
      .map((cell, i) => painted(cell, paint, i === cells.length - 1 ? 0 : widths[i]))
      .join(gap)
      .trimEnd();
  return [titles.map((text) => ({ text, style: "bold" as const })), ...rows].map(line);
}

function list(titles: readonly string[], [first, ...cells]: readonly Cell[], paint: Paint): string[] {
  const longest = Math.max(...titles.map((title) => title.length));
  const lines = cells.map((cell, i) => `${gap}${(titles[i + 1] ?? "").padEnd(longest)}${gap}${painted(cell, paint)}`);
  return [...(first ? [painted({ ...first, style: "bold" }, paint)] : []), ...lines];
}
