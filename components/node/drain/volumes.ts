import { reasonOf } from "../../lib/errors.ts";
import { until } from "../../lib/wait.ts";
import type { Cluster } from "../cluster/cluster.ts";
import type { Evictions } from "./evictions.ts";
import { claimsOf } from "./policy.ts";

/** ms until claims are read again that the API server did not return. */
const retryAfter = 1_000;

/** The volumes that must be detached from one node before its server may go. */
export class VolumeAttachments {
  readonly #cluster: Cluster;
  readonly #nodeName: string;
  readonly #evictions: Evictions;
  /** volume of each claim of a pod that stays, by `namespace/name` */
  readonly #skipped = new Map<string, string | undefined>();
  #lastError: string | undefined;

  constructor(cluster: Cluster, nodeName: string, evictions: Evictions) {
    this.#cluster = cluster;
    this.#nodeName = nodeName;
    this.#evictions = evictions;
  }

  /** Why the API server cannot be read, undefined while it answers. */
  get lastError(): string | undefined {
    return this.#cluster.volumes.lastError ?? this.#lastError;
  }

  /** The volumes that are still awaited: those of pods that stay on the node are not. */
  remaining(): string[] {
    const skipped = [...this.#skipped.values()];
    return this.#cluster.volumes.indexed(this.#nodeName).flatMap(({ metadata, spec }) => {
      const volume = spec.source?.persistentVolumeName;
      if (volume === undefined) return [metadata.name];
      return skipped.includes(volume) ? [] : [volume];
    });
  }

  /** Resolves once they are detached; `skipped` when the kubelet does not report or the Node is gone: nobody would detach them. */
  async run(signal: AbortSignal): Promise<"detached" | "skipped"> {
    const { volumes, nodes } = this.#cluster;
    const cannotDetach = () => this.#evictions.unreachable || this.#cluster.node(this.#nodeName) === undefined;
    await volumes.synced(signal);
    return until({
      signal,
      wake: [
        (listener) => volumes.subscribe([this.#nodeName], listener),
        (listener) => nodes.subscribe([this.#nodeName], listener),
      ],
      every: () => (this.#lastError === undefined ? 30_000 : retryAfter),
      test: async () => {
        if (cannotDetach()) return "skipped";
        if (this.remaining().length > 0) await this.#lookUp(signal);
        return this.remaining().length === 0 ? "detached" : undefined;
      },
    });
  }

  async #lookUp(signal: AbortSignal): Promise<void> {
    this.#lastError = undefined;
    try {
      for (const { namespace, name } of this.#evictions.skipped.flatMap(claimsOf)) {
        const key = `${namespace}/${name}`;
        if (!this.#skipped.has(key)) this.#skipped.set(key, await this.#cluster.pods.volumeOf(namespace, name, signal));
      }
    } catch (error) {
      signal.throwIfAborted();
      if (!this.#cluster.isPassing(error)) throw error;
      this.#lastError = reasonOf(error);
    }
  }
}
