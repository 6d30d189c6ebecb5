import { Api } from "../../components/node/api.ts";
import { Cluster } from "../../components/node/cluster.ts";
import { loadKubeConfig } from "../../components/node/kubeconfig.ts";
import type { Operation } from "../../components/node/timeline.ts";
import { Cancelled } from "../../components/node/wait.ts";
import { generateKeys, nodeInputs, pkcs10, worker, type Keys } from "../unit/node/fixtures.ts";
import { ScriptedApi } from "./scripted-api.ts";

/** A scripted API server with the node provider's own parts upon it, and a kubelet's moves. */
export class NodeBed {
  readonly api = new ScriptedApi();
  readonly lines: string[] = [];
  readonly warnings: string[] = [];
  #cancel = new AbortController();
  #cluster: Cluster | undefined;

  async start(): Promise<void> {
    await this.api.start();
    const config = await loadKubeConfig({ kubeconfig: this.api.kubeconfig(), context: undefined });
    this.#cluster = new Cluster(new Api(config));
  }

  stop(): void {
    for (const table of ["nodes", "csrs", "volumes"] as const) this.cluster[table].stop();
    this.api.stop();
  }

  get cluster(): Cluster {
    if (!this.#cluster) throw new Error("the bed is not started");
    return this.#cluster;
  }

  cancel(): void {
    this.#cancel.abort(new Cancelled());
  }

  /** @param seconds the resource's customTimeouts */
  operation(seconds = Infinity, verb: Operation["verb"] = "create"): Operation {
    this.#cancel = new AbortController();
    return {
      urn: "urn",
      verb,
      line: {
        status: (text) => this.lines.push(text),
        info: (text) => this.lines.push(text),
        warn: (text) => this.warnings.push(text),
      },
      signal: this.#cancel.signal,
      deadline: Date.now() + seconds * 1000,
    };
  }

  /** Files a request of the worker's kubelet: the client one, or with a serving name the other. */
  async request(name: string, kind: "client" | "serving", keys?: Keys, username?: string): Promise<void> {
    const client = kind === "client";
    const bootstrapper = "system:serviceaccount:openshift-machine-config-operator:node-bootstrapper";
    const asked = client ? {} : { dns: [worker.nodeName], ips: [worker.fixedIps[0] ?? ""] };
    const request = await pkcs10({
      commonName: `system:node:${worker.nodeName}`,
      keys: keys ?? (await generateKeys()),
      ...asked,
    });
    const spec = {
      request,
      signerName: client ? "kubernetes.io/kube-apiserver-client-kubelet" : "kubernetes.io/kubelet-serving",
      username: username ?? (client ? bootstrapper : `system:node:${worker.nodeName}`),
      groups: client
        ? ["system:serviceaccounts", "system:serviceaccounts:openshift-machine-config-operator", "system:authenticated"]
        : ["system:nodes", "system:authenticated"],
      usages: ["digital signature", client ? "client auth" : "server auth"],
    };
    this.api.put("csrs", { metadata: { name }, spec } as never);
  }

  approved(name: string): boolean {
    const status = this.api.get("csrs", name)?.["status"] as { conditions?: { type: string }[] } | undefined;
    return (status?.conditions ?? []).some((it) => it.type === "Approved");
  }

  /** Registers the Node or changes it. */
  node(
    changes: { ready?: string; ip?: string; serverId?: string | null; metadata?: object; spec?: object } = {},
  ): void {
    const { ready = "True", ip = worker.fixedIps[0], serverId = worker.serverId, metadata, spec } = changes;
    this.api.put("nodes", {
      metadata: { name: worker.nodeName, ...metadata },
      spec: { ...(serverId !== null && { providerID: `openstack:///${serverId}` }), ...spec },
      status: {
        conditions: [{ type: "Ready", status: ready, message: "no CNI" }],
        addresses: ip ? [{ type: "InternalIP", address: ip }] : [],
      },
    } as never);
  }

  pod(name: string, changes: { metadata?: object; spec?: object } = {}): void {
    const ownerReferences = [{ kind: "ReplicaSet", name: "web", uid: "rs", controller: true }];
    this.api.put("pods", {
      metadata: { name, namespace: "shop", ownerReferences, ...changes.metadata },
      spec: { nodeName: worker.nodeName, ...changes.spec },
      status: { phase: "Running" },
    } as never);
  }

  annotations(): Record<string, string> {
    return this.api.get("nodes", worker.nodeName)?.metadata.annotations ?? {};
  }
}

/** The worker as if its server had just been made, with short bounds. */
export const joining = {
  ...nodeInputs,
  get serverCreated(): string {
    return new Date(Date.now() - 5_000).toISOString();
  },
  timeouts: { boot: 5, servingCsr: 5, ready: 5 },
};

/** Resolves once the condition holds. */
export async function eventually(condition: () => boolean, within = 4_000): Promise<void> {
  const end = Date.now() + within;
  while (!condition()) {
    if (Date.now() > end) throw new Error(`not so within ${within} ms: ${condition.toString()}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

/** The message of the error that a promise ends with. */
export async function failureOf(work: Promise<unknown>): Promise<string> {
  const error: unknown = await work.then(
    () => undefined,
    (it: unknown) => it,
  );
  if (!(error instanceof Error)) throw new Error("it did not fail");
  return error.message;
}
