import type * as openstack from "@pulumi/openstack";
import type { Api } from "../../components/kubernetes/client.ts";
import { CloudClient } from "../../components/openstack/client.ts";
import type { Config } from "../config/load.ts";
import { throwIfErrors } from "../diagnostics/diagnostic.ts";
import { allOrDiagnostics, DiagnosticError } from "../diagnostics/error.ts";
import { orDiagnostic } from "./cloud/errors.ts";
import { readFeatures } from "./cloud/features.ts";
import { nameLister } from "./cloud/names.ts";
import { readNetworks } from "./cloud/networks.ts";
import { readCloudFacts } from "./cloud/read.ts";
import { ClusterUnreachable } from "./cluster/ask.ts";
import { openCluster } from "./cluster/kubeconfig.ts";
import { readCluster } from "./cluster/read.ts";
import { type Expected, readExpected } from "./cluster/reconcile.ts";
import type { ObjectStoreFacts } from "./facts.ts";
import { type CloudFacts, type ClusterFacts } from "./facts.ts";
import { canSkipCluster, skippedClusterWarning, unreachableDiagnostic } from "./unreachable.ts";

export type { CloudFacts, ClusterFacts, PoolFacts, PortFacts, SubnetFacts } from "./facts.ts";

/** Timeout in seconds for everything that is read before any resource is declared. */
export const factsTimeout = 20;

/** Everything that is read before any resource is declared. */
export interface Facts {
  readonly cluster: ClusterFacts;
  readonly cloud: CloudFacts;
  readonly objectStore: ObjectStoreFacts | undefined;
  /** the cluster's API, closed: a request connects again */
  readonly api: Api;
  /** logged in, for reads that the provider has no function for */
  readonly client: CloudClient;
  readonly provider: openstack.Provider;
}

/** Declares the provider of a cloud that is logged in to. Called only when the credentials are known to work. */
export type MakeProvider = (client: CloudClient) => Promise<openstack.Provider>;

const nameOf = (cluster: ClusterFacts | ClusterUnreachable): string => {
  if (cluster instanceof ClusterUnreachable) throw cluster;
  return cluster.infraId;
};

/** The cloud's facts; nothing is looked up if the cluster is skipped. */
async function readOpenStack(
  config: Config,
  signal: AbortSignal,
  makeProvider: MakeProvider,
  cluster: Promise<ClusterFacts | ClusterUnreachable>,
): Promise<Omit<Facts, "cluster" | "cloud" | "api"> & { cloud: CloudFacts | undefined }> {
  const { client, objectStore } = await orDiagnostic(async () => {
    const client = await CloudClient.login(config.cloud, signal);
    // a region without servers is a wrong one: that is said before anything else that it lacks
    client.endpoint("compute");
    const store = client.objectStore();
    return { client, objectStore: store && { ...store, ca: client.ca } };
  });
  const found = { client, objectStore, provider: await makeProvider(client) };
  if (canSkipCluster(config) && (await cluster) instanceof ClusterUnreachable) return { ...found, cloud: undefined };
  const namesOf = nameLister(client, signal);
  const asked = { namesOf, ...readFeatures(client, signal) };
  const named = await readCloudFacts(config, signal, { provider: found.provider }, cluster.then(nameOf), asked);
  return { ...found, cloud: await orDiagnostic(() => readNetworks(client, named, signal)) };
}

/** The cloud alone: the cluster does not respond, and the config skips it. */
export interface SkippedCluster {
  readonly cluster: undefined;
  /** tells the user what is skipped */
  readonly warning: string;
  readonly client: CloudClient;
  readonly provider: openstack.Provider;
}

/** The cluster's facts, or, if the config skips an unreachable cluster, the error. */
async function readOrSkip(
  config: Config,
  known: Promise<readonly [Api, Expected]>,
  signal: AbortSignal,
): Promise<ClusterFacts | ClusterUnreachable> {
  try {
    const [api, expected] = await known;
    return await readCluster(api, signal, expected);
  } catch (error) {
    if (!(error instanceof ClusterUnreachable)) throw error;
    if (canSkipCluster(config)) return error;
    throw new DiagnosticError(
      error.diagnostics.map((diagnostic) => unreachableDiagnostic(diagnostic, config)),
      { cause: error },
    );
  }
}

/** The result, or one RunError that lists everything that could not be read. */
export async function orConfigError<T>(reading: Promise<T>): Promise<T> {
  try {
    return await reading;
  } catch (error) {
    if (error instanceof DiagnosticError) throwIfErrors(error.diagnostics);
    throw error;
  }
}

/** Reads cluster and cloud concurrently. Throws one DiagnosticError that lists everything that could not be read. */
export async function readFacts(
  config: Config,
  makeProvider: MakeProvider,
  signal: AbortSignal,
): Promise<Facts | SkippedCluster> {
  const opening = Promise.resolve(config.cluster).then(openCluster);
  const expected = Promise.resolve(config.cluster).then(readExpected);
  const asked = readOrSkip(config, allOrDiagnostics([opening, expected]), signal);
  const [cluster, { cloud, ...openStack }] = await allOrDiagnostics([
    asked,
    readOpenStack(config, signal, makeProvider, asked),
  ]);
  if (cluster instanceof ClusterUnreachable) {
    const { client, provider } = openStack;
    return { cluster: undefined, warning: skippedClusterWarning(cluster), client, provider };
  }
  if (!cloud) throw new Error("the cloud is skipped only with the cluster");
  return { cluster, cloud, api: await opening, ...openStack };
}
