import { afterEach, beforeEach } from "@jest/globals";
import { Api } from "../../../components/kubernetes/client.ts";
import { type ClusterAddress, loadKubeConfig } from "../../../components/kubernetes/kubeconfig.ts";
import { annotations, fieldManager } from "../../../components/kubernetes/types.ts";
import { Cancelled } from "../../../components/lib/wait.ts";
import { Cluster, type ClusterSettings } from "../../../components/node/cluster/cluster.ts";
import type { Admission } from "../../../components/node/csr/types.ts";
import { Drain } from "../../../components/node/drain/drain.ts";
import { Join } from "../../../components/node/join/join.ts";
import type { Probing } from "../../../components/node/join/kubelet-port.ts";
import type { Operation } from "../../../components/node/operation/phases.ts";
import type { NodeInputs, NodeOutputs } from "../../../components/node/operation/types.ts";
import {
  allTimeouts,
  clientCsr,
  generateKeys,
  type Keys,
  nodeInputs,
  owner,
  pkcs10,
  servingCsr,
  worker,
} from "../../support/node-fixtures.ts";
import { ScriptedApi } from "./scripted-api.ts";

/** A request that is filed; what is absent is the worker's own. */
interface Filing {
  keys?: Keys;
  username?: string;
  /** whose name is asked for */
  nodeName?: string;
  /** which addresses a serving request asks for */
  ips?: readonly string[];
  created?: string;
}

/** The first probe would come after every test's end. */
const notProbing: Probing = { port: 10250, every: 3_600_000, timeout: 1_000 };

/** A harness of its own for each test of a file. */
export function harnessForEachTest(): NodeHarness {
  const harness = new NodeHarness();
  beforeEach(() => harness.start());
  afterEach(() => harness.stop());
  return harness;
}

/** A scripted API server with the node provider's own parts upon it, and a kubelet's moves. */
export class NodeHarness {
  api = new ScriptedApi();
  infos: string[] = [];
  warnings: string[] = [];
  /** of the kubelet's port while a machine boots: not at all, unless a test has a listener for it */
  probing: Probing = notProbing;
  #cancel = new AbortController();
  #cluster: Cluster | undefined;

  async start(): Promise<void> {
    this.api = new ScriptedApi();
    this.infos = [];
    this.warnings = [];
    this.probing = notProbing;
    await this.api.start();
    this.connect();
  }

  /** A new process of the provider. Its drains end as soon as no pod is left, unless a test is about that. */
  connect(settings: ClusterSettings = {}, address: ClusterAddress = { kubeconfig: this.api.kubeconfig() }): void {
    const access = loadKubeConfig(address);
    this.#cluster = new Cluster(new Api(access), { minDrainTime: 0, ...settings });
  }

  /** Another process of the provider, in the place of the one before. */
  restart(address?: ClusterAddress): void {
    this.#disconnect();
    this.connect({}, address);
  }

  stop(): void {
    this.#disconnect();
    this.api.stop();
  }

  #disconnect(): void {
    for (const table of ["nodes", "csrs", "volumes", "persistentVolumes"] as const) this.cluster[table].stop();
  }

  get cluster(): Cluster {
    if (!this.#cluster) throw new Error("the harness is not started");
    return this.#cluster;
  }

  cancel(): void {
    this.#cancel.abort(new Cancelled());
  }

  /** Takes the worker of the fixtures out of service, with some settings of its drain replaced. */
  drain(settings: Partial<NodeInputs["drain"]>, operation = this.operation()): Promise<void> {
    return new Drain(this.cluster, operation, { ...nodeInputs, drain: { ...nodeInputs.drain, ...settings } }).run();
  }

  /** @param seconds the resource's customTimeouts */
  operation(seconds = Infinity, verb: Operation["verb"] = "create"): Operation {
    this.#cancel = new AbortController();
    return {
      urn: "urn",
      verb,
      log: {
        status: (text) => this.infos.push(text),
        info: (text) => this.infos.push(text),
        warn: (text) => this.warnings.push(text),
      },
      signal: this.#cancel.signal,
      deadline: Date.now() + seconds * 1000,
      replacement: false,
    };
  }

  /**
   * @param seconds the resource's customTimeouts
   * @param admission what the state knows of the client keys
   */
  join(changes: Partial<NodeInputs> = {}, seconds?: number, admission: Admission = {}): Promise<NodeOutputs> {
    const operation = this.operation(seconds);
    const record = { taints: { own: undefined }, admission };
    return new Join(this.cluster, operation, { ...joinInputs, ...changes }, [owner], record, this.probing).run();
  }

  /** Files a request of a kubelet: for its client certificate, or for its serving one. */
  async request(name: string, kind: "client" | "serving", filing: Filing = {}): Promise<void> {
    const client = kind === "client";
    const { nodeName = worker.nodeName, ips = worker.fixedIps.slice(0, 1), keys = await generateKeys() } = filing;
    const asked = client ? {} : { dns: [nodeName], ips: [...ips] };
    const { signer: signerName, groups, usages, ...own } = client ? clientCsr() : servingCsr();
    const username = filing.username ?? (client ? own.username : `system:node:${nodeName}`);
    const request = await pkcs10({ commonName: `system:node:${nodeName}`, keys, ...asked });
    const metadata = { name, ...(filing.created !== undefined && { creationTimestamp: filing.created }) };
    this.api.put("csrs", { metadata, spec: { request, signerName, username, groups, usages } } as never);
  }

  approved(name: string): boolean {
    const status = this.api.get("csrs", name)?.["status"] as { conditions?: { type: string }[] } | undefined;
    return (status?.conditions ?? []).some((it) => it.type === "Approved");
  }

  /** The Node as a detach of this stack has left it: cordoned, and annotated. */
  leavingNode({ metadata = {}, spec, ...changes }: Parameters<NodeHarness["node"]>[0] = {}): void {
    const given: { annotations?: object } = metadata;
    const marks = { [annotations.owner]: owner, ...given.annotations, [annotations.cordonedBy]: owner };
    this.node({
      ...changes,
      metadata: { ...metadata, annotations: marks },
      spec: { ...spec, unschedulable: true },
      manager: fieldManager,
    });
  }

  /** Registers the Node or changes it. */
  node(
    changes: {
      ready?: string;
      /** its InternalIPs */
      ips?: readonly string[];
      serverId?: string | null;
      /** of the Ready condition */
      lastHeartbeatTime?: string;
      metadata?: object;
      spec?: object;
      /** names of the volumes that the attach/detach controller reports */
      volumesAttached?: string[];
      /** who writes it */
      manager?: string;
    } = {},
  ): void {
    const { ready = "True", ips = worker.fixedIps.slice(0, 1), serverId = worker.serverId, metadata, spec } = changes;
    const { lastHeartbeatTime, volumesAttached, manager } = changes;
    const node = {
      metadata: { name: worker.nodeName, ...metadata },
      spec: { ...(serverId !== null && { providerID: `openstack:///${serverId}` }), ...spec },
      status: {
        conditions: [
          { type: "Ready", status: ready, message: "no CNI", ...(lastHeartbeatTime && { lastHeartbeatTime }) },
        ],
        addresses: ips.map((address) => ({ type: "InternalIP", address })),
        ...(volumesAttached && { volumesAttached: volumesAttached.map((name) => ({ name, devicePath: "" })) }),
      },
    };
    this.api.put("nodes", node, manager);
  }

  pod(name: string, changes: { metadata?: object; spec?: object } = {}): void {
    const ownerReferences = [{ kind: "ReplicaSet", name: "web", uid: "rs", controller: true }];
    this.api.put("pods", {
      metadata: { name, namespace: "shop", ownerReferences, ...changes.metadata },
      spec: { nodeName: worker.nodeName, ...changes.spec },
      status: { phase: "Running" },
    } as never);
  }

  /** Notes an event about a Node, as the node controller does. */
  event(reason: string, changes: { about?: string; ago?: number; count?: number } = {}): void {
    const { about = worker.nodeName, ago = 1, count = 1 } = changes;
    const lastTimestamp = new Date(Date.now() - ago * 1000).toISOString();
    const metadata = { name: `${about}.${reason}`, namespace: "default" };
    const involvedObject = { kind: "Node", name: about };
    const message = `Node ${about} event: ${reason}`;
    this.api.put("events", { metadata, involvedObject, reason, message, count, lastTimestamp } as never);
  }

  annotations(): Record<string, string> {
    return this.api.get("nodes", worker.nodeName)?.metadata.annotations ?? {};
  }
}

/** The worker as if its server had just been made, with bounds that a test can afford. */
export const joinInputs = {
  ...nodeInputs,
  get serverCreated(): string {
    return new Date(Date.now() - 5_000).toISOString();
  },
  timeouts: allTimeouts(5),
};

/** Bounds of a join that is to run out of one of them. */
export function withShortTimeout(key: keyof typeof joinInputs.timeouts): Pick<NodeInputs, "timeouts"> {
  return { timeouts: { ...joinInputs.timeouts, [key]: 1 } };
}

/** Resolves once the condition holds. */
export async function eventually(condition: () => boolean, within = 30_000): Promise<void> {
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
