import { humanDuration } from "../../components/lib/duration.ts";
import type { Capacity } from "./capacity.ts";
import { axis, picture, width } from "./gantt.ts";
import { type Html, html, scrolling, table, time } from "./html.ts";
import type { ReportModel } from "./model.ts";

const height = 180;
const bottom = 152;

function chart({ pool, size, points, waves }: Capacity, from: number, to: number): Html {
  const span = Math.max(1000, to - from);
  const x = (at: number): number => ((at - from) / span) * width;
  const y = (count: number): number => bottom - (count / Math.max(1, size)) * (bottom - 20);
  const line = points.flatMap(({ at, inService }, i) => {
    const next = points[i + 1]?.at ?? to;
    return [`${x(at).toFixed(1)},${y(inService).toFixed(1)}`, `${x(next).toFixed(1)},${y(inService).toFixed(1)}`];
  });
  const bands = waves.map((wave, i) => {
    const [left, right] = [x(wave.from), x(wave.to)];
    const title = `wave ${i + 1}: ${wave.workers.join(", ")}`;
    return html`<g
      ><title>${title}</title
      ><rect
        class="wave"
        x="${left.toFixed(1)}"
        y="0"
        width="${Math.max(2, right - left).toFixed(1)}"
        height="${bottom}"
      ></rect
      ><text x="${(left + 4).toFixed(1)}" y="14">wave ${i + 1}</text></g
    >`;
  });
  const label = `Workers of pool ${pool} in service over time, of ${size}; the table below has the same numbers`;
  return picture(
    label,
    height,
    html`${bands}${axis(span, height, x, from)}
      <polyline class="line" points="${line.join(" ")}"></polyline>
      <text x="4" y="${(y(size) + 14).toFixed(1)}">${size}</text>
      <text x="4" y="${bottom - 4}">0</text>`,
  );
}

function poolSection(capacity: Capacity, { from, to }: { readonly from: number; readonly to: number }): Html {
  const { pool, size, points, waves } = capacity;
  const least = Math.min(...points.map(({ inService }) => inService));
  const rolled = waves.map((wave, i) => [
    `wave ${i + 1}`,
    time(wave.from),
    humanDuration((wave.to - wave.from) / 1000),
    wave.workers.join(", "),
  ]);
  return html`<h3>Pool ${pool}</h3>
    <p>At least ${least} of ${size} workers were in service.</p>
    ${scrolling(`Pool ${pool} in service`, chart(capacity, from, to))}${table(
      `Workers of pool ${pool} in service`,
      ["Since", "In service"],
      points.map(({ at, inService }) => [time(at), inService]),
    )}${rolled.length === 0 ? undefined : table(`Waves of pool ${pool}`, ["Wave", "Begin", "Duration", "Workers"], rolled)}`;
}

/** How many workers were in service during the update, and the waves to come. */
export function capacitySection({
  capacities,
  update,
  plan,
}: Pick<ReportModel, "capacities" | "update" | "plan">): Html {
  const planned = plan.rollouts.flatMap(({ pool, waves }) =>
    waves.map((wave, i) => [`pool ${pool}, wave ${i + 1}`, wave.join(", ")]),
  );
  const past = update
    ? capacities.map((capacity) => poolSection(capacity, update))
    : html`<p>It takes an event log to show how many workers were in service.</p>`;
  const next =
    planned.length === 0
      ? html`<p>The config asks for no rollout now.</p>`
      : table("Waves that the next update would take", ["Wave", "Workers"], planned);
  return html`${past}
    <h3>Next update</h3>
    ${next}`;
}
