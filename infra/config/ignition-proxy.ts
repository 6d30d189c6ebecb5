import { isLater } from "../../components/ignition/release.ts";
import { lowestSpec } from "../../components/ignition/spec.ts";
import { configDiagnostic, type Diagnostic } from "../diagnostics/diagnostic.ts";
import type { PartialPool } from "./partial-pool.ts";

/** The error of a specification that does not know the proxy. */
export function proxySpecDiagnostics(path: string, { ignition }: PartialPool): Diagnostic[] {
  const least = lowestSpec(["proxy"]);
  const spec = ignition?.spec;
  if (ignition?.proxy === undefined || spec === undefined || !isLater(least, spec)) return [];
  return [
    configDiagnostic({
      path: `${path}.ignition.spec`,
      problem: spec,
      expected: `${least} or later: earlier ones have no ignition.proxy`,
      remedy: `remove it, then it is the lowest that suffices; or set it to ${least}`,
    }),
  ];
}
