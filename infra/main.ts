import * as pulumi from "@pulumi/pulumi";
import type { NodeProvider } from "../components/node-provider.ts";
import { timeoutSignal } from "../components/lib/timer.ts";
import type { CloudIdentity } from "../components/openstack/cloud-identity.ts";
import { surgeText } from "../components/rollout/surge.ts";
import { orExitSoon } from "./cli/exit-soon.ts";
import { factsVariable, writeFacts } from "./cli/facts-report.ts";
import { requestedRepairs } from "./cli/repair-request.ts";
import { reportVariable } from "./cli/report.ts";
import { type Prepared, reportOf, writeReport } from "./cli/write-report.ts";
import type { Config } from "./config/load.ts";
import { poolPath } from "./config/paths.ts";
import { readConfig } from "./config/stack-config.ts";
import { renderWarning, throwIfErrors } from "./diagnostics/diagnostic.ts";
import { leavingDataOf } from "./discovery/cluster/read.ts";
import type { Result } from "./discovery/attempt.ts";
import { discover, type Discovery } from "./discovery/discover.ts";
import type { NodeFacts, StateFacts } from "./discovery/facts.ts";
import {
  type Facts,
  factsTimeout,
  type MakeProvider,
  orConfigError,
  readFacts,
  type SkippedCluster,
} from "./discovery/read.ts";
import { renderDiscovery } from "./discovery/summary.ts";
import { type Outputs, outputsOf } from "./outputs.ts";
import { declarePools } from "./pools.ts";
import { readState } from "./discovery/state.ts";
import { examine, type ExaminedWorker } from "./preflight/changes/examine.ts";
import type { Load } from "./preflight/changes/drain-impact.ts";
import { durationOf, expectedLine } from "./preflight/changes/expected-duration.ts";
import { impactOf, noImpact } from "./preflight/changes/impact.ts";
import {
  editedPortNames,
  ownEdits,
  plannedChanges,
  renderPlannedChanges,
  replacedWorkers,
} from "./preflight/changes/plan.ts";
import {
  openRepairs,
  requestedRepairDiagnostics,
  skippedRepairDiagnostics,
  withRepairs,
} from "./preflight/changes/requested-repairs.ts";
import { rollLines } from "./preflight/changes/roll-lines.ts";
import { parallelism, roundsLine } from "./preflight/changes/rounds.ts";
import { withSurge } from "./preflight/changes/surge.ts";
import { workerZones } from "./preflight/changes/zones.ts";
import { leavingNodes } from "./preflight/checks/local-volumes.ts";
import { skippedDetachDiagnostics } from "./preflight/checks/max-detach.ts";
import { ownServers, wantedWorkers } from "./preflight/checks/names.ts";
import { ownNodeVariable } from "./preflight/checks/own-node.ts";
import { protectDiagnostics } from "./preflight/checks/protect.ts";
import { queuedTerms } from "./preflight/checks/url-lifetime.ts";
import { type Evaluation, evaluate, hasOwnObjects, type PreflightFacts } from "./preflight/index.ts";
import { isTheirCloud } from "./preflight/their-cloud.ts";
import { cloudProvider, type Identities, nodeProvider, providerWarning } from "./providers.ts";

/**
 * Reads cluster and cloud. If something is not found, and it is another project than the stack's, the provider says so
 * instead: that is the cause of all the other errors.
 */
async function inOwnCloud<T>(config: Config, read: (makeProvider: MakeProvider) => Promise<T>): Promise<T> {
  let cloud: CloudIdentity | undefined;
  try {
    return await read(async (client) => {
      cloud = client.identity;
      await pulumi.log.info(providerWarning);
      return cloudProvider(config, client);
    });
  } catch (error) {
    if (cloud) await nodeProvider(config, { cloud }).accepted();
    throw error;
  }
}

/** The owner of Nodes and servers: no other stack changes them. */
const ownName = (): string => `${pulumi.getOrganization()}/${pulumi.getProject()}/${pulumi.getStack()}`;

/** What the names in the config stand for, without any of the checks. Throws a ConfigError as {@link prepare} does. */
async function readOwnFacts(): Promise<Facts | SkippedCluster> {
  const config = readConfig();
  const deadline = timeoutSignal(factsTimeout * 1000);
  const facts = await inOwnCloud(config, (makeProvider) => orConfigError(readFacts(config, makeProvider, deadline)));
  if (facts.cluster) throwIfErrors(facts.cloud.unresolved);
  const identities = { cloud: facts.client.identity, ...(facts.cluster && { clusterUid: facts.cluster.uid }) };
  // nothing is reported of another cluster or project than that of the state
  await nodeProvider(config, identities).accepted();
  return facts;
}

const identitiesOf = (discovery: Discovery | SkippedCluster): Identities => ({
  cloud: discovery.client.identity,
  ...(discovery.cluster && { clusterUid: discovery.cluster.uid, isTheirCloud: isTheirCloud(discovery) }),
});

/**
 * The facts with what the stack's state has, if the cloud has anything of the stack that may be missing in it, or if what
 * leaves is counted. Without a provider of the workers it has nothing of them, and may not exist.
 */
async function withState(config: Config, discovery: Discovery, nodes: NodeProvider): Promise<PreflightFacts> {
  const facts = { ...discovery, at: Date.now(), ownNode: process.env[ownNodeVariable] };
  const isAdopting = config.pools.some(({ adopt }) => adopt.length > 0);
  const isNeeded = hasOwnObjects(discovery) || isAdopting || config.maxDetach !== undefined;
  return isNeeded ? { ...facts, state: await stateOf(nodes) } : facts;
}

/** What the stack's state has. */
const stateOf = async (nodes: NodeProvider): Promise<Result<StateFacts>> =>
  nodes.isNew ? { value: { servers: {}, ports: {} } } : readState();

/** All workers are detached without a look at the cluster: the state alone knows how many they are. */
async function withoutCluster(config: Config, nodes: NodeProvider, repairs: readonly string[]): Promise<Evaluation> {
  const state = await stateOf(nodes);
  const diagnostics = [
    ...skippedRepairDiagnostics(repairs),
    ...skippedDetachDiagnostics(config, state),
    ...protectDiagnostics(config, { state }, [], new Set<string>()),
  ];
  return { diagnostics, changes: [] };
}

/** What ends with the machines that go, and what their drains find. Nothing is read if no Node leaves. */
async function leavingData(cluster: Config["cluster"], leaving: readonly NodeFacts[]): Promise<Load | undefined> {
  if (leaving.length === 0) return undefined;
  return orConfigError(leavingDataOf(cluster, leaving));
}

/** Throws a ConfigError if the config is invalid, or if cluster or cloud cannot be read. */
async function prepare(): Promise<
  Prepared & { readonly nodes: NodeProvider; readonly workers: readonly ExaminedWorker[] }
> {
  const given = readConfig();
  const discovery = await inOwnCloud(given, (makeProvider) => discover(given, ownName(), makeProvider));
  const { open: repairs, back } = openRepairs(requestedRepairs(process.env), discovery.cluster?.nodes ?? []);
  for (const name of back) await pulumi.log.info(`worker ${name} is not repaired: its Node is Ready`);
  // if the cluster is skipped, it is declared for the deletion of the workers
  const nodes = nodeProvider(given, identitiesOf(discovery));
  // nothing is declared in another cluster or project than that of the state
  await nodes.accepted();
  if (!discovery.cluster) {
    const evaluation = await withoutCluster(given, nodes, repairs);
    return { config: given, discovery, evaluation, impact: noImpact, nodes, workers: [] };
  }
  const facts = await withState(given, discovery, nodes);
  const config = withRepairs(withSurge(given, facts), repairs, discovery.cluster.infraId);
  const workers = examine(config, facts);
  const changes = plannedChanges(config, facts, workers);
  const leaving = leavingNodes(changes, facts.cluster);
  const data = await leavingData(config.cluster, leaving);
  const evaluation = evaluate(
    config,
    { ...facts, localData: data?.localData },
    parallelism(process.env),
    workers,
    changes,
  );
  // a change that is refused takes nothing with it
  const leavers = leavingNodes(evaluation.changes, facts.cluster).map(({ name }) => name);
  const impact = data ? impactOf(config, facts.cluster, evaluation.changes, leavers, data) : noImpact;
  const known = wantedWorkers(config, facts).map(({ name }) => name);
  const requested = requestedRepairDiagnostics(repairs, known, workers, changes);
  const diagnostics = [...evaluation.diagnostics, ...requested];
  const own = [...ownServers(facts).values()].flat();
  const expected = durationOf(config, facts.cluster, own, evaluation.changes, parallelism(process.env));
  return { config, discovery, evaluation: { ...evaluation, diagnostics }, impact, expected, nodes, workers };
}

/** The program: config, discovery, preflight, components, outputs. */
export async function main(): Promise<Outputs> {
  const factsFile = process.env[factsVariable];
  if (factsFile !== undefined) return writeFacts(factsFile, ownName(), () => orExitSoon(readOwnFacts));
  const reportFile = process.env[reportVariable];
  if (reportFile !== undefined) return writeReport(reportFile, async () => reportOf(await orExitSoon(prepare)));
  const { config, discovery, evaluation, impact, expected, nodes, workers } = await orExitSoon(prepare);
  const { diagnostics, changes } = evaluation;
  if (!discovery.cluster) {
    await pulumi.log.warn(discovery.warning);
    throwIfErrors(diagnostics);
    return outputsOf([]);
  }
  // logged before the errors: their causes may be in what was discovered
  await pulumi.log.info(renderDiscovery(config, discovery));
  if (changes.length > 0) await pulumi.log.info(renderPlannedChanges(changes).join("\n"));
  if (impact.lines.length > 0) await pulumi.log.info(impact.lines.join("\n"));
  const parallel = parallelism(process.env);
  const limits = config.pools.map(({ name, rollout }) => ({ configPath: poolPath(name), ...rollout }));
  const rounds = roundsLine(changes, limits, parallel);
  const course = [...rollLines(config, discovery.cluster, changes), rounds, expected && expectedLine(expected)];
  for (const line of course) if (line !== undefined) await pulumi.log.info(line);
  throwIfErrors(diagnostics);
  for (const warning of diagnostics) await pulumi.log.warn(renderWarning(warning));
  const providers: Parameters<typeof declarePools>[4] = [discovery.provider, nodes];
  const queued = queuedTerms(config, discovery.cluster, parallel);
  const inCloud = new Map(workers.map((each) => [each.worker.name, each.inCloud]));
  const zones = workerZones(config, discovery);
  const replaced = { replaced: replacedWorkers(changes), ownEdits: ownEdits(changes) };
  const edits = { ...replaced, editedPorts: editedPortNames(changes), inCloud, zones };
  const pools = declarePools(config, discovery, edits, queued, providers);
  const attached = await Promise.all(pools.map((pool) => pool.attach()));
  const surge = config.pools.flatMap(({ rollout }) => rollout.surge ?? []);
  if (!pulumi.runtime.isDryRun()) for (const name of surge) await pulumi.log.info(`${name}: ${surgeText}`);
  return outputsOf(attached.flat(), config.preflight.skip, surge);
}
