import { z } from "zod";
import { parseEngineValues } from "../config/engine-values.ts";
import type { Config } from "../config/load.ts";
import { renderDiagnostics } from "../diagnostics/diagnostic.ts";
import type { Result } from "../discovery/attempt.ts";
import type { PlainFacts } from "../discovery/facts.ts";
import { type FactsReport, factsVariable } from "./facts-report.ts";
import { programReport, pulumi } from "./pulumi.ts";

/** A stack as `npm run status` and `npm run doctor` need it. */
export interface Stack {
  readonly name: string;
  /** as `<organization>/<project>/<stack>` */
  readonly owner: string;
  readonly config: Config;
  /** what the names in the config stand for */
  readonly facts: Result<PlainFacts>;
}

/** What `pulumi config --json --show-secrets` prints (pulumi/pulumi, pkg/cmd/pulumi/config, configValueJSON). */
const valuesSchema = z.record(
  z.string(),
  z.object({ value: z.string().optional(), secret: z.boolean().default(false) }),
);

/**
 * The stack's config as the program reads it. Its secrets stay in this process: what the program writes into a file has none.
 *
 * @throws Error that lists every error of the config
 */
export function parseStackConfig(project: string, printed: string): Config {
  const entries = Object.entries(valuesSchema.parse(JSON.parse(printed)));
  const values = entries.flatMap(([key, { value }]) => (value === undefined ? [] : [[key, value] as const]));
  const encrypted = entries.flatMap(([key, { secret }]) => (secret ? [key] : []));
  const { config, diagnostics = [] } = parseEngineValues(project, Object.fromEntries(values), encrypted);
  if (!config) throw new Error(renderDiagnostics(diagnostics));
  return config;
}

function factsOf({ facts, diagnostics }: FactsReport): Result<PlainFacts> {
  if (facts) return { value: facts };
  const reasons = diagnostics.map(({ path, problem, remedy }) => `${path}: ${problem}; ${remedy}`);
  return {
    error: reasons.length > 0 ? reasons.join("\n") : "the cluster is skipped (detach.clusterUnreachable: skip)",
  };
}

/** Reads the config, and has the program resolve the names in it. Throws an Error if there is no such stack or config. */
export async function readStack(name: string): Promise<Stack> {
  const [report, printed] = await Promise.all([
    programReport(name, factsVariable) as Promise<FactsReport>,
    pulumi(name, "config", "--json", "--show-secrets"),
  ]);
  const { owner } = report;
  const [, project = ""] = owner.split("/");
  return { name, owner, config: parseStackConfig(project, printed), facts: factsOf(report) };
}
