import { skippable } from "../diagnostics/checks.ts";
import { type Diagnostic, inOrder } from "../diagnostics/diagnostic.ts";
import { expectedLine } from "../preflight/changes/expected-duration.ts";
import type { Plan } from "../preflight/plan.ts";
import type { CheckRow } from "../report/model.ts";

/** What `npm run preflight` prints. */
export interface Report {
  /** what was discovered, a line each; empty: nothing was */
  readonly discovered: string;
  readonly diagnostics: readonly Diagnostic[];
  /** false: the checks did not run, because the config is invalid, or cluster or cloud could not be read */
  readonly evaluated: boolean;
  readonly skipped: readonly string[];
  /** planned changes of the workers, a line each */
  readonly changes: readonly string[];
  /** the same as data, with what the workers that leave take with them */
  readonly plan: Plan;
}

/** Environment variable with the file into which the program writes its report, instead of declaring anything. */
export const reportVariable = "OPENSTACK_BAREMETAL_COMPUTE_PREFLIGHT_REPORT";

function verdictOn(check: string, { diagnostics, evaluated, skipped }: Report): string {
  if (skipped.includes(check)) return "skipped";
  const found = diagnostics.filter((diagnostic) => diagnostic.check === check);
  if (found.some(({ warning }) => warning !== true)) return "ERROR";
  if (found.length > 0) return "warning";
  return evaluated && !isUnread(check, diagnostics) ? "ok" : "not checked";
}

/** The checks that need an object, by the key that names it or is named where it is missing. */
const portChecks = ["dhcp", "dns", "gateway", "node-address", "mtu", "fixed-ips", "free-addresses"];
const needing: readonly (readonly [key: RegExp, checks: readonly string[]])[] = [
  [/\.flavor$/, ["flavor"]],
  [/\.image$/, ["image"]],
  [/^machineNetwork|\.(network|subnet|securityGroups(\[\d+\])?)$/, portChecks],
  [/\.securityGroups(\[\d+\])?$/, ["security-groups"]],
  // a service that cannot be used
  [/^cloud$/, ["flavor", "image", "security-groups", ...portChecks]],
];

/** What the cloud does not return cannot be judged, and neither can the ports that need it. */
const isUnread = (check: string, diagnostics: readonly Diagnostic[]): boolean =>
  diagnostics.some(
    ({ check: by, path }) =>
      by === "cloud" && needing.some(([key, checks]) => key.test(path) && checks.includes(check)),
  );

/** The checks with their verdicts, those that cannot be skipped only if they have found something. */
export function checkRows(report: Report): CheckRow[] {
  const others = report.diagnostics.flatMap(({ check }) => (check in skippable ? [] : [[check, "cannot be skipped"]]));
  const checks = [...new Map([...others, ...Object.entries(skippable)] as [string, string][])];
  return checks.map(([check, what]) => ({ check, verdict: verdictOn(check, report), what }));
}

/** What was discovered, a line for each check, then the planned changes and the diagnostics, errors first. */
export function renderReport(report: Report): string {
  const rows = checkRows(report);
  const width = Math.max(...rows.map(({ check }) => check.length));
  const lines = rows.map(({ check, verdict, what }) => `  ${check.padEnd(width)}  ${verdict.padEnd(11)}  ${what}`);
  const diagnostics = inOrder(report.diagnostics);
  const severe = diagnostics.toSorted((a, b) => Number(a.warning ?? false) - Number(b.warning ?? false));
  const found = severe.map(({ path, problem, expected, remedy, warning }) =>
    [
      `  ${path}: ${warning ? "(warning) " : ""}${problem}`,
      `    expected: ${expected}`,
      `    fix:      ${remedy}`,
    ].join("\n"),
  );
  const errors = diagnostics.filter(({ warning }) => warning !== true).length;
  const end =
    errors === 0
      ? "no errors found"
      : `${errors} error${errors === 1 ? "" : "s"}: until fixed, \`pulumi up\` changes nothing`;
  const [changes = [], impact = []] = [report.changes, report.plan.impact].map((part) =>
    part.map((line) => `  ${line}`),
  );
  const { expectedDuration } = report.plan;
  const expected = expectedDuration ? [`  ${expectedLine(expectedDuration)}`] : [];
  const parts = [[report.discovered], lines, changes, impact, expected, found, [end]].map((part) => part.join("\n"));
  return parts.filter((part) => part !== "").join("\n\n");
}

/** 0: no errors; 1: errors. */
export const exitCodeOf = ({ diagnostics }: Report): 0 | 1 =>
  diagnostics.some(({ warning }) => warning !== true) ? 1 : 0;
