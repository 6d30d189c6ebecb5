import type { Stored } from "../../component/support/scripted-objects.ts";
import type { World } from "../world/world.ts";

/** What the cloud has, in the same store as the cluster's objects: a change of it is seen by the invariants, too. */

export interface CloudServer {
  readonly id: string;
  readonly name: string;
  readonly status: "BUILD" | "ACTIVE" | "ERROR";
  /** OS-EXT-STS:task_state; null: nothing is under way */
  readonly task: "deleting" | null;
  readonly metadata: Readonly<Record<string, string>>;
  /** RFC 3339 */
  readonly created: string;
  readonly ports: readonly string[];
}

export interface CloudPort {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  /** id of the server that uses it; empty: none */
  readonly device_id: string;
  readonly ip: string;
}

export interface CloudContainer {
  readonly name: string;
  /** of its metadata; undefined: it names nobody */
  readonly owner: string | undefined;
  readonly objects: readonly string[];
}

/** Kinds of the store, and what each holds. */
interface CloudObjects {
  servers: CloudServer;
  ports: CloudPort;
  containers: CloudContainer;
}

export type CloudKind = keyof CloudObjects;

export const isCloudKind = (kind: string): kind is CloudKind => ["servers", "ports", "containers"].includes(kind);

const contentOf = (stored: Stored): unknown => stored["content"];

/** The objects of one kind, by their ids; a container's is its name. */
export class CloudStore<K extends CloudKind> {
  readonly #world: World;
  readonly #kind: K;

  constructor(world: World, kind: K) {
    this.#world = world;
    this.#kind = kind;
  }

  get(id: string): CloudObjects[K] | undefined {
    const found = this.#world.get(this.#kind, id);
    return found && (contentOf(found) as CloudObjects[K]);
  }

  all(): CloudObjects[K][] {
    return this.#world.list(this.#kind).map((stored) => contentOf(stored) as CloudObjects[K]);
  }

  /** @param by who does it */
  put(id: string, content: CloudObjects[K], by: string): void {
    this.#world.put(this.#kind, { metadata: { name: id }, nodeName: content.name, content }, by);
  }

  delete(id: string, by: string): void {
    this.#world.delete(this.#kind, id, undefined, by);
  }
}

/** A server as a change of the store shows it. */
export const serverIn = (stored: Stored): CloudServer => contentOf(stored) as CloudServer;
export const portIn = (stored: Stored): CloudPort => contentOf(stored) as CloudPort;
export const containerIn = (stored: Stored): CloudContainer => contentOf(stored) as CloudContainer;
