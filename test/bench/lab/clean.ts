import { CertificatesV1Api, CoreV1Api, KubeConfig } from "@kubernetes/client-node";
import { setTimeout as sleep } from "node:timers/promises";
import { CloudQueries } from "../../lab/cloud.ts";
import { files } from "../../lab/settings.ts";
import { prefix } from "../work.ts";

/** What the bench has in the cloud at a moment. */
export interface Holdings {
  /** ids of the servers that are ACTIVE */
  readonly active: readonly string[];
  readonly servers: readonly string[];
  readonly ports: readonly string[];
  readonly containers: readonly string[];
}

const own = ({ name }: { readonly name: string }): boolean => name.startsWith(prefix);

export async function holdings(): Promise<Holdings> {
  const cloud = await CloudQueries.login("lab");
  const [servers, ports, containers] = await Promise.all([cloud.servers(), cloud.ports(), cloud.containers()]);
  const mine = servers.filter(own);
  return {
    active: mine.filter(({ status }) => status === "ACTIVE").map(({ id }) => id),
    servers: mine.map(({ id }) => id),
    ports: ports.filter(own).map(({ id }) => id),
    containers: containers.filter((name) => name.startsWith(prefix)),
  };
}

async function removeContainer(cloud: CloudQueries, name: string): Promise<void> {
  for (const object of await cloud.objects(name)) await cloud.remove("object-store", `/${name}/${object}`);
  await cloud.remove("object-store", `/${name}`);
}

async function removeOnce({ servers, ports, containers }: Holdings): Promise<void> {
  const cloud = await CloudQueries.login("lab");
  // what is in use or has gone meanwhile is looked at again
  await Promise.allSettled([
    ...servers.map((id) => cloud.remove("compute", `/servers/${id}`)),
    ...(servers.length === 0 ? ports.map((id) => cloud.remove("network", `/v2.0/ports/${id}`)) : []),
    ...containers.map((name) => removeContainer(cloud, name)),
  ]);
}

/** Requests that nobody has approved would count against the next contender; Nodes stay when nobody removes them. */
async function cleanCluster(): Promise<void> {
  const config = new KubeConfig();
  config.loadFromFile(files.kubeconfig);
  const certificates = config.makeApiClient(CertificatesV1Api);
  for (const { metadata, status } of (await certificates.listCertificateSigningRequest()).items) {
    if ((status?.conditions ?? []).length > 0) continue;
    await certificates.deleteCertificateSigningRequest({ name: metadata?.name ?? "" });
  }
  const core = config.makeApiClient(CoreV1Api);
  for (const { metadata } of (await core.listNode()).items) {
    const name = metadata?.name ?? "";
    if (own({ name })) await core.deleteNode({ name });
  }
}

/**
 * Removes everything of the bench from cloud and cluster.
 * @param seconds until it gives up
 */
export async function clean(seconds = 300): Promise<void> {
  const deadline = Date.now() + seconds * 1000;
  for (;;) {
    const left = await holdings();
    if ([...left.servers, ...left.ports, ...left.containers].length === 0) break;
    if (Date.now() > deadline) throw new Error(`not removed within ${seconds} s: ${JSON.stringify(left)}`);
    await removeOnce(left);
    await sleep(2000);
  }
  await cleanCluster();
}
