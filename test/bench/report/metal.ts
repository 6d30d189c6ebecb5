import { withChapter } from "./chapter.ts";
import { markdown } from "./table.ts";

/** Seconds to replace workers in waves. */
export interface Roll {
  readonly workers: number;
  readonly maxUnavailable: number;
  /** of one wave by bare requests, without the boot */
  readonly wave: number;
  /** of the whole roll by this program */
  readonly seconds: number;
}

export interface MetalResult {
  /** seconds of the metal's own time */
  readonly metal: { readonly boot: number; readonly deploy: number; readonly clean: number };
  /** seconds until all workers are ACTIVE (bare) or Ready (this program) */
  readonly created: { readonly count: number; readonly bare: number; readonly ours: number };
  readonly roll: Roll;
}

const row = (what: string, limit: number, ours: number): string[] => [
  what,
  limit.toFixed(1),
  `${ours.toFixed(1)} (${(ours / limit).toFixed(2)}×)`,
];

/** One row for each piece of work: what it cannot be faster than, and what this program took. */
export function metalTable({ metal, created, roll }: MetalResult): string {
  const waves = Math.ceil(roll.workers / roll.maxUnavailable);
  return markdown(
    ["", "metal and bare requests, s", "this program, s"],
    [
      row(`create ${created.count} workers`, created.bare + metal.boot, created.ours),
      row(
        `replace ${roll.workers} workers, ${roll.maxUnavailable} at a time`,
        waves * (roll.wave + metal.boot),
        roll.seconds,
      ),
    ],
    [0],
  );
}

const title = "## On metal that takes its time";

/** The chapter of the document about it. */
export function metalChapter(result: MetalResult, circumstances: string): string {
  const { boot, deploy, clean } = result.metal;
  return `${title}

Written by \`npm run bench -- --metal\`. ${circumstances}. Each machine takes ${deploy} s to deploy, ${boot} s to boot and ${clean} s to be
cleaned, beside the time of OpenStack itself.

${metalTable(result)}

- **Metal and bare requests**: what no client can be faster than on this lab: the requests alone until Nova says ACTIVE, plus
  the boot. Of a roll, as many times as it has waves: delete, wait until the machines are available, create, boot.
- **This program** also approves, waits until each Node is Ready, and drains each Node before its server goes.
`;
}

/** The document with this chapter in the place of the one it has, or at its end. */
export const withMetalChapter = (document: string, chapter: string): string => withChapter(document, title, chapter);
