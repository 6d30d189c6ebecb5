import type { KubeConfig } from "@kubernetes/client-node";
import type * as openstack from "@pulumi/openstack";
import { CloudClient } from "../../components/openstack/client.ts";
import type { Config } from "../config/load.ts";
import { refuse } from "../diagnostics/diagnostic.ts";
import { DiagnosticError, together } from "../diagnostics/error.ts";
import { orDiagnostic } from "./cloud/errors.ts";
import { readCloudFacts } from "./cloud/read.ts";
import { ClusterSilent } from "./cluster/ask.ts";
import { loadKubeconfig } from "./cluster/kubeconfig.ts";
import { readCluster } from "./cluster/read.ts";
import { type Expected, readExpected } from "./cluster/reconcile.ts";
import type { ObjectStoreFacts } from "./facts.ts";
import { type CloudFacts, type ClusterFacts } from "./facts.ts";
import { abandonedNote, mayAbandon, silenceFault } from "./unreachable.ts";

export type { CloudFacts, ClusterFacts, PoolFacts, PortFacts, SubnetFacts } from "./facts.ts";

/** Seconds within which everything must be there that is read before anything is declared. */
export const factsTimeout = 20;

/** Everything that is read before anything is declared. */
export interface Facts {
  readonly cluster: ClusterFacts;
  readonly cloud: CloudFacts;
  readonly objectStore: ObjectStoreFacts;
  /** the way to the cluster */
  readonly kubeconfig: KubeConfig;
  /** logged in, for what is asked beside the provider */
  readonly client: CloudClient;
  readonly provider: openstack.Provider;
}

/** Declares the cloud's provider. Called only when the credentials are known to work. */
export type MakeProvider = () => openstack.Provider;

const nameOf = (cluster: ClusterFacts | ClusterSilent): string => {
  if (cluster instanceof ClusterSilent) throw cluster;
  return cluster.infraId;
};

/** The cloud's part of the facts; for a cluster that is given up nothing is looked up. */
async function readOpenStack(
  config: Config,
  signal: AbortSignal,
  makeProvider: MakeProvider,
  cluster: Promise<ClusterFacts | ClusterSilent>,
): Promise<Omit<Facts, "cluster" | "cloud" | "kubeconfig"> & { cloud: CloudFacts | undefined }> {
  const { client, objectStore } = await orDiagnostic(async () => {
    const client = await CloudClient.login(config.cloud, signal);
    return { client, objectStore: { ...client.objectStore(), ca: client.ca } };
  });
  const found = { client, objectStore, provider: makeProvider() };
  if (mayAbandon(config) && (await cluster) instanceof ClusterSilent) return { ...found, cloud: undefined };
  const cloud = await readCloudFacts(config, signal, { provider: found.provider }, cluster.then(nameOf));
  return { ...found, cloud };
}

/** The cloud alone: the cluster does not answer, and the config gives it up. */
export interface Abandoned {
  readonly cluster: undefined;
  /** what is given up, for the user */
  readonly abandoned: string;
  readonly provider: openstack.Provider;
}

/** The cluster's facts; without them the fault that stands for their lack, where the config gives the cluster up. */
async function readOrAbandon(
  config: Config,
  known: Promise<readonly [KubeConfig, Expected]>,
  signal: AbortSignal,
): Promise<ClusterFacts | ClusterSilent> {
  try {
    const [kubeconfig, expected] = await known;
    return await readCluster(kubeconfig, signal, expected);
  } catch (error) {
    if (!(error instanceof ClusterSilent)) throw error;
    if (mayAbandon(config)) return error;
    throw new DiagnosticError(
      error.faults.map((fault) => silenceFault(fault, config)),
      { cause: error },
    );
  }
}

/** What is read, or one RunError that lists everything that could not be had. */
export async function orRefuse<T>(reading: Promise<T>): Promise<T> {
  try {
    return await reading;
  } catch (error) {
    if (error instanceof DiagnosticError) refuse(error.faults);
    throw error;
  }
}

/** Reads cluster and cloud side by side. Throws one DiagnosticError that lists everything that could not be had. */
export async function readFacts(
  config: Config,
  makeProvider: MakeProvider,
  signal: AbortSignal,
): Promise<Facts | Abandoned> {
  const kubeconfig = loadKubeconfig(config.cluster);
  const expected = Promise.resolve(config.cluster).then(readExpected);
  const asked = readOrAbandon(config, together([kubeconfig, expected]), signal);
  const [cluster, { cloud, ...openStack }] = await together([
    asked,
    readOpenStack(config, signal, makeProvider, asked),
  ]);
  if (cluster instanceof ClusterSilent)
    return { cluster: undefined, abandoned: abandonedNote(cluster), provider: openStack.provider };
  if (!cloud) throw new Error("a cluster that answers names its network");
  return { cluster, cloud, kubeconfig: await kubeconfig, ...openStack };
}
