import { isObject, own } from "../../../components/lib/objects.ts";
import { configDiagnostic, type Diagnostic, diagnosticOf } from "../../diagnostics/diagnostic.ts";
import { type Path, renderPath } from "../paths.ts";
import { fragmentFindings } from "./validate.ts";

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
    return fragments.flatMap((fragment: unknown, j) =>
      fragmentFindings(fragment).map(({ path, ...found }) => {
        const at = renderPath(["pools", i, "ignition", "fragments", j, ...path], { pools });
        return found.warning ? warningDiagnostic({ ...found, path: at }) : configDiagnostic({ ...found, path: at });
      }),
    );
  });
}
