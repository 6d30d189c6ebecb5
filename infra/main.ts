import * as pulumi from "@pulumi/pulumi";
import { orExitSoon } from "./cli/exit-soon.ts";
import { reportVariable } from "./cli/report.ts";
import { type Prepared, reportOf, writeReport } from "./cli/write-report.ts";
import { poolPath } from "./config/paths.ts";
import { readConfig } from "./config/stack-config.ts";
import { renderWarning, throwIfErrors } from "./diagnostics/diagnostic.ts";
import { discover } from "./discovery/discover.ts";
import { renderDiscovery } from "./discovery/summary.ts";
import { type Outputs, outputsOf } from "./outputs.ts";
import { declarePools } from "./pools.ts";
import { renderPlannedChanges, replacedWorkers } from "./preflight/changes/plan.ts";
import { parallelism, roundsLine } from "./preflight/changes/rounds.ts";
import { queuedTerms } from "./preflight/checks/url-lifetime.ts";
import { evaluate } from "./preflight/index.ts";
import { cloudProvider, nodeProvider } from "./providers.ts";

/** Throws a ConfigError if the config is invalid, or if cluster or cloud cannot be read. */
async function prepare(): Promise<Prepared> {
  const config = readConfig();
  // the owner of nodes and servers: no other stack changes them
  const owner = `${pulumi.getOrganization()}/${pulumi.getProject()}/${pulumi.getStack()}`;
  const discovery = await discover(config, owner, (client) => cloudProvider(config, client));
  const evaluation = discovery.cluster
    ? evaluate(config, discovery, parallelism(process.env))
    : { diagnostics: [], changes: [] };
  return { config, discovery, evaluation };
}

/** The program: config, discovery, preflight, components, outputs. */
export async function main(): Promise<Outputs> {
  const reportFile = process.env[reportVariable];
  if (reportFile !== undefined) return writeReport(reportFile, async () => reportOf(await orExitSoon(prepare)));
  const { config, discovery, evaluation } = await orExitSoon(prepare);
  const { diagnostics, changes } = evaluation;
  if (!discovery.cluster) {
    await pulumi.log.warn(discovery.warning);
    // declared for the deletion of the workers, which skips the cluster
    nodeProvider(config, undefined);
    return outputsOf([]);
  }
  // logged before the errors: their causes may be in what was discovered
  await pulumi.log.info(renderDiscovery(config, discovery));
  if (changes.length > 0) await pulumi.log.info(renderPlannedChanges(changes).join("\n"));
  const limits = config.pools.map(({ name, rollout }) => ({ configPath: poolPath(name), ...rollout }));
  const parallel = parallelism(process.env);
  const rounds = roundsLine(changes, limits, parallel);
  if (rounds !== undefined) await pulumi.log.info(rounds);
  throwIfErrors(diagnostics);
  for (const warning of diagnostics) await pulumi.log.warn(renderWarning(warning));
  const providers = [discovery.provider, nodeProvider(config, discovery.cluster.uid)];
  const queued = queuedTerms(config, discovery.cluster, parallel);
  const pools = declarePools(config, discovery, replacedWorkers(changes), queued, providers);
  const workers = await Promise.all(pools.map((pool) => pool.attach()));
  return outputsOf(workers.flat(), config.preflight.skip);
}
