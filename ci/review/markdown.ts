import { type Change, type Changes, type Kind, kinds } from "./changes.ts";

/** GitHub takes comments of up to 65536 characters. */
const longest = 60_000;

const doneTo: Readonly<Record<Kind, string>> = {
  replace: "replaced",
  detach: "detached",
  attach: "attached",
  "take over": "taken over",
  update: "updated in place",
};

/** Text of other people in a cell of a table: its code span ends nowhere else, and no row breaks. */
const code = (text: string): string => `\`${text.replaceAll(/[`\r\n]/g, " ").replaceAll("|", "\\|")}\``;

const row = ({ name, kind, because }: Change): string =>
  `| ${code(name)} | ${doneTo[kind]} | ${because.map(code).join(", ")} |`;

const table = (what: string, changes: readonly Change[]): string[] =>
  changes.length === 0 ? [] : ["", `| ${what} | becomes | because of |`, "| --- | --- | --- |", ...changes.map(row)];

/** A block that text of other people cannot end. */
function fenced(text: string): string {
  const runs = [...text.matchAll(/`{3,}/g)].map(([run]) => run.length);
  const fence = "`".repeat(Math.max(3, ...runs.map((length) => length + 1)));
  return `${fence}text\n${text}\n${fence}`;
}

export const details = (title: string, text: string): string =>
  `<details><summary>${title}</summary>\n\n${fenced(text)}\n\n</details>`;

function summary({ workers, others }: Changes): string {
  const counts = kinds.flatMap((kind) => {
    const count = workers.filter((worker) => worker.kind === kind).length;
    return count === 0 ? [] : [`${count} ${doneTo[kind]}`];
  });
  const parts = [
    ...(counts.length > 0 ? [`workers: ${counts.join(", ")}`] : []),
    ...(others.length > 0 ? [`other resources: ${others.length}`] : []),
  ];
  return parts.length === 0 ? "No changes." : `Changes of ${parts.join("; ")}.`;
}

/** What is cut off at the end is said. */
function cut(text: string): string {
  if (text.length <= longest) return text;
  return `${text.slice(0, longest)}\n\nThe rest is in the log of the job.`;
}

/** The first line of a comment, by which the next run finds it again. */
export const markerOf = (stack: string): string => `<!-- openstack-baremetal-compute: planned changes of ${stack} -->`;

/** A preview as Markdown, for a comment on a pull request. */
export function renderReview(stack: string, changes: Changes, isFailed: boolean): string {
  const { workers, others, unchanged, messages, isGrave } = changes;
  const lines = [
    markerOf(stack),
    `### Planned changes: ${code(stack)}`,
    "",
    ...(isFailed ? ["**The preview failed:** nothing can be brought up, see the messages below.", ""] : []),
    ...(isGrave ? ["**Needs a review:** something is replaced or detached.", ""] : []),
    ...(isFailed ? [] : [`${summary(changes)} ${unchanged} resources stay as they are.`]),
    ...table("worker", workers),
    ...table("other resource", others),
    ...(messages.length === 0
      ? []
      : ["", details("Messages of the preview", messages.map(({ text }) => text).join("\n"))]),
  ];
  return cut(lines.join("\n"));
}
