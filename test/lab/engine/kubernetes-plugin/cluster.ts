import { setTimeout as sleep } from "node:timers/promises";
import { ApiError } from "../../../../components/kubernetes/api-error.ts";
import { type Api } from "../../../../components/kubernetes/client.ts";
import type { Properties } from "../../../../components/node/operation/property-values.ts";
import { creator, handedOver, isNew } from "./field-managers.ts";
import type { Kind } from "./kinds.ts";
import { annotationsOf, keys, metadataOf, nameOf, namespaceOf, withMetadata } from "./objects.ts";

interface ResourceList {
  readonly resources: readonly { readonly name: string; readonly kind: string; readonly namespaced: boolean }[];
}

interface Resource {
  readonly name: string;
  readonly namespaced: boolean;
}

export interface ApplyOptions {
  readonly fieldManager: string;
  /** takes fields over from other managers */
  readonly force: boolean;
  readonly dryRun: boolean;
}

/** The API server does not know the kind: its CustomResourceDefinition is not there. */
export class NoSuchKindError extends Error {
  constructor(kind: Kind) {
    super(
      `the Kubernetes API server has no ${kind.kind} of ${kind.apiVersion}: ` +
        `verify that any required CustomResourceDefinition has been created`,
    );
  }
}

/** An object of that name is in the cluster. */
export class AlreadyExistsError extends Error {}

/** Where the official plugin's message of a conflict leads. */
const conflictHelp =
  "https://www.pulumi.com/registry/packages/kubernetes/how-to-guides/managing-resources-with-server-side-apply/" +
  "#handle-field-conflicts-on-existing-resources";

/** Objects of any kind in one cluster. */
export class Cluster {
  readonly #api: Api;
  /** for objects that name none */
  readonly #namespace: string;
  /** ends requests and waits: the engine waits for them when it was interrupted */
  readonly #signal: AbortSignal;
  readonly #known = new Map<string, Resource>();

  constructor(api: Api, namespace: string, signal: AbortSignal) {
    this.#api = api;
    this.#namespace = namespace;
    this.#signal = signal;
  }

  /** @throws NoSuchKindError */
  async #resource(kind: Kind): Promise<Resource> {
    const key = `${kind.apiVersion}:${kind.kind}`;
    const known = this.#known.get(key);
    if (known) return known;
    const list = await this.#api.find<ResourceList>(root(kind), { signal: this.#signal });
    const found = list?.resources.find(({ kind: name, name: plural }) => name === kind.kind && !plural.includes("/"));
    if (!found) throw new NoSuchKindError(kind);
    this.#known.set(key, found);
    return found;
  }

  async #collection(kind: Kind, namespace: string): Promise<string> {
    const resource = await this.#resource(kind);
    const scope = resource.namespaced ? `/namespaces/${encodeURIComponent(namespace || this.#namespace)}` : "";
    return `${root(kind)}${scope}/${resource.name}`;
  }

  async #path(kind: Kind, namespace: string, name: string): Promise<string> {
    return `${await this.#collection(kind, namespace)}/${encodeURIComponent(name)}`;
  }

  /** The object with the namespace that it goes to; without one when its kind has none. */
  async place(kind: Kind, object: Properties): Promise<Properties> {
    const { namespaced } = await this.#resource(kind);
    return withMetadata(object, namespaced ? { namespace: namespaceOf(object) || this.#namespace } : {});
  }

  /**
   * @returns the object as the server has it, or would have it
   * @throws AlreadyExistsError
   */
  async create(kind: Kind, object: Properties, dryRun: boolean): Promise<Properties> {
    try {
      return await this.#api.request<Properties>(await this.#collection(kind, namespaceOf(object)), {
        method: "POST",
        body: object,
        signal: this.#signal,
        // another attempt would find what this one created
        retries: 0,
        query: { fieldManager: creator, ...(dryRun && { dryRun: "All" }) },
      });
    } catch (error) {
      if (!(error instanceof ApiError) || error.status !== 409) throw error;
      throw new AlreadyExistsError(
        `${error.message}. The resource already exists in the cluster: \`pulumi import\` adopts it; ` +
          `upsertExistingObjects on the provider lets a create update it`,
        { cause: error },
      );
    }
  }

  /**
   * Server-side apply.
   * @returns the object as the server has it, or would have it
   * @throws ApiError, with the fields and their managers when others manage them
   */
  async apply(kind: Kind, object: Properties, options: ApplyOptions): Promise<Properties> {
    const forced = options.force || annotationsOf(object)[keys.patchForce] === "true";
    try {
      return await this.#api.request<Properties>(await this.#path(kind, namespaceOf(object), nameOf(object)), {
        method: "PATCH",
        contentType: "application/apply-patch+yaml",
        body: object,
        signal: this.#signal,
        query: {
          fieldManager: options.fieldManager,
          force: String(forced),
          ...(options.dryRun && { dryRun: "All" }),
        },
      });
    } catch (error) {
      if (!(error instanceof ApiError) || error.status !== 409) throw error;
      throw new Error(
        `Server-Side Apply field conflict detected. See ${conflictHelp} for troubleshooting help.\n` +
          `The resource managed by field manager "${options.fieldManager}" had an apply conflict: ${error.message}`,
        { cause: error },
      );
    }
  }

  /** Applies to an object that was read; the fields that Create wrote are the manager's from the first update on. */
  async update(kind: Kind, live: Properties, object: Properties, options: ApplyOptions): Promise<Properties> {
    const handOver = isNew(live);
    // a dry run changes no manager, so that it would conflict with the creator
    if (handOver && options.dryRun) return this.apply(kind, object, { ...options, force: true });
    if (handOver) {
      const { resourceVersion } = metadataOf(live);
      await this.#api.request(await this.#path(kind, namespaceOf(live), nameOf(live)), {
        method: "PATCH",
        contentType: "application/merge-patch+json",
        body: { metadata: { resourceVersion, managedFields: handedOver(live, options.fieldManager) } },
        signal: this.#signal,
      });
    }
    return this.apply(kind, object, options);
  }

  /** undefined when there is no such object, or no such kind */
  async read(kind: Kind, namespace: string, name: string): Promise<Properties | undefined> {
    try {
      return await this.#api.find<Properties>(await this.#path(kind, namespace, name), { signal: this.#signal });
    } catch (error) {
      if (error instanceof NoSuchKindError) return undefined;
      throw error;
    }
  }

  /**
   * Deletes the object and waits until it is gone; harmless when it is gone already.
   * @param seconds bound of the wait
   */
  async delete(kind: Kind, namespace: string, name: string, seconds: number): Promise<void> {
    const live = await this.read(kind, namespace, name);
    if (!live) return;
    const path = await this.#path(kind, namespace, name);
    await this.#api.find(path, { method: "DELETE", body: { propagationPolicy: "Foreground" }, signal: this.#signal });
    const deadline = Date.now() + seconds * 1000;
    while (isSame(await this.read(kind, namespace, name), live)) {
      if (Date.now() > deadline)
        throw new Error(`${kind.kind} ${name} is not gone after ${seconds} s: a finalizer holds it`);
      await sleep(200, undefined, { signal: this.#signal });
    }
  }
}

const root = ({ apiVersion }: Kind): string =>
  apiVersion.includes("/") ? `/apis/${apiVersion}` : `/api/${apiVersion}`;

const uidOf = (object: Properties): unknown => (object["metadata"] as Properties | undefined)?.["uid"];
const isSame = (now: Properties | undefined, before: Properties): boolean =>
  now !== undefined && uidOf(now) === uidOf(before);
