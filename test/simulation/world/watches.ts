import type { Stored } from "../../component/support/scripted-objects.ts";
import type { Outlet } from "../transport/network.ts";
import type { Change, Kind, World } from "./world.ts";

interface Watch {
  readonly kind: Kind;
  readonly outlet: Outlet;
  readonly wants: (object: Stored) => boolean;
  /** ends its bookmarks */
  stop: () => void;
}

/** The watches that stand, over all kinds. */
export class Watches {
  readonly #world: World;
  readonly #watches = new Set<Watch>();
  /** the oldest revision that a watch may begin at */
  #compacted = 0;

  constructor(world: World) {
    this.#world = world;
    world.onChange((change) => {
      for (const watch of this.#watches) tell(watch, change);
    });
  }

  /** Whether what has happened since is not known any more. */
  isTooOld(revision: number): boolean {
    return revision < this.#compacted;
  }

  /** @returns how to end it */
  open(kind: Kind, revision: number, wants: Watch["wants"], outlet: Outlet): () => void {
    const watch: Watch = { kind, outlet, wants, stop: () => undefined };
    for (const change of this.#world.since(revision)) tell(watch, change);
    this.#watches.add(watch);
    return () => {
      this.#watches.delete(watch);
    };
  }

  /** As of an API server that restarts. Forgotten: what a watch has missed by then is compacted. */
  breakAll(forgotten: boolean): void {
    if (forgotten) this.#compacted = this.#world.revision;
    const broken = [...this.#watches];
    this.#watches.clear();
    for (const { outlet } of broken) outlet.break();
  }

  /** Tells every watch where it is (allowWatchBookmarks). */
  bookmark(): void {
    const object = { metadata: { resourceVersion: String(this.#world.revision) } };
    for (const { outlet } of this.#watches) outlet.write({ type: "BOOKMARK", object });
  }
}

/** An object that begins or ceases to be what the watch is about comes and goes. */
function tell({ kind, wants, outlet }: Watch, change: Change): void {
  if (change.kind !== kind) return;
  const { type, before, object } = change;
  const was = before !== undefined && wants(before);
  const is = type !== "DELETED" && wants(object);
  if (is) outlet.write({ type: was ? "MODIFIED" : "ADDED", object });
  else if (was) {
    const { resourceVersion } = object.metadata;
    outlet.write({ type: "DELETED", object: { ...before, metadata: { ...before.metadata, resourceVersion } } });
  }
}
