import { createHash } from "node:crypto";
import { claimsOf } from "../../kubernetes/pods.ts";
import type { VolumeAttachmentObject } from "../../kubernetes/types.ts";
import { reasonOf } from "../../lib/errors.ts";
import { until } from "../../lib/wait.ts";
import type { Cluster } from "../cluster/cluster.ts";
import type { Evictions } from "./evictions.ts";

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

  /**
   * The volumes that are still awaited: those of pods that stay on the node are not, and neither is one that its attacher
   * reports as not attached: its VolumeAttachment may stay, if that cannot be attached or has a finalizer.
   */
  remaining(): string[] {
    const skipped = [...this.#skipped.values()];
    const attachments = this.#cluster.volumes.indexed(this.#nodeName);
    const attached = attachments.flatMap(({ metadata, spec, status }) => {
      if (status?.attached === false) return [];
      const volume = spec.source?.persistentVolumeName;
      if (volume === undefined) return [metadata.name];
      return skipped.includes(volume) ? [] : [volume];
    });
    return [...attached, ...this.#reportedAlone(attachments)];
  }

  /**
   * The volumes that only the Node's status lists as attached: those of an in-tree plugin, which has no VolumeAttachment,
   * and those that the attach/detach controller has not finished with. An in-tree volume may be that of a pod that stays, if
   * such a pod has one without a VolumeAttachment.
   */
  #reportedAlone(attachments: readonly VolumeAttachmentObject[]): string[] {
    const known = new Set(attachments.map(({ metadata }) => metadata.name));
    const volumes = new Set(attachments.map(({ spec }) => spec.source?.persistentVolumeName));
    const mayStay = [...this.#skipped.values()].some((it) => it !== undefined && !volumes.has(it));
    const reported = this.#cluster.node(this.#nodeName)?.status?.volumesAttached ?? [];
    return reported.flatMap(({ name }) => {
      const attachment = attachmentName(name, this.#nodeName);
      const isAwaited = attachment === undefined ? !mayStay : !known.has(attachment);
      return isAwaited ? [name] : [];
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

/**
 * The name of the VolumeAttachment of a volume in a Node's status (kubernetes, pkg/volume/csi/csi_attacher.go,
 * getAttachmentName), undefined for a volume of an in-tree plugin.
 */
function attachmentName(volume: string, nodeName: string): string | undefined {
  const [, driver = "", handle = ""] = /^kubernetes\.io\/csi\/([^^]+)\^(.+)$/.exec(volume) ?? [];
  if (handle === "") return undefined;
  return `csi-${createHash("sha256").update(`${handle}${driver}${nodeName}`).digest("hex")}`;
}
