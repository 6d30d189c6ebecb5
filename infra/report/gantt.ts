import { humanDuration } from "../../components/lib/duration.ts";
import { type Html, html, scrolling, table, time, type Value } from "./html.ts";
import { type Life, type Phase, type PhaseName, phases } from "./lives.ts";
import type { ReportModel } from "./model.ts";

export const width = 1000;
const rowHeight = 40;
const barHeight = 16;
const axisHeight = 28;
const ticks = 5;

/** Mid-tones: each has a contrast of 3:1 at least with the light and the dark background. */
export const colours: Readonly<Record<PhaseName, string>> = {
  claim: "#64748b",
  ports: "#8b6fd1",
  "host wait": "#7c7c7c",
  provision: "#3b82c4",
  boot: "#0e8a8a",
  registration: "#4d8a0f",
  "serving CSR": "#0891b2",
  ready: "#12874f",
  cordon: "#a16207",
  drain: "#c2500c",
  volumes: "#b7791f",
  "forced drain": "#c9184a",
  "server removal": "#b0457b",
  "port removal": "#a05a8c",
  "node removal": "#8a6d5a",
};

const seconds = ({ from, to }: Pick<Phase, "from" | "to">): string => humanDuration((to - from) / 1000);

export const outcomeText = ({ outcome }: Pick<Phase, "outcome">): string => (outcome === "done" ? "" : `, ${outcome}`);

/** The phases that any of the lives has, in their order. */
const phasesIn = (lives: readonly Life[]): PhaseName[] =>
  phases.filter((name) => lives.some((life) => life.phases.some(({ phase }) => phase === name)));

/** The pattern of what has failed or has not ended: colour alone does not tell it. */
const hatch = html`<defs
  ><pattern id="hatch" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"
    ><rect class="hatch" width="3" height="6"></rect></pattern
></defs>`;

function bars(life: Life, y: number, x: (at: number) => number): Html[] {
  return life.phases.map((each) => {
    const left = x(each.from);
    const size = Math.max(2, x(each.to) - left);
    const shape = html`x="${left.toFixed(1)}" y="${y}" width="${size.toFixed(1)}" height="${barHeight}"`;
    const mark = each.outcome === "done" ? undefined : html`<rect ${shape} fill="url(#hatch)"></rect>`;
    const title = `${life.worker}: ${each.phase} ${seconds(each)}${outcomeText(each)}`;
    return html`<g><title>${title}</title><rect ${shape} fill="${colours[each.phase]}"></rect>${mark}</g>`;
  });
}

/** A picture as wide as the page's others, which a screen reader calls by its label. */
export const picture = (label: string, height: number, content: Html): Html =>
  html`<svg role="img" aria-label="${label}" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}">
    ${content}
  </svg>`;

/** The marks of the time axis, from 0 to `span` ms. */
export function axis(span: number, height: number, x: (at: number) => number, from: number): Html[] {
  return Array.from({ length: ticks + 1 }, (_, i) => {
    const at = from + (span * i) / ticks;
    const left = x(at).toFixed(1);
    const anchor = i === 0 ? "start" : i === ticks ? "end" : "middle";
    const label = `+${humanDuration((at - from) / 1000)}`;
    return html`<line class="grid" x1="${left}" x2="${left}" y1="0" y2="${height - axisHeight}"></line
      ><text x="${left}" y="${height - 8}" text-anchor="${anchor}">${label}</text>`;
  });
}

function chart(lives: readonly Life[], from: number, to: number): Html {
  const span = Math.max(1000, to - from);
  const height = lives.length * rowHeight + axisHeight;
  const x = (at: number): number => ((at - from) / span) * width;
  const rows = lives.map((life, i) => {
    const y = i * rowHeight;
    return html`<text class="name" x="0" y="${y + 14}">${life.worker}</text>${bars(life, y + 18, x)}`;
  });
  const label = `Timeline of ${lives.length} workers; the table below has the same numbers`;
  return picture(label, height, html`${hatch}${axis(span, height, x, from)}${rows}`);
}

const legend = (names: readonly PhaseName[]): Html =>
  html`<ul class="legend" aria-label="Colours of the phases">
    ${names.map(
      (name) =>
        html`<li>
          <svg class="swatch" aria-hidden="true" width="14" height="14">
            <rect width="14" height="14" fill="${colours[name]}"></rect>
          </svg>
          ${name}
        </li>`,
    )}
  </ul>`;

/** The phases of a kind in one cell: a replaced worker is drained once, and may fail and begin again. */
function cell(life: Life, name: PhaseName): Value {
  const own = life.phases.filter(({ phase }) => phase === name);
  return own.map((each) => `${seconds(each)}${outcomeText(each)}`).join(" + ");
}

function numbers(lives: readonly Life[], names: readonly PhaseName[], isDated: boolean): Html {
  const rows = lives.map((life) => {
    const from = Math.min(...life.phases.map((each) => each.from));
    const to = Math.max(...life.phases.map((each) => each.to));
    const begin = isDated ? [time(from)] : [];
    return [life.worker, ...begin, ...names.map((name) => cell(life, name)), seconds({ from, to })];
  });
  const columns = ["Worker", ...(isDated ? ["Begin"] : []), ...names, "Total"];
  return table("Time in each phase", columns, rows);
}

/** What an update has done with each worker, and when. */
export function timelineSection({ lives, update }: Pick<ReportModel, "lives" | "update">): Html {
  const names = phasesIn(lives);
  const note = update
    ? html`<p>The update ran from ${time(update.from)} to ${time(update.to)}.</p>`
    : html`<p>
        Without an event log: the last join of each worker as the stack's outputs keep it, counted from its begin.
      </p>`;
  if (lives.length === 0)
    return html`${note}
      <p>No worker was attached, detached or replaced.</p>`;
  const all = lives.flatMap((life) => life.phases);
  const from = update?.from ?? 0;
  const to = Math.max(...all.map((each) => each.to));
  return html`${note}${legend(names)}${scrolling("Chart of the timeline", chart(lives, from, to))}${numbers(lives, names, update !== undefined)}`;
}
