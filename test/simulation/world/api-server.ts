import { permissions } from "../../../components/kubernetes/permissions.ts";
import type { Metadata, PodObject } from "../../../components/kubernetes/types.ts";
import { attributesOf, mayRequest } from "../../component/support/authorizer.ts";
import { FieldManagers } from "../../component/support/field-managers.ts";
import {
  type Answer,
  approvedAs,
  failure,
  isStale,
  merge,
  metadataOf,
  selector,
  type Stored,
  withCordonAuthor,
} from "../../component/support/scripted-objects.ts";
import type { ModelAnswer, ModelRequest, Service } from "../transport/network.ts";
import { type DeleteOptions, evict, isOther, terminate } from "./pods.ts";
import { Watches } from "./watches.ts";
import type { Given, Kind, World } from "./world.ts";

/** uid of kube-system. */
export const clusterUid = "cluster-uid";

/** Where a request goes. */
interface Target {
  readonly kind: Kind;
  readonly name: string;
  readonly namespace: string | undefined;
  readonly subresource: string | undefined;
}

/** What the plugin's account asks for that it is not permitted. */
export class Forbidden extends Error {}

/**
 * The Kubernetes API in memory, as much of it as the plugin uses, with the semantics that its decisions rest on: one
 * revision for all objects, watches from any revision that is not compacted, preconditions, field managers, evictions.
 */
export class ApiServer {
  readonly watches: Watches;
  /** how many revisions old a list is that may be old (resourceVersion=0): a cache that has not caught up */
  staleness: () => number = () => 0;
  readonly #world: World;
  readonly #managers = new Map<string, FieldManagers>();

  constructor(world: World) {
    this.#world = world;
    this.watches = new Watches(world);
    world.put("namespaces", { metadata: { name: "kube-system", uid: clusterUid } }, "kubernetes");
  }

  /** Writes a Node as somebody else does, with what the API server notes of it. */
  write(kind: Kind, given: Given, by: string): Stored {
    const before = this.#world.get(kind, given.metadata.name, given.metadata.namespace);
    const noted = kind === "nodes" ? withCordonAuthor(before, given, by, this.#world.now()) : given;
    const stored = this.#world.put(kind, { ...noted }, by);
    this.#managersOf(stored).update(by, before?.metadata ?? {}, stored.metadata);
    return stored;
  }

  /** Changes a Node as somebody else does; one that is gone is left. */
  patch(kind: Kind, name: string, changes: object, by: string): void {
    const before = this.#world.get(kind, name);
    if (before) this.write(kind, merge(before, changes) as Stored, by);
  }

  readonly serve: Service = (request) => {
    const { url, method } = request;
    const isWatch = url.searchParams.get("watch") === "true";
    const verb = isWatch ? "WATCH" : method;
    if (!mayRequest(permissions, verb, url.pathname)) {
      throw new Forbidden(`components/kubernetes/permissions.ts does not cover ${verb} ${url.pathname}`);
    }
    const { resource = "", name = "", namespace = "" } = attributesOf(method, url.pathname) ?? {};
    const [kind = "", subresource] = resource.split("/");
    const target = { kind, name, namespace: namespace || undefined, subresource };
    if (isWatch) return this.#watch(target, url);
    const [status, body] = name === "" ? this.#list(target, url) : this.#one(target, request);
    return { status, body };
  };

  #watch({ kind }: Target, url: URL): ModelAnswer {
    const revision = Number(url.searchParams.get("resourceVersion"));
    const isTooOld = this.watches.isTooOld(revision);
    return {
      status: 200,
      stream: (outlet) => {
        if (!isTooOld) return this.watches.open(kind, revision, selector(url), outlet);
        outlet.write({ type: "ERROR", object: { code: 410, message: "too old resource version" } });
        outlet.end();
        return () => undefined;
      },
    };
  }

  /** The newest, unless the client takes any: an API server asks etcd then, or waits until its cache has caught up. */
  #list({ kind }: Target, url: URL): Answer {
    const age = url.searchParams.get("resourceVersion") === "0" ? this.staleness() : 0;
    const revision = Math.max(1, this.#world.revision - age);
    const all = age === 0 ? this.#world.list(kind) : this.#world.listAt(kind, revision);
    return [200, { metadata: { resourceVersion: String(revision) }, items: all.filter(selector(url)) }];
  }

  #one(target: Target, { method, body, url, headers, from }: ModelRequest): Answer {
    const { kind, name, namespace, subresource } = target;
    const isNamespaced = !["nodes", "namespaces", "certificatesigningrequests"].includes(kind);
    const object = this.#world.get(kind, name, isNamespaced ? namespace : undefined);
    if (!object) return failure(404, `${kind} "${name}" not found`);
    if (method === "GET") return [200, object];
    const given = JSON.parse(body) as Stored & DeleteOptions & { deleteOptions?: DeleteOptions };
    if (subresource === "eviction")
      return evict(this.#world, object as Stored & PodObject, given.deleteOptions ?? {}, from);
    if (kind === "pods") return this.#deletePod(object as Stored & PodObject, given, from);
    if (method === "PUT") return this.#approve(object, given, from);
    const { preconditions = metadataOf(given) } = given as { preconditions?: Partial<Metadata> };
    if (isStale(object, preconditions)) return failure(409, "the object has been modified");
    if (method === "DELETE") this.#world.delete(kind, name, undefined, from);
    else if ((headers["content-type"] ?? "").includes("apply-patch"))
      return this.#apply(kind, object, given, url, from);
    else return [200, this.#merge(kind, object, given, url, from)];
    return [200, object];
  }

  #deletePod(pod: Stored & PodObject, options: DeleteOptions, by: string): Answer {
    if (isOther(pod, options)) return failure(409, "the UID in the precondition does not match");
    terminate(this.#world, pod, options, by);
    return [200, pod];
  }

  #approve(before: Stored, body: Stored, by: string): Answer {
    if (body.metadata.resourceVersion !== before.metadata.resourceVersion)
      return failure(409, "the object has changed");
    return [200, this.#world.put("certificatesigningrequests", approvedAs(before, body), by)];
  }

  /** A merge patch. The field manager is the program's, whichever of its processes writes. */
  #merge(kind: Kind, object: Stored, body: Stored, url: URL, by: string): Stored {
    const manager = url.searchParams.get("fieldManager") ?? "";
    const changed = withCordonAuthor(object, merge(object, body) as Stored, manager, this.#world.now());
    const stored = this.#world.put(kind, { ...changed }, by);
    this.#managersOf(stored).update(manager, object.metadata, stored.metadata);
    return stored;
  }

  /** Labels and annotations only: nothing else is applied. */
  #apply(kind: Kind, object: Stored, body: Stored, url: URL, by: string): Answer {
    const manager = url.searchParams.get("fieldManager");
    if (manager === null) return failure(400, "fieldManager is required for apply patch");
    const managers = this.#managersOf(object);
    const conflicts = managers.conflicts(object.metadata, body.metadata);
    if (conflicts.length > 0 && url.searchParams.get("force") !== "true") {
      return failure(409, `conflict with other managers: ${conflicts.join(", ")}`);
    }
    const marks = managers.apply(manager, object.metadata, body.metadata);
    return [200, this.#world.put(kind, { ...object, metadata: { ...object.metadata, ...marks } }, by)];
  }

  #managersOf({ metadata: { uid } }: Stored): FieldManagers {
    const managers = this.#managers.get(uid) ?? new FieldManagers();
    this.#managers.set(uid, managers);
    return managers;
  }
}
