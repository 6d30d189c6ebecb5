/** A group of horizontal bars. */
export interface Group {
  readonly label: string;
  /** one per series; undefined: there is none */
  readonly values: readonly (number | undefined)[];
}

export interface Chart {
  readonly title: string;
  readonly series: readonly string[];
  readonly groups: readonly Group[];
}

const colours = ["#1f77b4", "#aaaaaa", "#d62728"];

/** Pixels. */
const size = { width: 860, label: 250, right: 60, bar: 14, gap: 14, top: 64 };

const escaped = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");

const text = (x: number, y: number, words: string, more = ""): string =>
  `<text x="${x}" y="${y}"${more}>${escaped(words)}</text>`;

function bars({ label, values }: Group, top: number, scale: number): string[] {
  const middle = top + (values.length * size.bar) / 2 + 4;
  const drawn = values.flatMap((value, i) => {
    const y = top + i * size.bar;
    if (value === undefined) return [text(size.label, y + size.bar - 3, "failed")];
    const width = Math.max(1, Math.round(value * scale));
    const colour = colours[i % colours.length] ?? "";
    return [
      `<rect x="${size.label}" y="${y}" width="${width}" height="${size.bar - 2}" fill="${colour}"/>`,
      text(size.label + width + 6, y + size.bar - 3, value.toFixed(1)),
    ];
  });
  return [text(size.label - 10, middle, label, ' text-anchor="end"'), ...drawn];
}

const legend = (series: readonly string[]): string[] =>
  series.flatMap((name, i) => {
    const x = size.label + i * 130;
    const colour = colours[i % colours.length] ?? "";
    return [`<rect x="${x}" y="38" width="12" height="12" fill="${colour}"/>`, text(x + 18, 48, name)];
  });

/** A bar chart as SVG, all bars on one scale that begins at 0. */
export function chart({ title, series, groups }: Chart): string {
  const most = Math.max(1, ...groups.flatMap(({ values }) => values.map((value) => value ?? 0)));
  const scale = (size.width - size.label - size.right) / most;
  const step = series.length * size.bar + size.gap;
  const height = size.top + groups.length * step;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${size.width}" height="${height}" viewBox="0 0 ${size.width} ${height}" font-family="sans-serif" font-size="12">`,
    `<rect width="100%" height="100%" fill="white"/>`,
    text(16, 24, title, ' font-size="15" font-weight="bold"'),
    ...legend(series),
    ...groups.flatMap((group, i) => bars(group, size.top + i * step, scale)),
    "</svg>",
    "",
  ].join("\n");
}
