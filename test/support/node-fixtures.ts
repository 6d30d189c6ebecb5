import { createHash, webcrypto } from "node:crypto";
import type { NodeObject, PodObject } from "../../components/kubernetes/types.ts";
import { signers } from "../../components/node/csr/judge.ts";
import type { CertificateRequest, Csr, Registration, WorkerFacts } from "../../components/node/csr/types.ts";
import type { NodeTimeouts } from "../../components/node/operation/types.ts";

/** One worker and the requests that a kubelet on it makes. */

export const worker = {
  nodeName: "lab-worker-0",
  serverId: "11111111-2222-4333-8444-555555555555",
  serverCreated: "2026-01-01T12:00:00Z",
  fixedIps: ["10.0.0.10", "fd00::10"],
} satisfies WorkerFacts;

export const otherServer = "99999999-2222-4333-8444-555555555555";

export const owner = "acme/openstack-baremetal-compute/lab";

/** The bounds of all phases, each of so many seconds. */
export const allTimeouts = (seconds: number): Record<keyof NodeTimeouts, number> => ({
  provision: seconds,
  boot: seconds,
  servingCsr: seconds,
  ready: seconds,
  delete: seconds,
  nodeRemoval: seconds,
});

/** Inputs of its OpenShiftNode. */
export const nodeInputs = {
  ...worker,
  owner,
  powerState: "active",
  timeouts: allTimeouts(60),
  drain: {
    timeout: 60,
    gracePeriod: -1,
    deleteEmptyDirData: true,
    force: false,
    disableEviction: false,
    onTimeout: "fail" as const,
    localVolumes: "refuse" as const,
  },
  labels: {},
  taints: [],
  configPath: "pools[0]",
};

/** Inputs of its NodeDrain. */
export const drainInputs = {
  nodeName: nodeInputs.nodeName,
  owner,
  serverId: nodeInputs.serverId,
  drain: nodeInputs.drain,
  configPath: nodeInputs.configPath,
};

export const registration: Registration = {
  internalIps: ["10.0.0.10"],
  providerId: `openstack:///${worker.serverId}`,
};

export function request(changes: Partial<CertificateRequest> = {}): CertificateRequest {
  return {
    commonNames: [`system:node:${worker.nodeName}`],
    organizations: ["system:nodes"],
    dns: [],
    ips: [],
    emails: [],
    uris: [],
    otherNames: [],
    publicKey: "aa",
    signatureValid: true,
    ...changes,
  };
}

/** What the kubelet asks for first, with the bootstrap credential of the payload. */
export function clientCsr(changes: Partial<Csr> = {}): Csr {
  return {
    name: "csr-client",
    created: "2026-01-01T12:05:00Z",
    signer: signers.client,
    username: "system:serviceaccount:openshift-machine-config-operator:node-bootstrapper",
    groups: [
      "system:serviceaccounts",
      "system:serviceaccounts:openshift-machine-config-operator",
      "system:authenticated",
    ],
    usages: ["digital signature", "client auth"],
    request: request(),
    state: "pending",
    ...changes,
  };
}

/** What the kubelet asks for once its Node has addresses. */
export function servingCsr(changes: Partial<Csr> = {}): Csr {
  return {
    ...clientCsr(),
    name: "csr-serving",
    signer: signers.serving,
    username: `system:node:${worker.nodeName}`,
    groups: ["system:nodes", "system:authenticated"],
    usages: ["digital signature", "server auth"],
    request: request({ dns: [worker.nodeName], ips: ["10.0.0.10"], publicKey: "bb" }),
    ...changes,
  };
}

export const otherWorker = { commonNames: ["system:node:lab-worker-1"] };

export function node(changes: Partial<Omit<NodeObject, "metadata">> & { metadata?: object } = {}): NodeObject {
  return {
    spec: { providerID: `openstack:///${worker.serverId}` },
    status: {
      conditions: [{ type: "Ready", status: "True" }],
      addresses: [{ type: "InternalIP", address: "10.0.0.10" }],
    },
    ...changes,
    metadata: {
      name: worker.nodeName,
      uid: "node-uid",
      resourceVersion: "1",
      creationTimestamp: "2026-01-01T12:06:00Z",
      ...changes.metadata,
    },
  };
}

export function pod(changes: { metadata?: object; spec?: object; status?: object } = {}): PodObject {
  return {
    metadata: {
      name: "web-0",
      namespace: "shop",
      uid: "pod-uid",
      resourceVersion: "1",
      creationTimestamp: "2026-01-01T13:00:00Z",
      ownerReferences: [{ kind: "ReplicaSet", name: "web", uid: "rs-uid", controller: true }],
      ...changes.metadata,
    },
    spec: { nodeName: worker.nodeName, ...changes.spec },
    status: { phase: "Running", ...changes.status },
  };
}

/** Loaded on demand, as the program does: most tests use the fixtures above only, and the library takes long to load. */
async function library(): Promise<typeof import("@peculiar/x509")> {
  await import("reflect-metadata");
  return import("@peculiar/x509");
}

export type Keys = webcrypto.CryptoKeyPair;

/** A P-256 key pair, as the kubelet makes it. */
export function generateKeys(): Promise<Keys> {
  return webcrypto.subtle.generateKey({ name: "ECDSA", namedCurve: "P-256" }, true, ["sign", "verify"]);
}

/** How a request with these keys is told from others: as `openssl pkey -pubout -outform DER | sha256sum` does. */
export async function keyOfPair({ publicKey }: Keys): Promise<string> {
  const info = await webcrypto.subtle.exportKey("spki", publicKey);
  return `SHA256:${createHash("sha256").update(Buffer.from(info)).digest("hex")}`;
}

export interface Pkcs10 {
  commonName: string;
  organizations?: readonly string[];
  dns?: readonly string[];
  ips?: readonly string[];
  emails?: readonly string[];
  uris?: readonly string[];
  keys: Keys;
}

/** A real request, as it stands in spec.request of a CertificateSigningRequest: base64 of PEM. */
export async function pkcs10(input: Pkcs10): Promise<string> {
  const of = (type: "dns" | "ip" | "email" | "url", values: readonly string[] = []) =>
    values.map((value) => ({ type, value }));
  const names = [
    ...of("dns", input.dns),
    ...of("ip", input.ips),
    ...of("email", input.emails),
    ...of("url", input.uris),
  ];
  const x509 = await library();
  const made = await x509.Pkcs10CertificateRequestGenerator.create({
    name: [...(input.organizations ?? ["system:nodes"]).map((it) => ({ O: [it] })), { CN: [input.commonName] }],
    keys: input.keys,
    signingAlgorithm: { name: "ECDSA", hash: "SHA-256" },
    extensions: names.length > 0 ? [new x509.SubjectAlternativeNameExtension(names)] : [],
  });
  return encode(made.toString("pem"));
}

export function encode(pem: string): string {
  return Buffer.from(pem).toString("base64");
}
