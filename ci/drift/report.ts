import { details } from "../review/markdown.ts";

/** How a command ended. */
export interface Ended {
  readonly code: number;
  readonly printed: string;
}

export interface Drift {
  /** 0: none; 1: there is drift; 2: it could not be told */
  readonly code: 0 | 1 | 2;
  readonly title: string;
  /** Markdown */
  readonly text: string;
}

/** What pulumi prints if --expect-no-changes found some (pulumi/pulumi, pkg/backend/backenderr). */
const changesProposed = /no changes were expected .*but changes were proposed/;

/** An expected change ends pulumi as any error does: its message tells. */
function refreshCode({ code, printed }: Ended): 0 | 1 | 2 {
  if (code === 0) return 0;
  return changesProposed.test(printed) ? 1 : 2;
}

/** The exit codes of infra/cli/doctor.ts; any other is that of a command that could not run. */
const doctorCode = ({ code }: Ended): 0 | 1 | 2 => (code === 0 || code === 1 ? code : 2);

const refreshLines = {
  0: "The state has what cluster and cloud have.",
  1: "**The state differs from cluster or cloud.** Look whether somebody has changed it by hand; `pulumi refresh` takes the difference over, `pulumi up` takes it back.",
  2: "**The refresh failed**, so that nothing is known.",
} as const;

const doctorLines = {
  0: "The doctor has no findings.",
  1: "**The doctor has findings**, each with the command to type.",
  2: "**The doctor could not read everything.**",
} as const;

const ansi = new RegExp(String.raw`\u001b\[[0-9;]*m`, "g");

/**
 * What a nightly look at a stack found.
 *
 * @param refresh `pulumi refresh --preview-only --expect-no-changes`
 * @param doctor `npm run doctor`
 */
export function driftOf(stack: string, refresh: Ended, doctor: Ended): Drift {
  const codes = { refresh: refreshCode(refresh), doctor: doctorCode(doctor) };
  const plain = ({ printed }: Ended): string => printed.replaceAll(ansi, "").trim();
  const text = [
    refreshLines[codes.refresh],
    "",
    details("pulumi refresh --preview-only --expect-no-changes", plain(refresh)),
    "",
    doctorLines[codes.doctor],
    "",
    details("npm run doctor", plain(doctor)),
  ].join("\n");
  const all = [codes.refresh, codes.doctor];
  const code = all.includes(2) ? 2 : all.includes(1) ? 1 : 0;
  return { code, title: `Drift in stack ${stack}`, text };
}
