import type { Informer } from "../../kubernetes/informer.ts";
import type { PodObject } from "../../kubernetes/types.ts";

/** Nodes that are watched alone, at once. Each has a connection of its own to the API server. */
export const watchedAlone = 10;

type PodInformer = Informer<PodObject, PodObject>;

/** The pods of one node, kept current until it is stopped. */
export class PodsOfNode {
  readonly #informer: PodInformer;
  readonly #node: string;
  #release: (() => void) | undefined;

  constructor(informer: PodInformer, node: string, release: () => void) {
    this.#informer = informer;
    this.#node = node;
    this.#release = release;
  }

  /** Resolves once all pods of the node are known. Rejects when the server refuses to show them (401, 403). */
  synced(signal: AbortSignal): Promise<void> {
    return this.#informer.synced(signal);
  }

  /** Why the pods may be out of date, undefined while the watch stands. */
  get lastError(): string | undefined {
    return this.#informer.lastError;
  }

  all(): PodObject[] {
    return this.#informer.indexed(this.#node);
  }

  /** Calls the listener when a pod of the node changes. */
  subscribe(listener: () => void): () => void {
    return this.#informer.subscribe([this.#node], listener);
  }

  stop(): void {
    this.#release?.();
    this.#release = undefined;
  }
}

/**
 * Watches the pods of nodes that are drained. The first nodes are watched alone, for a watch of every pod of the cluster
 * is far larger; all that come while these are drained share one, so that a hundred drains do not open a hundred
 * watches.
 */
export class PodWatches {
  readonly #informerOf: (node?: string) => PodInformer;
  readonly #alone = new Set<PodInformer>();
  #shared: PodInformer | undefined;
  #sharing = 0;

  /** @param informerOf makes an informer of the pods of one node, or of all, indexed by their nodes */
  constructor(informerOf: (node?: string) => PodInformer) {
    this.#informerOf = informerOf;
  }

  /** The caller stops it. */
  of(node: string): PodsOfNode {
    return this.#alone.size < watchedAlone ? this.#watchAlone(node) : this.#share(node);
  }

  #watchAlone(node: string): PodsOfNode {
    const informer = this.#informerOf(node);
    this.#alone.add(informer);
    return new PodsOfNode(informer, node, () => {
      this.#alone.delete(informer);
      informer.stop();
    });
  }

  #share(node: string): PodsOfNode {
    const informer = (this.#shared ??= this.#informerOf());
    this.#sharing += 1;
    return new PodsOfNode(informer, node, () => {
      this.#sharing -= 1;
      if (this.#sharing > 0) return;
      informer.stop();
      this.#shared = undefined;
    });
  }
}
