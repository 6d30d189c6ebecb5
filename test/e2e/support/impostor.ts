import "reflect-metadata";
import { webcrypto } from "node:crypto";
import { CertificatesV1Api, CoreV1Api, KubeConfig } from "@kubernetes/client-node";
import { Pkcs10CertificateRequestGenerator, SubjectAlternativeNameExtension } from "@peculiar/x509";
import { files } from "../../lab/settings.ts";

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

/** Whoever holds the bootstrap token of the Machine Config Server's payload. */
async function bootstrapper(): Promise<CertificatesV1Api> {
  const admin = new KubeConfig();
  admin.loadFromFile(files.kubeconfig);
  const { status } = await admin.makeApiClient(CoreV1Api).createNamespacedServiceAccountToken({
    namespace: "openshift-machine-config-operator",
    name: "node-bootstrapper",
    body: { spec: { audiences: [], expirationSeconds: 3600 } },
  });
  const config = new KubeConfig();
  const cluster = admin.getCurrentCluster();
  if (!cluster || !status?.token)
    throw new Error("no cluster in the lab's kubeconfig, or no token of its node-bootstrapper");
  config.loadFromClusterAndUser(cluster, { name: "bootstrapper", token: status.token });
  return config.makeApiClient(CertificatesV1Api);
}

export interface Impostor {
  readonly name: string;
  readonly nodeName: string;
  readonly sans?: readonly string[];
  /** asks as the cluster's administrator instead of the bootstrapper */
  readonly asAdmin?: boolean;
}

/** Files a certificate signing request that must never be approved. */
export async function file({ name, nodeName, sans, asAdmin }: Impostor): Promise<void> {
  const admin = new KubeConfig();
  admin.loadFromFile(files.kubeconfig);
  const api = asAdmin ? admin.makeApiClient(CertificatesV1Api) : await bootstrapper();
  await api.createCertificateSigningRequest({
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
