import { posix } from "node:path";
import { show } from "../issues.ts";
import type { Path } from "../paths.ts";
import type { Finding } from "./finding.ts";

/** A path as Go's path.Clean writes it, for an absolute one. */
export function clean(text: string): string {
  const normal = posix.normalize(text);
  return normal.length > 1 ? normal.replace(/\/$/, "") : normal;
}

/** Findings of the path of a file or a device. */
export function pathFindings(text: string | undefined, at: Path, expected: string): Finding[] {
  if (text === undefined || text === "") return [{ path: at, problem: "missing", expected, remedy: "add it" }];
  const problem = show(text);
  if (!text.startsWith("/")) return [{ path: at, problem, expected, remedy: `write an absolute path, like /${text}` }];
  return clean(text) === text
    ? []
    : [{ path: at, problem, expected: `${expected} in its shortest form`, remedy: `write ${clean(text)}` }];
}
