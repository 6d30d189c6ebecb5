import { CertificatesV1Api, type Cluster, KubeConfig, type V1CertificateSigningRequest } from "@kubernetes/client-node";
import { readFile, readlink } from "node:fs/promises";
import path from "node:path";
import { approvalReason } from "../../../../components/node/csr/keys.ts";
import { parseRequest } from "../../../../components/node/csr/pkcs10.ts";
import { generateKeys, type Keys, pkcs10 } from "../../../support/node-fixtures.ts";
import { administrator, certificates, core, csr, ifThere, isPending } from "./cluster.ts";
import { machineOf } from "../machines/faults.ts";
import { pkiFolder } from "../machines/machine.ts";
import { until } from "../wait.ts";

/** Who may ask the cluster for something, each by the means that it has in reality. */

function lab(): Cluster {
  const cluster = administrator.getCurrentCluster();
  if (!cluster) throw new Error("no cluster in the lab's kubeconfig");
  return cluster;
}

/** Whoever holds the bootstrap token of the Machine Config Server's payload. */
export const bootstrapper = { namespace: "openshift-machine-config-operator", name: "node-bootstrapper" };

/** A client with a fresh token of the account. */
export async function serviceAccount(account: { namespace: string; name: string }): Promise<KubeConfig> {
  const { status } = await core.createNamespacedServiceAccountToken({
    ...account,
    body: { spec: { audiences: [], expirationSeconds: 3600 } },
  });
  if (!status?.token) throw new Error(`no token of ${account.name}`);
  const config = new KubeConfig();
  config.loadFromClusterAndUser(lab(), { name: account.name, token: status.token });
  return config;
}

/** A client with a certificate; both in PEM. */
export function holderOf(name: string, certificate: string, key: string): KubeConfig {
  const config = new KubeConfig();
  const base64 = (text: string) => Buffer.from(text).toString("base64");
  config.loadFromClusterAndUser(lab(), { name, certData: base64(certificate), keyData: base64(key) });
  return config;
}

/** A private key as PKCS#8 in PEM. */
export async function pemOf({ privateKey }: Keys): Promise<string> {
  const der = Buffer.from(await crypto.subtle.exportKey("pkcs8", privateKey)).toString("base64");
  return `-----BEGIN PRIVATE KEY-----\n${der.replace(/.{64}/g, "$&\n")}\n-----END PRIVATE KEY-----\n`;
}

/** The requests in the name of a node, whoever has filed them. */
async function requestsOf(nodeName: string): Promise<V1CertificateSigningRequest[]> {
  const { items } = await certificates.listCertificateSigningRequest();
  const parsed = await Promise.all(items.map(({ spec }) => parseRequest(spec.request)));
  return items.filter((_, i) => parsed[i]?.commonNames.includes(`system:node:${nodeName}`));
}

/** The pending requests in the name of a node. */
export const pendingOf = async (nodeName: string): Promise<V1CertificateSigningRequest[]> =>
  (await requestsOf(nodeName)).filter(isPending);

/** The signers of the certificates that were issued in the name of a node after an approval of the program. */
export async function signersOf(nodeName: string): Promise<string[]> {
  const issued = (await requestsOf(nodeName)).filter(
    ({ status }) => status?.certificate && status.conditions?.some(({ reason }) => reason === approvalReason),
  );
  return issued.map(({ spec }) => spec.signerName).sort();
}

/** What `oc adm certificate approve` does. */
export async function approveByHand(name: string): Promise<void> {
  const body = await certificates.readCertificateSigningRequest({ name });
  const condition = { type: "Approved", status: "True", reason: "ByHand", message: "approved by an administrator" };
  body.status = { conditions: [condition] };
  await certificates.replaceCertificateSigningRequestApproval({ name, body });
}

/** The certificate of a request, in PEM, once it is issued. */
export function certificateOf(name: string): Promise<string> {
  return until(`the certificate of ${name}`, async () => {
    const certificate = (await csr(name))?.status?.certificate;
    return certificate === undefined ? undefined : Buffer.from(certificate, "base64").toString();
  });
}

/** The identity of a node that has no Node object: an administrator has approved its request by hand. */
export async function strayNode(nodeName: string): Promise<KubeConfig> {
  const name = `${nodeName}-by-hand`;
  await ifThere(certificates.deleteCertificateSigningRequest({ name }));
  const keys = await generateKeys();
  await (await serviceAccount(bootstrapper)).makeApiClient(CertificatesV1Api).createCertificateSigningRequest({
    body: {
      metadata: { name },
      spec: {
        signerName: "kubernetes.io/kube-apiserver-client-kubelet",
        request: await pkcs10({ commonName: `system:node:${nodeName}`, keys }),
        usages: ["digital signature", "client auth"],
      },
    },
  });
  await approveByHand(name);
  const certificate = await certificateOf(name);
  await certificates.deleteCertificateSigningRequest({ name });
  return holderOf(nodeName, certificate, await pemOf(keys));
}

/** The kubelet of a joined worker, as somebody who has broken into its machine acts: with the key on its disk. */
export async function kubeletOf(serverId: string): Promise<KubeConfig> {
  const folder = pkiFolder(await machineOf(serverId));
  // the current one is a link whose absolute target is meant inside the machine
  const current = path.basename(await readlink(path.join(folder, "kubelet-client-current.pem")));
  const pem = await readFile(path.join(folder, current), "utf8");
  const blocks = pem.match(/-----BEGIN ([A-Z ]+)-----[^-]+-----END \1-----\n/g) ?? [];
  const certificate = blocks.find((block) => block.includes("BEGIN CERTIFICATE")) ?? "";
  return holderOf(`kubelet of ${serverId}`, certificate, blocks.find((block) => block.includes("PRIVATE KEY")) ?? "");
}
