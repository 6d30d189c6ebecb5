import { writeFile } from "node:fs/promises";
import { skippable } from "../diagnostics/checks.ts";
import { ConfigError, type Diagnostic, inOrder } from "../diagnostics/diagnostic.ts";
import { RunError } from "../diagnostics/run-error.ts";

/** What `npm run preflight` is told. */
export interface Report {
  /** what was discovered, a line each; empty: it could not be */
  readonly discovered: string;
  readonly diagnostics: readonly Diagnostic[];
  /** false: config, cluster or cloud were at error, so that the checks had nothing to judge */
  readonly judged: boolean;
  readonly skipped: readonly string[];
  /** what becomes of the workers, a line each */
  readonly edits: readonly string[];
}

/** Names the file that a run of the program writes its report into, instead of declaring anything. */
export const reportVariable = "OPENSTACK_BAREMETAL_COMPUTE_PREFLIGHT_REPORT";

/** Looks, writes what was found into the file, and ends the program. */
export async function reportInto(file: string, look: () => Promise<Report>): Promise<never> {
  await writeFile(file, JSON.stringify(await withoutRefusal(look)));
  throw new RunError("only looked: this run declares nothing");
}

async function withoutRefusal(look: () => Promise<Report>): Promise<Report> {
  try {
    return await look();
  } catch (error) {
    if (error instanceof ConfigError)
      return { discovered: "", diagnostics: error.diagnostics, judged: false, skipped: [], edits: [] };
    throw error;
  }
}

function verdictOn(check: string, { diagnostics, judged, skipped }: Report): string {
  if (skipped.includes(check)) return "skipped";
  const found = diagnostics.filter((diagnostic) => diagnostic.check === check);
  if (found.some(({ warning }) => warning !== true)) return "FAULT";
  if (found.length > 0) return "warning";
  return judged ? "ok" : "not judged";
}

/** What was discovered, a line for each check, then what was found, errors first. */
export function renderReport(report: Report): string {
  const others = report.diagnostics.flatMap(({ check }) => (check in skippable ? [] : [[check, "cannot be left out"]]));
  const checks = [...new Map([...others, ...Object.entries(skippable)] as [string, string][])];
  const width = Math.max(...checks.map(([check]) => check.length));
  const lines = checks.map(
    ([check, what]) => `  ${check.padEnd(width)}  ${verdictOn(check, report).padEnd(10)}  ${what}`,
  );
  const diagnostics = inOrder(report.diagnostics);
  const severe = diagnostics.toSorted((a, b) => Number(a.warning ?? false) - Number(b.warning ?? false));
  const found = severe.map(({ path, problem, expected, remedy, warning }) =>
    [
      `  ${path}: ${warning ? "(warning) " : ""}${problem}`,
      `    expected: ${expected}`,
      `    fix:      ${remedy}`,
    ].join("\n"),
  );
  const stops = diagnostics.filter(({ warning }) => warning !== true).length;
  const end =
    stops === 0 ? "nothing stands in the way" : `${stops} error${stops === 1 ? "" : "s"}; \`pulumi up\` would stop`;
  const edits = report.edits.map((line) => `  ${line}`);
  const parts = [[report.discovered], lines, edits, found, [end]].map((part) => part.join("\n"));
  return parts.filter((part) => part !== "").join("\n\n");
}

/** 0: nothing stands in the way; 1: an error does. */
export const exitCodeOf = ({ diagnostics }: Report): number =>
  diagnostics.some(({ warning }) => warning !== true) ? 1 : 0;
