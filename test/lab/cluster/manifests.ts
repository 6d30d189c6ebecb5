import { readFile } from "node:fs/promises";
import {
  KubeConfig,
  KubernetesObjectApi,
  loadAllYaml,
  PatchStrategy,
  type KubernetesObject,
} from "@kubernetes/client-node";
import pRetry from "p-retry";
import { cluster, files, machineNetwork, ports } from "../settings.ts";
import { kubeCa, machineConfigServerCa } from "./pki.ts";
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
    machineCidr: machineNetwork.cidr,
    machineConfigServer: `https://${machineNetwork.apiVip}:${ports.machineConfigServer}`,
    machineConfigServerCa: Buffer.from(machineConfigCa).toString("base64"),
    machineConfigServerCaPem: quoted(machineConfigCa),
    kubeCaPem: quoted(await readFile(kubeCa.cert, "utf8")),
  };
}

export async function objects(): Promise<KubernetesObject[]> {
  const data = await values();
  const texts = await Promise.all(manifests.map((name) => template(`manifests/${name}.yaml`, data)));
  return texts.flatMap((text) => loadAllYaml(text) as KubernetesObject[]);
}

function client(): KubernetesObjectApi {
  const config = new KubeConfig();
  config.loadFromFile(files.kubeconfig);
  return KubernetesObjectApi.makeApiClient(config);
}

const apply = (api: KubernetesObjectApi, object: KubernetesObject): Promise<KubernetesObject> =>
  api.patch(object, undefined, undefined, "openshift", true, PatchStrategy.ServerSideApply);

/** Applies every manifest server-side; an object whose definition is not yet served is tried again for a few seconds. */
export async function applyManifests(): Promise<void> {
  const api = client();
  for (const object of await objects()) {
    await pRetry(() => apply(api, object), { retries: 40, minTimeout: 100, maxTimeout: 250 });
  }
}

/** The last object of the last manifest stands, and the bootstrapper's token has been made. */
export async function manifestsApplied(): Promise<boolean> {
  const api = client();
  const last = (await objects()).at(-1);
  if (!last?.kind || !last.metadata?.name) throw new Error("the last manifest has no object");
  const wanted = [
    { ...last, metadata: { ...last.metadata, name: last.metadata.name } },
    {
      apiVersion: "v1",
      kind: "Secret",
      metadata: { name: "node-bootstrapper-token", namespace: "openshift-machine-config-operator" },
    },
  ];
  const found = await Promise.allSettled(wanted.map((object) => api.read(object)));
  const token =
    found[1]?.status === "fulfilled" ? (found[1].value as { data?: { token?: string } }).data?.token : undefined;
  return found.every((result) => result.status === "fulfilled") && Boolean(token);
}
