import { isAdmissionDenial, isOutdated } from "../../kubernetes/api-error.ts";
import { type Api, type Call } from "../../kubernetes/client.ts";
import { cordonOf, CordonTimes, isCordonedBy, managesCordon } from "../../kubernetes/cordons.ts";
import { Informer } from "../../kubernetes/informer.ts";
import { localVolume, type LocalVolume } from "../../kubernetes/local-volumes.ts";
import {
  annotations,
  type CertificateSigningRequestObject,
  type Condition,
  type EventObject,
  fieldManager,
  type Metadata,
  type NodeObject,
  type PersistentVolumeObject,
  slimMetadata,
  type VolumeAttachmentObject,
} from "../../kubernetes/types.ts";
import { reasonOf } from "../../lib/errors.ts";
import { floodLimit, PendingRequests } from "../csr/flood.ts";
import { claimsOf } from "../csr/judge.ts";
import { approvalReason } from "../csr/keys.ts";
import { readCsr } from "../csr/pkcs10.ts";
import { type Csr, type Load } from "../csr/types.ts";
import { Pods } from "./pods.ts";

/** A request in the informer: parsed once, without its PKCS#10 and its certificate, and with what an approval needs. */
export interface CsrEntry {
  csr: Csr;
  uid: string;
  issued: boolean;
  metadata: Metadata;
  conditions: readonly Condition[];
}

const nodes = "/api/v1/nodes";
const requests = "/apis/certificates.k8s.io/v1/certificatesigningrequests";

export interface ClusterSettings {
  /** workers that the stack's config asks for, in all pools; default 0: the flood guard counts nodes and joins alone */
  expectedWorkers?: number;
  /** ms; default: as long as a drain lasts at least (drain/minimum.ts) */
  minDrainTime?: number;
}

/** The cluster as the resources need it: one informer per kind, and the few writes. */
export class Cluster {
  readonly nodes: Informer<NodeObject, NodeObject>;
  readonly csrs: Informer<CertificateSigningRequestObject, CsrEntry>;
  readonly volumes: Informer<VolumeAttachmentObject, VolumeAttachmentObject>;
  /** with data on the disks of one machine; undefined: any other */
  readonly persistentVolumes: Informer<PersistentVolumeObject, LocalVolume | undefined>;
  readonly pods: Pods;
  readonly api: Api;
  /** ms; undefined: the default */
  readonly minDrainTime: number | undefined;
  /** ids of the servers whose Nodes this process has drained, see components/node/drain/once.ts */
  readonly drained = new Set<string>();
  /** ids of the servers whose Nodes a membership has cordoned in this process, with all that leave their pool */
  readonly cordoned = new Set<string>();
  readonly #expectedWorkers: number;
  readonly #pending = new PendingRequests();
  readonly #cordons = new CordonTimes();
  readonly #reported = new Set<string>();
  #joins = 0;

  constructor(api: Api, { expectedWorkers = 0, minDrainTime }: ClusterSettings = {}) {
    this.api = api;
    this.minDrainTime = minDrainTime;
    this.pods = new Pods(api);
    this.#expectedWorkers = expectedWorkers;
    this.nodes = new Informer(api, {
      path: nodes,
      read: slimNode,
      indexBy: (node) => [node.metadata.name],
      onChange: (uid, node) => this.#cordons.update(uid, node, Date.now()),
    });
    this.csrs = new Informer(api, {
      path: requests,
      read: readEntry,
      indexBy: ({ csr }) => claimsOf(csr),
      onChange: (uid, entry) => this.#pending.update(uid, entry?.csr),
    });
    this.persistentVolumes = new Informer(api, {
      path: "/api/v1/persistentvolumes",
      read: (it: PersistentVolumeObject) => localVolume(it),
      indexBy: (it) => [...(it?.machines ?? [])],
    });
    this.volumes = new Informer(api, {
      path: "/apis/storage.k8s.io/v1/volumeattachments",
      read: (it: VolumeAttachmentObject) => it,
      indexBy: (it) => [it.spec.nodeName],
    });
  }

  get server(): string {
    return this.api.server;
  }

  /**
   * True for an error that a retry may fix: of the connection, of a server that starts, or of a webhook or a policy that
   * denies what it permits later.
   */
  isPassing(error: unknown): boolean {
    return this.api.isPassing(error) || isAdmissionDenial(error);
  }

  node(name: string): NodeObject | undefined {
    return this.nodes.indexed(name)[0];
  }

  /** ms since the epoch: since when a Node is cordoned, as this process has seen it and as the API server has noted it. */
  cordonTimes(node: NodeObject): { seen: number | undefined; cordoned: number | undefined } {
    const at = cordonOf(node)?.at;
    return { seen: this.#cordons.since(node.metadata.uid), cordoned: at === undefined ? undefined : Date.parse(at) };
  }

  /** How many node requests are pending, and above how many nothing is approved. */
  get load(): Load {
    const counts = { nodes: this.nodes.size, expectedWorkers: this.#expectedWorkers, joins: this.#joins };
    return { pending: this.#pending.count(Date.now()), limit: floodLimit(counts) };
  }

  /** True the first time that this process reports the key: a request may be about several workers. */
  isNews(key: string): boolean {
    if (this.#reported.has(key)) return false;
    this.#reported.add(key);
    return true;
  }

  /** Counts a join while it runs. */
  async joining<T>(work: () => Promise<T>): Promise<T> {
    this.#joins += 1;
    try {
      return await work();
    } finally {
      this.#joins -= 1;
    }
  }

  /**
   * Approves a request as it was judged: one that changed or was replaced since is left as it is (409, 404). With one
   * retry, for what passes at once: then the join shows why it is blocked, and tries again itself.
   */
  async approve(entry: CsrEntry, message: string, signal: AbortSignal): Promise<boolean> {
    const approval = {
      type: "Approved",
      status: "True",
      reason: approvalReason,
      message,
      lastUpdateTime: new Date().toISOString(),
    };
    const { metadata, conditions } = entry;
    // of an approval Kubernetes takes the conditions only (registry/certificates/certificates/strategy.go)
    const body = {
      apiVersion: "certificates.k8s.io/v1",
      kind: "CertificateSigningRequest",
      metadata,
      status: { conditions: [...conditions, approval] },
    };
    try {
      const path = `${requests}/${metadata.name}/approval`;
      await this.api.request(path, { method: "PUT", body, signal, retries: 1 });
      // until the watch reports the approval, the same entry must not be approved or compete again
      entry.csr = { ...entry.csr, state: "approved" };
      this.#pending.update(entry.uid, entry.csr);
      return true;
    } catch (error) {
      if (isOutdated(error)) return false;
      throw error;
    }
  }

  /**
   * Keeps new pods off the node. An annotation records that this stack did it, so that it may undo it. Without retries: the
   * caller shows why the node is not cordoned, and tries again itself.
   *
   * @param clientKey to be noted on the Node as well, see csr/keys.ts
   */
  async cordon(node: NodeObject, owner: string, signal: AbortSignal, clientKey?: string): Promise<void> {
    const cordon = node.spec.unschedulable ? {} : { [annotations.cordonedBy]: owner };
    const isNoted = clientKey === undefined || node.metadata.annotations?.[annotations.clientKey] === clientKey;
    const changes = { ...cordon, ...(!isNoted && { [annotations.clientKey]: clientKey }) };
    if (Object.keys(changes).length === 0) return;
    await this.#patch(node, changes, node.spec.unschedulable ? undefined : true, { signal, retries: 0 });
  }

  /**
   * Undoes our own cordon only: judged by the Node as read, and written only if it has not changed since. A cordon that
   * somebody else has made before or since stays; only our annotations go, which are stale. Without retries, as
   * {@link cordon}.
   *
   * @returns whose cordon stays although the annotation was ours, undefined when there is none
   */
  async uncordon(name: string, owners: readonly string[], signal: AbortSignal): Promise<string | undefined> {
    for (;;) {
      const node = await this.api.find<NodeObject>(`${nodes}/${name}`, { signal, retries: 0 });
      const { [annotations.cordonedBy]: by, [annotations.clientKey]: noted } = node?.metadata.annotations ?? {};
      const isAnnotated = by !== undefined && owners.includes(by);
      if (node === undefined || (!isAnnotated && noted === undefined)) return undefined;
      const ours = isCordonedBy(node, owners);
      const changes = { ...(isAnnotated && { [annotations.cordonedBy]: null }), [annotations.clientKey]: null };
      const { resourceVersion } = node.metadata;
      try {
        await this.#patch(node, changes, ours ? null : undefined, { signal, retries: 0 }, resourceVersion);
        return isAnnotated && !ours ? authorOf(node) : undefined;
      } catch (error) {
        if (!isOutdated(error)) throw error;
      }
    }
  }

  async #patch(
    node: NodeObject,
    changes: Record<string, string | null>,
    unschedulable: true | null | undefined,
    call: Pick<Call, "signal" | "retries">,
    resourceVersion?: string,
  ): Promise<void> {
    const { name, uid } = node.metadata;
    await this.api.request(`${nodes}/${name}`, {
      method: "PATCH",
      query: { fieldManager },
      contentType: "application/merge-patch+json",
      body: { metadata: { uid, resourceVersion, annotations: changes }, spec: { unschedulable } },
      ...call,
    });
  }

  /** The events about a Node: in namespace default, as those of every object without one (client-go, tools/record). */
  async nodeEvents(name: string, signal: AbortSignal): Promise<EventObject[]> {
    const query = { fieldSelector: `involvedObject.kind=Node,involvedObject.name=${name}` };
    const path = "/api/v1/namespaces/default/events";
    const { items } = await this.api.request<{ items: EventObject[] }>(path, { query, signal, retries: 0 });
    return items;
  }

  /**
   * Removes this very Node as it was judged; one that was registered again or changed meanwhile is left as it is. Without
   * retries: the caller shows why it is still there, judges again and tries again itself.
   *
   * @returns why it was not removed for now, undefined when it is gone or will be
   */
  async deleteNode(node: NodeObject, signal: AbortSignal): Promise<string | undefined> {
    const { name, uid, resourceVersion } = node.metadata;
    try {
      await this.api.request(`${nodes}/${name}`, {
        method: "DELETE",
        body: { apiVersion: "v1", kind: "DeleteOptions", preconditions: { uid, resourceVersion } },
        signal,
        retries: 0,
      });
      return undefined;
    } catch (error) {
      signal.throwIfAborted();
      if (!isOutdated(error) && !this.isPassing(error)) throw error;
      return reasonOf(error);
    }
  }
}

/** As a message names whoever cordoned the Node, undefined when nobody has. */
function authorOf(node: NodeObject): string | undefined {
  const cordon = cordonOf(node);
  if (!cordon) return undefined;
  return cordon.manager === undefined ? "somebody" : `${cordon.manager} (${cordon.at ?? "at an unknown time"})`;
}

/** Drops what is not read here: the images and managed fields of a Node are large. */
function slimNode(node: NodeObject): NodeObject {
  const { conditions, addresses, volumesAttached } = node.status ?? {};
  const managedFields = (node.metadata.managedFields ?? []).filter(managesCordon);
  return {
    metadata: { ...slimMetadata(node), managedFields },
    spec: node.spec,
    status: {
      ...(conditions && { conditions }),
      ...(addresses && { addresses }),
      ...(volumesAttached && { volumesAttached: volumesAttached.map(({ name }) => ({ name })) }),
    },
  };
}

async function readEntry(object: CertificateSigningRequestObject, previous: CsrEntry | undefined): Promise<CsrEntry> {
  const csr = await readCsr(object, previous?.csr.request);
  return {
    csr,
    uid: object.metadata.uid,
    issued: Boolean(object.status?.certificate),
    metadata: slimMetadata(object),
    conditions: object.status?.conditions ?? [],
  };
}
