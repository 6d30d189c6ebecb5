import { ApiError, isAdmissionDenial } from "../../kubernetes/api-error.ts";
import { type Api } from "../../kubernetes/client.ts";
import { Informer } from "../../kubernetes/informer.ts";
import {
  type PersistentVolumeClaimObject,
  type PodDisruptionBudgetObject,
  type PodObject,
  slimMetadata,
} from "../../kubernetes/types.ts";
import { type PodsOfNode, PodWatches } from "./pods-of-node.ts";

/** The result of an eviction or a deletion. */
export type Removal =
  | { result: "accepted" | "gone" }
  /** not now: a disruption budget forbids it, or the pod has changed at this moment */
  | { result: "refused"; reason: string; retryAfter: number };

/** Seconds between two attempts to evict a pod that its disruption budget protects (kubectl, pkg/drain/drain.go). */
const evictionRetry = 5;

/** How many budgets of a namespace are read for a message. */
const maxBudgets = "500";

/** Reads the pods of a node that is drained, evicts and deletes them. */
export class Pods {
  readonly #api: Api;
  readonly #watches: PodWatches;

  constructor(api: Api) {
    this.#api = api;
    this.#watches = new PodWatches((node) => informerOf(api, node));
  }

  /** The pods of one node; the caller stops it. */
  of(node: string): PodsOfNode {
    return this.#watches.of(node);
  }

  /** The pods of one node as they are now, and not as a watch has told by now. */
  async now(node: string, signal: AbortSignal): Promise<PodObject[]> {
    const query = { fieldSelector: `spec.nodeName=${node}` };
    const { items } = await this.#api.request<{ items: PodObject[] }>("/api/v1/pods", { query, signal, retries: 0 });
    return items;
  }

  async daemonSetExists(namespace: string, name: string, signal: AbortSignal): Promise<boolean> {
    const path = `/apis/apps/v1/namespaces/${namespace}/daemonsets/${name}`;
    return (await this.#api.find(path, { signal })) !== undefined;
  }

  /** Evicts the pod within its disruption budget. The uid protects a new pod of the same name. */
  async evict(pod: PodObject, gracePeriod: number, signal: AbortSignal): Promise<Removal> {
    const { name, namespace = "default" } = pod.metadata;
    const body = {
      apiVersion: "policy/v1",
      kind: "Eviction",
      metadata: { name, namespace },
      deleteOptions: deleteOptions(pod, gracePeriod),
    };
    return this.#remove(`${pathOf(pod)}/eviction`, "POST", body, signal);
  }

  /** Deletes the pod regardless of its disruption budget. The uid protects a new pod of the same name. */
  async delete(pod: PodObject, gracePeriod: number, signal: AbortSignal): Promise<Removal> {
    const body = { apiVersion: "v1", kind: "DeleteOptions", ...deleteOptions(pod, gracePeriod) };
    return this.#remove(pathOf(pod), "DELETE", body, signal);
  }

  /** Without retries: the drain shows why a pod is still there, and tries again itself. */
  async #remove(path: string, method: "POST" | "DELETE", body: object, signal: AbortSignal): Promise<Removal> {
    try {
      await this.#api.request(path, { method, body, signal, retries: 0 });
      return { result: "accepted" };
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      if (error.status === 404 && !isAdmissionDenial(error)) return { result: "gone" };
      if (error.status !== 429 && error.status !== 409) throw error;
      const reason = error.causes.join("; ") || error.message;
      return { result: "refused", reason, retryAfter: Math.max(error.retryAfter ?? 0, evictionRetry) };
    }
  }

  /** The disruption budgets of a namespace. */
  async budgets(namespace: string, signal: AbortSignal): Promise<PodDisruptionBudgetObject[]> {
    const path = `/apis/policy/v1/namespaces/${namespace}/poddisruptionbudgets`;
    const query = { limit: maxBudgets };
    const list = await this.#api.request<{ items: PodDisruptionBudgetObject[] }>(path, { query, signal, retries: 1 });
    return list.items;
  }

  /** The volume that a claim is bound to, undefined when there is none. */
  async volumeOf(namespace: string, claim: string, signal: AbortSignal): Promise<string | undefined> {
    const path = `/api/v1/namespaces/${namespace}/persistentvolumeclaims/${claim}`;
    return (await this.#api.find<PersistentVolumeClaimObject>(path, { signal }))?.spec?.volumeName;
  }
}

/** @param node undefined: of all nodes */
function informerOf(api: Api, node: string | undefined): Informer<PodObject, PodObject> {
  return new Informer(api, {
    path: "/api/v1/pods",
    ...(node !== undefined && { query: { fieldSelector: `spec.nodeName=${node}` } }),
    read: slimPod,
    indexBy: ({ spec }) => (spec.nodeName === undefined ? [] : [spec.nodeName]),
  });
}

function pathOf({ metadata: { name, namespace = "default" } }: PodObject): string {
  return `/api/v1/namespaces/${namespace}/pods/${name}`;
}

/** @param gracePeriod seconds; -1: the pod's own */
function deleteOptions({ metadata: { uid } }: PodObject, gracePeriod: number): object {
  return { preconditions: { uid }, ...(gracePeriod >= 0 && { gracePeriodSeconds: gracePeriod }) };
}

function slimPod(pod: PodObject): PodObject {
  const { nodeName, volumes, terminationGracePeriodSeconds } = pod.spec;
  const { phase } = pod.status ?? {};
  return {
    metadata: slimMetadata(pod),
    spec: {
      ...(nodeName && { nodeName }),
      ...(volumes && { volumes: volumes.map(slimVolume) }),
      ...(terminationGracePeriodSeconds !== undefined && { terminationGracePeriodSeconds }),
    },
    status: { ...(phase && { phase }) },
  };
}

function slimVolume({
  name,
  emptyDir,
  persistentVolumeClaim,
  ephemeral,
}: NonNullable<PodObject["spec"]["volumes"]>[0]) {
  return {
    name,
    ...(emptyDir && { emptyDir: {} }),
    ...(persistentVolumeClaim && { persistentVolumeClaim }),
    ...(ephemeral && { ephemeral: {} }),
  };
}
