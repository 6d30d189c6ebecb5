import { type Diagnostic, diagnosticOf } from "../../diagnostics/diagnostic.ts";
import type { ExaminedWorker } from "../changes/examine.ts";

const adopt = diagnosticOf("adopt");

/** Workers of pools[].adopt that cannot be adopted as they are. */
export function adoptDiagnostics(workers: readonly ExaminedWorker[]): Diagnostic[] {
  return workers.flatMap(({ pool, spec, worker, adoption }) => {
    if (adoption.verdict !== "refuse") return [];
    const at = pool.adopt.indexOf(worker.name);
    const path = at < 0 ? worker.path : `${spec.configPath}.adopt[${at}]`;
    return adoption.refusals.map((refusal) => adopt({ path, ...refusal }));
  });
}
