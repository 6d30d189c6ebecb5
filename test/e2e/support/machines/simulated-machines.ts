import {
  CertificatesV1Api,
  CoreV1Api,
  type KubeConfig,
  type V1CertificateSigningRequest,
} from "@kubernetes/client-node";
import { randomUUID } from "node:crypto";
import { signers } from "../../../../components/node/csr/judge.ts";
import { generateKeys, pkcs10 } from "../../../support/node-fixtures.ts";
import { certificates, core, watch } from "../cluster/cluster.ts";
import { holderOf, pemOf } from "../cluster/identity.ts";

/** Machines that only talk: what their kubelets say to the API server is real, the machines are not. */

const labels = { simulated: "true" };
const labelSelector = "simulated=true";

/** Hears of every request the moment that the API server tells of it. */
export class RequestLog {
  readonly #seen = new Map<string, { created: number; approved?: number }>();
  readonly #issued = new Map<string, PromiseWithResolvers<string>>();
  #stop: () => void = () => undefined;

  async start(): Promise<void> {
    const path = "/apis/certificates.k8s.io/v1/certificatesigningrequests";
    this.#stop = await watch(path, { labelSelector }, (item) => this.#hear(item as V1CertificateSigningRequest));
  }

  stop(): void {
    this.#stop();
  }

  #hear({ metadata, status }: V1CertificateSigningRequest): void {
    const name = metadata?.name ?? "";
    const entry = this.#seen.get(name) ?? { created: performance.now() };
    if (status?.conditions?.some(({ type }) => type === "Approved")) entry.approved ??= performance.now();
    this.#seen.set(name, entry);
    if (status?.certificate) this.#waiter(name).resolve(Buffer.from(status.certificate, "base64").toString());
  }

  #waiter(name: string): PromiseWithResolvers<string> {
    const waiter = this.#issued.get(name) ?? Promise.withResolvers<string>();
    this.#issued.set(name, waiter);
    return waiter;
  }

  /** The certificate of a request, PEM, once it is issued. */
  certificate(name: string): Promise<string> {
    return this.#waiter(name).promise;
  }

  /** ms from the creation of each request whose name ends so until its approval, the shortest first. */
  latencies(suffix: string): number[] {
    return [...this.#seen]
      .flatMap(([name, { created, approved }]) => (name.endsWith(suffix) && approved ? [approved - created] : []))
      .sort((a, b) => a - b);
  }
}

export interface SimulatedMachine {
  readonly nodeName: string;
  readonly serverId: string;
  readonly address: string;
  /** asks, registers and serves as a kubelet does */
  join(bootstrap: CertificatesV1Api, log: RequestLog): Promise<void>;
}

async function file(api: CertificatesV1Api, name: string, kind: "client" | "server", request: string): Promise<void> {
  const signerName = kind === "client" ? signers.client : signers.serving;
  const usages = ["digital signature", `${kind} auth`];
  await api.createCertificateSigningRequest({
    body: { metadata: { name, labels }, spec: { signerName, request, usages } },
  });
}

async function register(kubelet: KubeConfig, machine: SimulatedMachine): Promise<void> {
  const { nodeName, serverId, address } = machine;
  const now = new Date();
  await kubelet.makeApiClient(CoreV1Api).createNode({
    body: {
      metadata: { name: nodeName, labels: { ...labels, "kubernetes.io/hostname": nodeName } },
      spec: { providerID: `openstack:///${serverId}` },
      status: {
        addresses: [
          { type: "InternalIP", address },
          { type: "Hostname", address: nodeName },
        ],
        conditions: [
          { type: "Ready", status: "True", reason: "KubeletReady", lastHeartbeatTime: now, lastTransitionTime: now },
        ],
      },
    },
  });
}

/** Its keys and requests are made beforehand: what is measured is not how fast this process makes them. */
export async function simulatedMachine(index: number): Promise<SimulatedMachine> {
  const nodeName = `simulated-${index}`;
  const address = `10.77.${1 + Math.floor(index / 250)}.${1 + (index % 250)}`;
  const commonName = `system:node:${nodeName}`;
  const keys = await generateKeys();
  const client = await pkcs10({ commonName, keys });
  const serving = await pkcs10({ commonName, dns: [nodeName], ips: [address], keys: await generateKeys() });
  const machine: SimulatedMachine = {
    nodeName,
    address,
    serverId: randomUUID(),
    async join(bootstrap, log) {
      await file(bootstrap, `${nodeName}-client`, "client", client);
      const kubelet = holderOf(nodeName, await log.certificate(`${nodeName}-client`), await pemOf(keys));
      await register(kubelet, machine);
      await file(kubelet.makeApiClient(CertificatesV1Api), `${nodeName}-serving`, "server", serving);
      await log.certificate(`${nodeName}-serving`);
    },
  };
  return machine;
}

/** Removes the Nodes and the requests of all simulated machines. */
export async function removeSimulated(): Promise<void> {
  await core.deleteCollectionNode({ labelSelector });
  await certificates.deleteCollectionCertificateSigningRequest({ labelSelector });
}
