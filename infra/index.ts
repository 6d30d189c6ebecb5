import * as openstack from "@pulumi/openstack";
import * as pulumi from "@pulumi/pulumi";
import { NodeProvider } from "../components/node-provider.ts";
import { environmentCloud } from "../components/openstack/environment.ts";
import { existingObjects } from "../components/openstack/existing.ts";
import { WorkerPool } from "../components/worker-pool.ts";
import { exitSoon } from "./cli/exit-soon.ts";
import { type Report, reportInto, reportVariable } from "./cli/report.ts";
import type { Config } from "./config/load.ts";
import { readConfig } from "./config/stack-config.ts";
import { countWorkers } from "./config/workers.ts";
import { type Diagnostic, renderWarning, throwIfErrors } from "./diagnostics/diagnostic.ts";
import { readNodes } from "./discovery/cluster/read.ts";
import type { NodeFacts } from "./discovery/facts.ts";
import { readChecks } from "./discovery/read-checks.ts";
import { type Facts, factsTimeout, orRefuse, readFacts, type SkippedCluster } from "./discovery/read.ts";
import { summary } from "./discovery/summary.ts";
import { type Outputs, outputsOf } from "./outputs.ts";
import { poolArgs } from "./pools.ts";
import { type PlannedChange, plannedChanges, renderPlannedChanges } from "./preflight/changes/plan.ts";
import { blockedChanges } from "./preflight/changes/refusals.ts";
import { ignitionSummary } from "./preflight/checks/ignition.ts";
import { preflight } from "./preflight/index.ts";

/** Who the nodes and servers belong to: no other stack touches them. */
const owner = (): string => `${pulumi.getOrganization()}/${pulumi.getProject()}/${pulumi.getStack()}`;

function nodeProvider({ cluster, detach, pools }: Config, clusterUid: string | undefined): NodeProvider {
  const { kubeconfig, context, proxy, ca } = cluster;
  return new NodeProvider("cluster", {
    ...(kubeconfig !== undefined && { kubeconfig }),
    ...(context !== undefined && { context }),
    ...(proxy !== undefined && { proxy }),
    ...(ca !== undefined && { ca }),
    ...(clusterUid !== undefined && { clusterUid }),
    clusterUnreachable: detach.clusterUnreachable,
    expectedWorkers: countWorkers(pools),
  });
}

/** Everything that is known before anything is declared. */
interface Seen {
  readonly config: Config;
  readonly facts: Facts | SkippedCluster;
  /** what preflight found, warnings too */
  readonly found: readonly Diagnostic[];
  /** what was discovered, a line each */
  readonly discovered: string;
  /** what becomes of the workers */
  readonly edits: readonly PlannedChange[];
}

/** Reads config and facts and judges them. Throws a RunError when one of them cannot be had. */
async function look(): Promise<Seen> {
  try {
    return await judge();
  } catch (error) {
    exitSoon();
    throw error;
  }
}

async function judge(): Promise<Seen> {
  const config = readConfig();
  const deadline = AbortSignal.timeout(factsTimeout * 1000);
  // of the environment's cloud the provider reads the variables itself, so that no secret of them gets into the state
  const named = config.cloud === environmentCloud ? {} : { cloud: config.cloud };
  const makeProvider = (): openstack.Provider => new openstack.Provider("cloud", named);
  const facts = await orRefuse(readFacts(config, makeProvider, deadline));
  if (!facts.cluster) return { config, facts, found: [], discovered: "", edits: [] };
  const checked = await orRefuse(readChecks(config, facts, owner(), deadline));
  const found = preflight(config, checked);
  const discovered = `${summary(facts)}\n${ignitionSummary(config, checked)}`;
  return { config, facts, found, discovered, edits: blockedChanges(plannedChanges(config, checked), found) };
}

async function report(): Promise<Report> {
  const { config, facts, found, discovered, edits: changes } = await look();
  const judged = facts.cluster !== undefined;
  return {
    discovered,
    diagnostics: found,
    judged,
    skipped: config.preflight.skip,
    edits: renderPlannedChanges(changes),
  };
}

/** The program: config and facts in, components and outputs out. */
export default async function main(): Promise<Outputs> {
  const file = process.env[reportVariable];
  if (file !== undefined) return reportInto(file, report);
  const { config, facts, found, discovered, edits: changes } = await look();
  if (!facts.cluster) {
    await pulumi.log.warn(facts.warning);
    // the workers go with their provider alone: it gives up their nodes
    nodeProvider(config, undefined);
    return outputsOf([]);
  }
  // before a refusal: an error may lie in what was discovered, and what is refused is told with the errors
  await pulumi.log.info(discovered);
  if (changes.length > 0) await pulumi.log.info(renderPlannedChanges(changes).join("\n"));
  throwIfErrors(found);
  for (const warning of found) await pulumi.log.warn(renderWarning(warning));
  const providers = [facts.provider, nodeProvider(config, facts.cluster.uid)];
  const existing = existingObjects(config.cloud);
  const nodesNow = (): Promise<readonly NodeFacts[]> => orRefuse(readNodes(config.cluster));
  const replaced = new Set(changes.filter(({ verdict }) => verdict === "replace, drained").map(({ worker }) => worker));
  const beside = { existing, nodesNow, replaced };
  const pools = config.pools.map(
    (pool, i) => new WorkerPool(pool.name, { ...poolArgs(pool, i, facts, owner()), ...beside }, { providers }),
  );
  const workers = await Promise.all(pools.map((pool) => pool.attach()));
  return outputsOf(workers.flat(), config.preflight.skip);
}
