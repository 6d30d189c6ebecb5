import { reasonOf } from "../../lib/errors.ts";
import { until } from "../../lib/wait.ts";
import type { Cluster } from "../cluster/cluster.ts";
import type { Evictions } from "./evictions.ts";
import { claimsOf } from "./policy.ts";

/** ms until the claims are asked for again that the API server did not show. */
const retryAfter = 1_000;

/** The volumes that must be detached from one node before its server may go. */
export class Attachments {
  readonly #cluster: Cluster;
  readonly #nodeName: string;
  readonly #evictions: Evictions;
  /** volume of each claim of a pod that stays, by `namespace/name` */
  readonly #kept = new Map<string, string | undefined>();
  #trouble: string | undefined;

  constructor(cluster: Cluster, nodeName: string, evictions: Evictions) {
    this.#cluster = cluster;
    this.#nodeName = nodeName;
    this.#evictions = evictions;
  }

  /** What keeps the API server from being asked, undefined while it answers. */
  get trouble(): string | undefined {
    return this.#cluster.volumes.lastError ?? this.#trouble;
  }

  /** The volumes that are still awaited: those of pods that stay on the node are not. */
  remaining(): string[] {
    const kept = [...this.#kept.values()];
    return this.#cluster.volumes.indexed(this.#nodeName).flatMap(({ metadata, spec }) => {
      const volume = spec.source?.persistentVolumeName;
      if (volume === undefined) return [metadata.name];
      return kept.includes(volume) ? [] : [volume];
    });
  }

  /** Resolves once they are detached; `skipped` when the kubelet is silent or the Node is gone: nobody would detach them. */
  async run(signal: AbortSignal): Promise<"detached" | "skipped"> {
    const { volumes, nodes } = this.#cluster;
    const skipped = () => this.#evictions.unreachable || this.#cluster.node(this.#nodeName) === undefined;
    await volumes.synced(signal);
    return until({
      signal,
      wake: [
        (listener) => volumes.subscribe([this.#nodeName], listener),
        (listener) => nodes.subscribe([this.#nodeName], listener),
      ],
      every: () => (this.#trouble === undefined ? 30_000 : retryAfter),
      test: async () => {
        if (skipped()) return "skipped";
        if (this.remaining().length > 0) await this.#lookUp(signal);
        return this.remaining().length === 0 ? "detached" : undefined;
      },
    });
  }

  async #lookUp(signal: AbortSignal): Promise<void> {
    this.#trouble = undefined;
    try {
      for (const { namespace, name } of this.#evictions.kept.flatMap(claimsOf)) {
        const key = `${namespace}/${name}`;
        if (!this.#kept.has(key)) this.#kept.set(key, await this.#cluster.pods.volumeOf(namespace, name, signal));
      }
    } catch (error) {
      signal.throwIfAborted();
      if (!this.#cluster.isPassing(error)) throw error;
      this.#trouble = reasonOf(error);
    }
  }
}
