import { reasonOf } from "../lib/errors.ts";
import { abortable, sleep } from "../lib/wait.ts";
import { ApiError } from "./api-error.ts";
import { type Api } from "./client.ts";
import type { KubernetesObject } from "./types.ts";

/** A watch that stood for this long, in ms, or that told anything, was a good one: the next begins at once. */
const goodWatch = 1_000;

/**
 * ms until the n-th attempt after a failure, doubling from 0.2 to 10 s, each time anywhere between half and all of it: what an outage has put in step should not come back in step.
 */
export function backoff(failures: number, random = Math.random()): number {
  if (failures === 0) return 0;
  return Math.min(200 * 2 ** (failures - 1), 10_000) * (0.5 + random / 2);
}

/** Seconds until the server ends a watch, as client-go asks for: no two at the same time. */
function watchSeconds(): string {
  return String(Math.round(300 + Math.random() * 300));
}

interface Source<T extends KubernetesObject, V> {
  /** of the collection, as `/api/v1/nodes` */
  path: string;
  query?: Record<string, string>;
  /** what is kept of an object; `previous` is what was kept of an earlier version of the same object */
  read: (object: T, previous: V | undefined) => V | Promise<V>;
  /** what the value can be found by */
  indexBy: (value: V) => string[];
  /** told of every object that comes, changes or goes (undefined) */
  onChange?: (uid: string, value: V | undefined) => void;
}

interface List<T> {
  metadata: { resourceVersion: string; continue?: string };
  items: T[];
}

/**
 * One kind of object, kept current by one watch however many wait for it, and indexed: a waiter looks at its own keys
 * only and is woken by their changes only. Survives a restart of the API server (continues at the last resourceVersion)
 * and a 410 (lists anew).
 */
export class Informer<T extends KubernetesObject, V> {
  readonly #api: Api;
  readonly #source: Source<T, V>;
  readonly #rows = new Map<string, { uid: string; value: V; keys: string[] }>();
  readonly #index = new Map<string, Set<string>>();
  readonly #listeners = new Map<string, Set<() => void>>();
  #stop: AbortController | undefined;
  #synced = Promise.withResolvers<undefined>();
  #trouble: string | undefined;
  /** resourceVersion from which the watch goes on, undefined: list anew */
  #version: string | undefined;

  constructor(api: Api, source: Source<T, V>) {
    this.#api = api;
    this.#source = source;
  }

  /** Resolves once the table holds what the server has. Rejects when the server refuses to show it (401, 403, 404). */
  async synced(signal: AbortSignal): Promise<void> {
    this.#start();
    await abortable(this.#synced.promise, signal);
  }

  /** Why the table may be out of date, undefined while the watch stands. */
  get lastError(): string | undefined {
    return this.#trouble;
  }

  /** The values found by any of the keys. */
  indexed(...keys: string[]): V[] {
    const names = new Set(keys.flatMap((key) => [...(this.#index.get(key) ?? [])]));
    return [...names].flatMap((name) => {
      const row = this.#rows.get(name);
      return row ? [row.value] : [];
    });
  }

  get size(): number {
    return this.#rows.size;
  }

  all(): V[] {
    return [...this.#rows.values()].map((row) => row.value);
  }

  /** Calls the listener after every change of what `of(...keys)` returns; without keys, after every change at all. */
  subscribe(keys: readonly string[], listener: () => void): () => void {
    const topics = keys.length > 0 ? keys : [""];
    for (const key of topics) {
      const listeners = this.#listeners.get(key) ?? new Set();
      listeners.add(listener);
      this.#listeners.set(key, listeners);
    }
    return () => {
      for (const key of topics) {
        const listeners = this.#listeners.get(key);
        listeners?.delete(listener);
        if (listeners?.size === 0) this.#listeners.delete(key);
      }
    };
  }

  stop(): void {
    this.#stop?.abort();
    this.#stop = undefined;
  }

  #start(): void {
    if (this.#stop) return;
    this.#stop = new AbortController();
    this.#synced = Promise.withResolvers();
    this.#synced.promise.catch(() => undefined);
    void this.#run(this.#stop.signal);
  }

  async #run(signal: AbortSignal): Promise<void> {
    this.#version = undefined;
    let synced = false;
    for (let failures = 0; !isAborted(signal);) {
      const begun = Date.now();
      const received = { events: 0 };
      try {
        this.#version ??= await this.#list(signal);
        this.#synced.resolve(undefined);
        synced = true;
        await this.#watch(signal, received);
        failures = received.events > 0 || Date.now() - begun > goodWatch ? 0 : failures + 1;
      } catch (error) {
        if (isAborted(signal)) return;
        if (error instanceof ApiError && error.status === 410) this.#version = undefined;
        // what has been shown once is waited for: credentials of a helper or of a file are read anew
        else if (!synced && !this.#api.isPassing(error)) {
          this.#refused(error);
          return;
        } else this.#trouble = reasonOf(error);
        failures = received.events > 0 ? 1 : failures + 1;
      }
      await sleep(backoff(failures), undefined, false);
    }
  }

  /** The server will not show this kind: whoever waits is told, and the next one tries again. */
  #refused(error: unknown): void {
    this.#trouble = reasonOf(error);
    this.#stop = undefined;
    this.#synced.reject(error);
    for (const listeners of this.#listeners.values()) for (const listener of listeners) listener();
  }

  async #list(signal: AbortSignal): Promise<string> {
    const seen = new Set<string>();
    let next: string | undefined;
    let version: string;
    do {
      const query = { ...this.#source.query, limit: "500", ...(next && { continue: next }) };
      const page: List<T> = await this.#api.request(this.#source.path, { query, signal, retries: 0 });
      for (const item of page.items) {
        seen.add(rowName(item));
        await this.#put(item);
      }
      version = page.metadata.resourceVersion;
      next = page.metadata.continue;
    } while (next);
    for (const name of this.#rows.keys()) if (!seen.has(name)) this.#remove(name);
    return version;
  }

  async #watch(signal: AbortSignal, received: { events: number }): Promise<void> {
    const query = {
      ...this.#source.query,
      watch: "true",
      allowWatchBookmarks: "true",
      resourceVersion: this.#version ?? "",
      timeoutSeconds: watchSeconds(),
    };
    const lines = await this.#api.lines(this.#source.path, query, signal);
    this.#trouble = undefined;
    for await (const line of lines) {
      const event = JSON.parse(line) as { type: string; object: T & { code?: number; message?: string } };
      if (event.type === "ERROR") {
        throw new ApiError(event.object.code ?? 500, event.object.message ?? "the watch failed");
      }
      if (event.type === "DELETED") this.#remove(rowName(event.object));
      else if (event.type !== "BOOKMARK") await this.#put(event.object);
      this.#version = event.object.metadata.resourceVersion;
      received.events++;
    }
  }

  async #put(object: T): Promise<void> {
    const name = rowName(object);
    const before = this.#rows.get(name);
    const value = await this.#source.read(object, before?.uid === object.metadata.uid ? before.value : undefined);
    const keys = this.#source.indexBy(value);
    this.#unindex(name, before?.keys ?? []);
    if (before !== undefined && before.uid !== object.metadata.uid) this.#source.onChange?.(before.uid, undefined);
    this.#rows.set(name, { uid: object.metadata.uid, value, keys });
    this.#source.onChange?.(object.metadata.uid, value);
    for (const key of keys) {
      const names = this.#index.get(key) ?? new Set();
      names.add(name);
      this.#index.set(key, names);
    }
    this.#notify([...(before?.keys ?? []), ...keys]);
  }

  #remove(name: string): void {
    const row = this.#rows.get(name);
    const keys = row?.keys ?? [];
    this.#rows.delete(name);
    if (row) this.#source.onChange?.(row.uid, undefined);
    this.#unindex(name, keys);
    this.#notify(keys);
  }

  #unindex(name: string, keys: string[]): void {
    for (const key of keys) {
      const names = this.#index.get(key);
      names?.delete(name);
      if (names?.size === 0) this.#index.delete(key);
    }
  }

  #notify(keys: string[]): void {
    const listeners = new Set([...new Set(keys), ""].flatMap((key) => [...(this.#listeners.get(key) ?? [])]));
    for (const listener of listeners) listener();
  }
}

/** Asked anew: an await may have been in between. */
function isAborted(signal: AbortSignal): boolean {
  return signal.aborted;
}

function rowName(object: KubernetesObject): string {
  return `${object.metadata.namespace ?? ""}/${object.metadata.name}`;
}
