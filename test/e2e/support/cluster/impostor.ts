import { CertificatesV1Api, type KubeConfig, RbacAuthorizationV1Api, setHeaderOptions } from "@kubernetes/client-node";
import { setTimeout as sleep } from "node:timers/promises";
import { signers } from "../../../../components/node/csr/judge.ts";
import { generateKeys, pkcs10, type Pkcs10 } from "../../../support/node-fixtures.ts";
import { administrator, certificates, core, csr, ifThere } from "./cluster.ts";
import { bootstrapper, serviceAccount } from "./identity.ts";

const rbac = administrator.makeApiClient(RbacAuthorizationV1Api);

/** Of the unrelated accounts. */
const namespace = "default";

/**
 * Makes an account that may file requests as node-bootstrapper may, and has nothing to do with a worker.
 * @param name that no other file's account has
 */
export async function makeUnrelatedAccount(name: string): Promise<KubeConfig> {
  await removeUnrelatedAccount(name);
  await core.createNamespacedServiceAccount({ namespace, body: { metadata: { name } } });
  await rbac.createClusterRoleBinding({
    body: {
      metadata: { name },
      roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: "system:node-bootstrapper" },
      subjects: [{ kind: "ServiceAccount", namespace, name }],
    },
  });
  return serviceAccount({ namespace, name });
}

export async function removeUnrelatedAccount(name: string): Promise<void> {
  await ifThere(rbac.deleteClusterRoleBinding({ name }));
  await ifThere(core.deleteNamespacedServiceAccount({ namespace, name }));
}

/** A request that must never be approved. What is not said is as a kubelet on the node would have it. */
export interface Impostor extends Partial<Omit<Pkcs10, "keys">> {
  /** name of the CertificateSigningRequest */
  readonly name: string;
  /** the node in whose name it asks */
  readonly nodeName: string;
  /** default: the bootstrapper */
  readonly as?: KubeConfig;
  /** a group besides those of the requester's own: an administrator files it in the requester's name */
  readonly group?: string;
  /** `client`, `serving` or the whole name of a signer */
  readonly signer?: string;
  readonly usages?: readonly string[];
  /** what becomes of the encoded request before it is sent */
  readonly spoil?: (request: string) => string;
}

const kinds: Readonly<Record<string, string>> = signers;

/** Files the request. */
export async function file(impostor: Impostor): Promise<void> {
  const { name, nodeName, as, group, signer = "client", spoil = (it: string) => it } = impostor;
  const purpose = signer === "serving" ? "server auth" : "client auth";
  const { usages = ["digital signature", purpose] } = impostor;
  const request = await pkcs10({ commonName: `system:node:${nodeName}`, ...impostor, keys: await generateKeys() });
  const config = as ?? (await serviceAccount(bootstrapper));
  const api = group === undefined ? config.makeApiClient(CertificatesV1Api) : certificates;
  const body = {
    metadata: { name },
    spec: { signerName: kinds[signer] ?? signer, request: spoil(request), usages: [...usages] },
  };
  const user = `system:serviceaccount:${bootstrapper.namespace}:${bootstrapper.name}`;
  const inItsName =
    group === undefined
      ? undefined
      : setHeaderOptions("Impersonate-Group", group, setHeaderOptions("Impersonate-User", user));
  await api.createCertificateSigningRequest({ body }, inItsName);
}

/** A request behind another: a reader that takes the first and one that takes the last disagree. */
export function twice(request: string): string {
  return Buffer.from(`${Buffer.from(request, "base64").toString()}\n`.repeat(2)).toString("base64");
}

/** Ms by which the clocks of cloud and cluster may differ. */
const clockSkew = 10_000;

/** Waits until a server that is made from now on is younger than the request, whatever the clocks say. */
export async function untilOlderThanNewServers(request: string): Promise<void> {
  const created = (await csr(request))?.metadata?.creationTimestamp;
  await sleep((created?.getTime() ?? 0) + clockSkew + 1000 - Date.now());
}

export async function withdraw(names: readonly string[]): Promise<void> {
  await Promise.all(names.map((name) => ifThere(certificates.deleteCertificateSigningRequest({ name }))));
}

/** The names of those requests among these that are approved, denied or gone. */
export async function decided(names: readonly string[]): Promise<string[]> {
  const found = await Promise.all(names.map(async (name) => ({ name, item: await csr(name) })));
  return found
    .filter(({ item }) => item === undefined || (item.status?.conditions ?? []).length > 0 || item.status?.certificate)
    .map(({ name }) => name);
}

/** The failed rules that a command's output reports of a request, each as often as it is reported at the end. */
export function reported(output: string, name: string): string[] {
  const diagnostics = output.slice(output.indexOf("\nDiagnostics:"));
  return [...diagnostics.matchAll(new RegExp(`request ${name} stays pending \\(([^)]+)\\)`, "g"))].map(
    (it) => it[1] ?? "",
  );
}
