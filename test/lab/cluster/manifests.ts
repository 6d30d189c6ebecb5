import {
  ApiException,
  CoreV1Api,
  KubeConfig,
  type KubernetesObject,
  KubernetesObjectApi,
  loadAllYaml,
  PatchStrategy,
  type V1ConfigMap,
} from "@kubernetes/client-node";
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import pRetry from "p-retry";
import { cluster, files, machineNetwork, ports, storageNetwork } from "../settings.ts";
import { apiReady } from "./answers.ts";
import { kubeCa, machineConfigServerCa, machineConfigServerUrl } from "./pki.ts";
import { template } from "./template.ts";

/** In the order of their application: a definition stands before its objects. */
const manifests = ["namespaces", "crds", "rbac", "openshift"];

async function values(): Promise<Record<string, string | number>> {
  const machineConfigCa = await readFile(machineConfigServerCa.cert, "utf8");
  // A PEM inside a double-quoted YAML string.
  const quoted = (pem: string): string => pem.replaceAll("\n", "\\n");
  return {
    infraId: cluster.infraId,
    domain: `${cluster.name}.${cluster.baseDomain}`,
    apiInternal: cluster.apiInternal,
    apiVip: machineNetwork.apiVip,
    apiPort: ports.apiserver,
    ingressVip: machineNetwork.ingressVip,
    machineCidrs: JSON.stringify([machineNetwork.cidr, storageNetwork.cidr]),
    machineConfigServer: machineConfigServerUrl,
    machineConfigServerCa: Buffer.from(machineConfigCa).toString("base64"),
    machineConfigServerCaPem: quoted(machineConfigCa),
    kubeCaPem: quoted(await readFile(kubeCa.cert, "utf8")),
  };
}

async function objects(): Promise<KubernetesObject[]> {
  const data = await values();
  const texts = await Promise.all(manifests.map((name) => template(`manifests/${name}.yaml`, data)));
  return texts.flatMap((text) => loadAllYaml(text) as KubernetesObject[]);
}

const hashOf = (all: readonly KubernetesObject[]): string =>
  createHash("sha256").update(JSON.stringify(all)).digest("hex");

const recordName = { name: "applied-manifests", namespace: "openshift-config-managed" };

/** Says in the cluster itself which manifests it has, so that those of a later checkout are applied to it too. */
const record = (hash: string): V1ConfigMap => ({
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: recordName,
  data: { hash },
});

function client(): KubeConfig {
  const config = new KubeConfig();
  config.loadFromFile(files.kubeconfig);
  return config;
}

const apply = (api: KubernetesObjectApi, object: KubernetesObject): Promise<KubernetesObject> =>
  api.patch(object, undefined, undefined, "openshift", true, PatchStrategy.ServerSideApply);

/** Applies every manifest server-side; an object whose definition is not yet served is tried again for a few seconds. */
export async function applyManifests(): Promise<void> {
  const api = KubernetesObjectApi.makeApiClient(client());
  const all = await objects();
  for (const object of [...all, record(hashOf(all))]) {
    await pRetry(() => apply(api, object), { retries: 40, minTimeout: 100, maxTimeout: 250 });
  }
}

function absent(error: unknown): undefined {
  if (!(error instanceof ApiException) || error.code !== 404) throw error;
}

/** There is a cluster, it has these manifests, and the bootstrapper's token has been made. */
export async function manifestsApplied(): Promise<boolean> {
  if (!existsSync(files.kubeconfig) || !(await apiReady())) return false;
  const api = client().makeApiClient(CoreV1Api);
  const applied = await api.readNamespacedConfigMap(recordName).catch(absent);
  const account = { name: "node-bootstrapper-token", namespace: "openshift-machine-config-operator" };
  const secret = await api.readNamespacedSecret(account).catch(absent);
  return applied?.data?.["hash"] === hashOf(await objects()) && Boolean(secret?.data?.["token"]);
}
