import type * as openstack from "@pulumi/openstack";
import { type CloudFacts, readCloudFacts } from "./cloud-facts.ts";
import { abandonedNote, mayAbandon, silenceFault } from "./abandon.ts";
import { type ClusterFacts, ClusterSilent, readCluster } from "./cluster-facts.ts";
import type { Config } from "./config.ts";
import { refuse } from "./fault.ts";
import { readCloud } from "./openstack/clouds-yaml.ts";
import { authenticate, objectStore } from "./openstack/keystone.ts";
import { Problem, together } from "./problem.ts";

export type { CloudFacts, PoolFacts, PortFacts, SubnetFacts } from "./cloud-facts.ts";
export type { ClusterFacts } from "./cluster-facts.ts";

/** Seconds within which all facts must be there. */
export const factsTimeout = 20;

/** Where the machines fetch their Ignition config from. */
export interface ObjectStoreFacts {
  /** public URL of the account */
  readonly url: string;
  readonly region: string;
  /** PEM bundle that signs its certificate; undefined: a public one */
  readonly ca: string | undefined;
}

/** Everything that is read before anything is declared. */
export interface Facts {
  readonly cluster: ClusterFacts;
  readonly cloud: CloudFacts;
  readonly objectStore: ObjectStoreFacts;
  readonly provider: openstack.Provider;
}

/** What was found, in one line. */
export function summary({ cluster, cloud, objectStore }: Omit<Facts, "provider">): string {
  const { infraId, version, uid, machineConfigServer } = cluster;
  return [
    `cluster ${infraId} (${uid}), Kubernetes ${version}`,
    `Machine Config Server ${machineConfigServer.url}`,
    `machine network ${cloud.subnet.cidr}`,
    `object store ${objectStore.url} of region ${objectStore.region}`,
  ].join("; ");
}

/** Declares the cloud's provider. Called only when the credentials are known to work. */
export type MakeProvider = () => openstack.Provider;

async function readObjectStore(name: string, signal: AbortSignal): Promise<ObjectStoreFacts> {
  const cloud = await readCloud(name);
  const token = await authenticate(cloud, name, signal);
  return { ...objectStore(token, name, cloud.region), ca: cloud.ca };
}

async function readOpenStack(
  config: Config,
  signal: AbortSignal,
  makeProvider: MakeProvider,
): Promise<Omit<Facts, "cluster">> {
  const objectStore = await readObjectStore(config.cloud, signal);
  const provider = makeProvider();
  return { objectStore, provider, cloud: await readCloudFacts(config, signal, { provider }) };
}

/** The cloud alone: the cluster does not answer, and the config gives it up. */
export interface Abandoned {
  readonly cluster: undefined;
  /** what is given up, for the user */
  readonly abandoned: string;
  readonly provider: openstack.Provider;
}

/** The cluster's facts; without them the fault that stands for their lack, where the config gives the cluster up. */
async function readOrAbandon(config: Config, signal: AbortSignal): Promise<ClusterFacts | ClusterSilent> {
  try {
    return await readCluster(config.cluster, signal);
  } catch (error) {
    if (!(error instanceof ClusterSilent)) throw error;
    if (mayAbandon(config)) return error;
    throw new Problem(
      error.faults.map((fault) => silenceFault(fault, config)),
      { cause: error },
    );
  }
}

/** Reads cluster and cloud side by side. Throws one RunError that lists everything that could not be had. */
export async function readFacts(config: Config, makeProvider: MakeProvider): Promise<Facts | Abandoned> {
  const signal = AbortSignal.timeout(factsTimeout * 1000);
  try {
    const [cluster, openStack] = await together([
      readOrAbandon(config, signal),
      readOpenStack(config, signal, makeProvider),
    ]);
    if (!(cluster instanceof ClusterSilent)) return { cluster, ...openStack };
    return { cluster: undefined, abandoned: abandonedNote(cluster), provider: openStack.provider };
  } catch (error) {
    if (error instanceof Problem) refuse(error.faults);
    throw error;
  }
}
