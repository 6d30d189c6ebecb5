import * as pulumi from "@pulumi/pulumi";

/** Something that stands in the way, found before anything is changed. */
export interface Fault {
  /** what looked: `config`, `cluster`, `cloud` or the name of a preflight check */
  readonly check: string;
  /** the config key to look at, e.g. `pools[0].flavor` */
  readonly path: string;
  /** what was found, e.g. `no flavor named "metall"` */
  readonly what: string;
  /** what would have been right */
  readonly expected: string;
  /** what to do about it */
  readonly fix: string;
}

/** The faults as one screen of text, in the order of their paths. */
export function renderFaults(faults: readonly Fault[]): string {
  const different = faults.filter(
    ({ path, what }, i) => faults.findIndex((each) => each.path === path && each.what === what) === i,
  );
  const sorted = different.toSorted((a, b) => a.path.localeCompare(b.path, "en", { numeric: true }));
  const blocks = sorted.map(
    (fault) => `  ${fault.path}: ${fault.what}\n    expected: ${fault.expected}\n    fix:      ${fault.fix}`,
  );
  const title = sorted.length === 1 ? "1 fault" : `${sorted.length} faults`;
  return `${title}, nothing was changed:\n\n${blocks.join("\n")}\n`;
}

/** Ends the program with the faults and without a stack trace. Does nothing if there are none. */
export function refuse(faults: readonly Fault[]): void {
  if (faults.length > 0) throw new pulumi.RunError(renderFaults(faults));
}
