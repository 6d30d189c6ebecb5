import { isDeepStrictEqual } from "node:util";
import type { Metadata } from "../../../components/kubernetes/types.ts";
import type { Stored } from "../../component/support/scripted-objects.ts";

/** What an object is stored as: the plural of the Kubernetes API; the cloud's own objects, as `servers`, have no API here. */
export type Kind = string;

export interface Change {
  readonly kind: Kind;
  readonly type: "ADDED" | "MODIFIED" | "DELETED";
  /** who did it: an actor's name, or a process of the plugin, as `plugin-1` */
  readonly by: string;
  readonly revision: number;
  readonly before: Stored | undefined;
  /** as it is now; of one that was deleted: as it was last, with the revision of its deletion */
  readonly object: Stored;
}

/** An object as it is given: what only the store knows is missing. */
export interface Given {
  readonly metadata: Partial<Metadata> & { name: string };
  /** whatever else an object of its kind has */
  readonly [part: string]: unknown;
}

const keyOf = (name: string, namespace = ""): string => `${namespace}/${name}`;

/** The API server writes nothing then. */
function isSame(before: Stored, given: Given): boolean {
  const metadata = { ...before.metadata, ...given.metadata, resourceVersion: before.metadata.resourceVersion };
  return isDeepStrictEqual({ ...given, metadata }, before);
}

/** Everything that there is, in one store with one revision, and all that it ever was: the history serves watches. */
export class World {
  readonly #objects = new Map<Kind, Map<string, Stored>>();
  readonly #history: Change[] = [];
  readonly #listeners = new Set<(change: Change) => void>();
  #revision = 1;
  /** ms by which the servers' clock is ahead of the plugin's */
  skew = 0;

  get revision(): number {
    return this.#revision;
  }

  /** RFC 3339, by the servers' clock: whole seconds, as the API server writes. */
  now(): string {
    return `${new Date(Date.now() + this.skew).toISOString().slice(0, 19)}Z`;
  }

  get(kind: Kind, name: string, namespace?: string): Stored | undefined {
    return this.#objects.get(kind)?.get(keyOf(name, namespace));
  }

  list(kind: Kind): Stored[] {
    return [...(this.#objects.get(kind)?.values() ?? [])];
  }

  /** As the list was at an earlier revision. */
  listAt(kind: Kind, revision: number): Stored[] {
    const found = new Map<string, Stored>();
    for (const change of this.#history) {
      if (change.revision > revision) break;
      if (change.kind !== kind) continue;
      const key = keyOf(change.object.metadata.name, change.object.metadata.namespace);
      if (change.type === "DELETED") found.delete(key);
      else found.set(key, change.object);
    }
    return [...found.values()];
  }

  /** Makes or changes an object, whole: what is not given is gone. What changes nothing makes no revision. */
  put(kind: Kind, given: Given, by: string): Stored {
    const { name, namespace } = given.metadata;
    const before = this.get(kind, name, namespace);
    if (before && isSame(before, given)) return before;
    this.#revision += 1;
    const metadata = {
      uid: before?.metadata.uid ?? `uid-${this.#revision}`,
      creationTimestamp: before?.metadata.creationTimestamp ?? this.now(),
      ...given.metadata,
      resourceVersion: String(this.#revision),
    };
    const object: Stored = { ...given, metadata };
    const objects = this.#objects.get(kind) ?? new Map<string, Stored>();
    this.#objects.set(kind, objects.set(keyOf(name, namespace), object));
    this.#tell({ kind, type: before ? "MODIFIED" : "ADDED", by, revision: this.#revision, before, object });
    return object;
  }

  delete(kind: Kind, name: string, namespace: string | undefined, by: string): void {
    const before = this.get(kind, name, namespace);
    if (!before) return;
    this.#objects.get(kind)?.delete(keyOf(name, namespace));
    this.#revision += 1;
    const metadata = { ...before.metadata, resourceVersion: String(this.#revision) };
    const object = { ...before, metadata };
    this.#tell({ kind, type: "DELETED", by, revision: this.#revision, before, object });
  }

  /** What happened after a revision. */
  since(revision: number): Change[] {
    return this.#history.filter((it) => it.revision > revision);
  }

  /** Told of every change at once, before anybody can act on it. */
  onChange(listener: (change: Change) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #tell(change: Change): void {
    this.#history.push(change);
    for (const listener of this.#listeners) listener(change);
  }
}
