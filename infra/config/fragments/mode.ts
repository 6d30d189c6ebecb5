import type { Path } from "../paths.ts";
import type { Finding } from "./finding.ts";

const octal = (mode: number): string => `0${mode.toString(8)}`;

/** A mode that was written in octal, like `0644` or `0o644`, as the decimal number that Ignition wants. */
export function inDecimal(text: string): number | undefined {
  const digits = /^(?:0o?)?([0-7]{3,4})$/.exec(text)?.[1];
  return digits === undefined ? undefined : Number.parseInt(digits, 8);
}

/** A mode that people give: nobody has a permission that the owner or the group lacks, and to write takes to read. */
function isUsual(mode: number): boolean {
  const [owner, group, other] = [mode >> 6, mode >> 3, mode].map((bits) => bits & 7) as [number, number, number];
  const nested = (owner & group) === group && (group & other) === other;
  return mode <= 0o7777 && mode >> 9 === 0 && nested && [owner, group, other].every((bits) => bits === 0 || bits >= 4);
}

/** The octal mode that was probably meant by a decimal number, such as 644. */
function meant(mode: number): number | undefined {
  const read = inDecimal(String(mode));
  return read !== undefined && isUsual(read & 0o777) && !isUsual(mode) ? read : undefined;
}

const writeDecimal = (read: number): string => `write ${read} (decimal for ${octal(read)})`;

/** Findings of the mode of a file or a directory: a JSON number has no octal form. */
export function modeFindings(mode: number | undefined, path: Path, minor: number): Finding[] {
  if (mode === undefined) return [];
  const at = [...path, "mode"];
  const read = meant(mode);
  const remedy = read === undefined ? "write the mode as a decimal number: 420 for 0644" : writeDecimal(read);
  if (mode < 0 || mode > 0o7777)
    return [{ path: at, problem: String(mode), expected: "a mode from 0 to 4095 (07777)", remedy }];
  const problem = `${mode}, which is ${octal(mode)} in octal`;
  if (read !== undefined)
    return [
      {
        path: at,
        problem,
        expected: "the mode as a decimal number",
        remedy: `if ${octal(read)} is meant, ${writeDecimal(read)}`,
        warning: true,
      },
    ];
  if (minor >= 6 || mode <= 0o777) return [];
  const expected = "no setuid, setgid or sticky bit: Ignition ignores them before 3.6.0";
  return [{ path: at, problem, expected, remedy: `write ${mode & 0o777}`, warning: true }];
}
