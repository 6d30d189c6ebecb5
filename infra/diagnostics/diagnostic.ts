import * as pulumi from "@pulumi/pulumi";

/** Something that stands in the way, found before anything is changed. */
export interface Fault {
  /** what looked: `config`, `cluster`, `cloud`, `contradiction` or the name of a preflight check */
  readonly check: string;
  /** the config key to look at, e.g. `pools[0].flavor` */
  readonly path: string;
  /** what was found, e.g. `no flavor named "metall"` */
  readonly what: string;
  /** what would have been right */
  readonly expected: string;
  /** what to do about it */
  readonly fix: string;
  /** it is told, and does not stop anything */
  readonly warning?: true;
}

/** A fault of the stack's config. */
export const faultOfConfig = (path: string, what: string, expected: string, fix: string): Fault => ({
  check: "config",
  path,
  what,
  expected,
  fix,
});

/** Each fault once, in the order of their paths. */
export function inOrder(faults: readonly Fault[]): Fault[] {
  const different = faults.filter(
    ({ path, what }, i) => faults.findIndex((each) => each.path === path && each.what === what) === i,
  );
  return different.toSorted((a, b) => a.path.localeCompare(b.path, "en", { numeric: true }));
}

/** The faults as one screen of text. */
export function renderFaults(faults: readonly Fault[]): string {
  const sorted = inOrder(faults);
  const faultCount = sorted.filter(({ warning }) => warning !== true).length;
  const blocks = sorted.map(
    ({ path, what, expected, fix, warning }) =>
      `  ${path}: ${warning ? "(warning) " : ""}${what}\n    expected: ${expected}\n    fix:      ${fix}`,
  );
  const title = faultCount === 1 ? "1 fault" : `${faultCount} faults`;
  return `${title}, nothing was changed:\n\n${blocks.join("\n")}\n`;
}

/** A warning in one line, as the engine shows it. */
export function renderWarning({ check, path, what, expected, fix }: Fault): string {
  return `${path}: ${what}; expected: ${expected}; ${fix} (check ${check})`;
}

/** A user's mistakes: ends the program with them and without a stack trace. */
export class Refused extends pulumi.RunError {
  readonly faults: readonly Fault[];

  constructor(faults: readonly Fault[]) {
    super(renderFaults(faults));
    this.faults = faults;
  }
}

/** Ends the program with the faults, warnings among them too. Does nothing if there are only warnings. */
export function refuse(faults: readonly Fault[]): void {
  if (faults.some(({ warning }) => warning !== true)) throw new Refused(faults);
}
