import { isObject, own } from "../../../components/lib/objects.ts";
import { configDiagnostic, type Diagnostic, diagnosticOf } from "../../diagnostics/diagnostic.ts";
import { type Path, renderPath } from "../paths.ts";
import { fragmentFindings, mergedFindings } from "./validate.ts";

const warningDiagnostic = diagnosticOf("ignition");

/** Whether a path leads to a fragment or into one: fragments are not validated by the config's schema. */
export const isInFragment = (path: Path): boolean =>
  path[0] === "pools" && path[2] === "ignition" && path[3] === "fragments" && path.length > 4;

/** The errors and warnings of the Ignition fragments of all pools, as they are in the config, valid or not. */
export function fragmentDiagnostics(pools: unknown): Diagnostic[] {
  if (!Array.isArray(pools)) return [];
  return pools.flatMap((pool: unknown, i) => {
    const ignition = isObject(pool) ? own(pool, "ignition") : undefined;
    const fragments = isObject(ignition) ? own(ignition, "fragments") : undefined;
    if (!Array.isArray(fragments)) return [];
    const inEach = fragments.flatMap((fragment: unknown, j) =>
      fragmentFindings(fragment).map((found) => ({ ...found, path: [j, ...found.path] })),
    );
    const found = [...inEach, ...mergedFindings(fragments)];
    return found.map(({ path, ...rest }) => {
      const at = renderPath(["pools", i, "ignition", "fragments", ...path], { pools });
      return rest.warning ? warningDiagnostic({ ...rest, path: at }) : configDiagnostic({ ...rest, path: at });
    });
  });
}
