import "reflect-metadata";
import { webcrypto } from "node:crypto";
import { CertificatesV1Api, CoreV1Api, KubeConfig, RbacAuthorizationV1Api } from "@kubernetes/client-node";
import { Pkcs10CertificateRequestGenerator, SubjectAlternativeNameExtension } from "@peculiar/x509";
import { files } from "../../lab/settings.ts";
import { ifThere } from "./cluster.ts";

const algorithm = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };

/** A request for the client certificate of the node `nodeName`, made with a key of its own; base64 of PEM. */
export async function bootstrapRequest(nodeName: string, sans: readonly string[] = []): Promise<string> {
  const keys = await webcrypto.subtle.generateKey(algorithm, true, ["sign", "verify"]);
  const request = await Pkcs10CertificateRequestGenerator.create({
    name: [{ O: ["system:nodes"] }, { CN: [`system:node:${nodeName}`] }],
    keys,
    signingAlgorithm: algorithm,
    extensions:
      sans.length > 0
        ? [new SubjectAlternativeNameExtension(sans.map((value) => ({ type: "dns" as const, value })))]
        : [],
  });
  return Buffer.from(request.toString("pem")).toString("base64");
}

const accounts = {
  /** whoever holds the bootstrap token of the Machine Config Server's payload */
  bootstrapper: { namespace: "openshift-machine-config-operator", name: "node-bootstrapper" },
  /** somebody else who may file requests */
  stranger: { namespace: "default", name: "stranger" },
};

const admin = new KubeConfig();
admin.loadFromFile(files.kubeconfig);
const core = admin.makeApiClient(CoreV1Api);
const rbac = admin.makeApiClient(RbacAuthorizationV1Api);

/** Lets the stranger file requests, as node-bootstrapper may. */
export async function admitStranger(): Promise<void> {
  const { namespace, name } = accounts.stranger;
  await dismissStranger();
  await core.createNamespacedServiceAccount({ namespace, body: { metadata: { name } } });
  await rbac.createClusterRoleBinding({
    body: {
      metadata: { name },
      roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: "system:node-bootstrapper" },
      subjects: [{ kind: "ServiceAccount", namespace, name }],
    },
  });
}

export async function dismissStranger(): Promise<void> {
  await ifThere(rbac.deleteClusterRoleBinding({ name: accounts.stranger.name }));
  await ifThere(core.deleteNamespacedServiceAccount(accounts.stranger));
}

async function certificatesAs(account: keyof typeof accounts): Promise<CertificatesV1Api> {
  const { status } = await core.createNamespacedServiceAccountToken({
    ...accounts[account],
    body: { spec: { audiences: [], expirationSeconds: 3600 } },
  });
  const cluster = admin.getCurrentCluster();
  if (!cluster || !status?.token) throw new Error(`no cluster in the lab's kubeconfig, or no token of ${account}`);
  const config = new KubeConfig();
  config.loadFromClusterAndUser(cluster, { name: account, token: status.token });
  return config.makeApiClient(CertificatesV1Api);
}

export interface Impostor {
  readonly name: string;
  readonly nodeName: string;
  readonly sans?: readonly string[];
  /** default: the bootstrapper */
  readonly as?: keyof typeof accounts;
}

/** Files a certificate signing request that must never be approved. */
export async function file({ name, nodeName, sans, as = "bootstrapper" }: Impostor): Promise<void> {
  const certificates = await certificatesAs(as);
  await certificates.createCertificateSigningRequest({
    body: {
      metadata: { name },
      spec: {
        signerName: "kubernetes.io/kube-apiserver-client-kubelet",
        request: await bootstrapRequest(nodeName, sans),
        usages: ["digital signature", "client auth"],
      },
    },
  });
}
