import { ApiError, type Api } from "./api.ts";
import { slimMetadata, type PodObject } from "./objects.ts";
import { Table } from "./table.ts";

export type Eviction =
  | { result: "evicted" | "gone" }
  /** a disruption budget forbids it for now */
  | { result: "refused"; reason: string; retryAfter: number };

/** Seconds between two attempts to evict a pod that its disruption budget protects (kubectl, pkg/drain/drain.go). */
const evictionRetry = 5;

/** The pods of a node that leaves, and what is done to them. */
export class Pods {
  readonly #api: Api;

  constructor(api: Api) {
    this.#api = api;
  }

  /** The pods of one node; stopped by whoever asked. A table of every pod of the cluster would be far larger. */
  of(node: string): Table<PodObject, PodObject> {
    return new Table(this.#api, {
      path: "/api/v1/pods",
      query: { fieldSelector: `spec.nodeName=${node}` },
      read: slimPod,
      keys: () => [],
    });
  }

  async daemonSetExists(namespace: string, name: string, signal: AbortSignal): Promise<boolean> {
    const path = `/apis/apps/v1/namespaces/${namespace}/daemonsets/${name}`;
    return (await this.#api.find(path, { signal })) !== undefined;
  }

  /** @param gracePeriod seconds; -1: the pod's own */
  async evict(pod: PodObject, gracePeriod: number, signal: AbortSignal): Promise<Eviction> {
    const { name, namespace = "default", uid } = pod.metadata;
    const deleteOptions = { preconditions: { uid }, ...(gracePeriod >= 0 && { gracePeriodSeconds: gracePeriod }) };
    const body = { apiVersion: "policy/v1", kind: "Eviction", metadata: { name, namespace }, deleteOptions };
    try {
      await this.#api.request(`/api/v1/namespaces/${namespace}/pods/${name}/eviction`, {
        method: "POST",
        body,
        signal,
        retry429: false,
      });
      return { result: "evicted" };
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      if (error.status === 404 || error.status === 409) return { result: "gone" };
      if (error.status !== 429) throw error;
      const reason = error.causes.join("; ") || error.message;
      return { result: "refused", reason, retryAfter: error.retryAfter ?? evictionRetry };
    }
  }
}

function slimPod(pod: PodObject): PodObject {
  const { nodeName, volumes } = pod.spec;
  const { phase } = pod.status ?? {};
  return {
    metadata: slimMetadata(pod),
    spec: { ...(nodeName && { nodeName }), ...(volumes && { volumes }) },
    status: { ...(phase && { phase }) },
  };
}
