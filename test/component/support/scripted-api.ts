import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo } from "node:net";
import { permissions } from "../../../components/kubernetes/permissions.ts";
import type { Metadata } from "../../../components/kubernetes/types.ts";
import { mayRequest } from "./authorizer.ts";
import { FieldManagers } from "./field-managers.ts";
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
} from "./scripted-objects.ts";

/**
 * As much of the Kubernetes API as the node provider uses, in memory and under a test's control: lists, watches that
 * can be cut or compacted, patches, approvals, evictions. What the real one does beyond that is for the e2e tests.
 * As the real one, it forbids what components/kubernetes/permissions.ts does not list.
 */

export type Kind =
  | "nodes"
  | "events"
  | "pods"
  | "csrs"
  | "volumeattachments"
  | "persistentvolumes"
  | "daemonsets"
  | "budgets"
  | "claims"
  | "machineconfigpools";

const prefixes: Record<Kind, RegExp> = {
  nodes: /^\/api\/v1\/nodes(?:\/([^/]+))?$/,
  events: /^\/api\/v1\/namespaces\/[^/]+\/events$/,
  pods: /^\/api\/v1\/(?:namespaces\/[^/]+\/)?pods(?:\/([^/]+))?$/,
  csrs: /^\/apis\/certificates\.k8s\.io\/v1\/certificatesigningrequests(?:\/([^/]+)(?:\/approval)?)?$/,
  persistentvolumes: /^\/api\/v1\/persistentvolumes$/,
  volumeattachments: /^\/apis\/storage\.k8s\.io\/v1\/volumeattachments$/,
  daemonsets: /^\/apis\/apps\/v1\/namespaces\/[^/]+\/daemonsets\/([^/]+)$/,
  budgets: /^\/apis\/policy\/v1\/namespaces\/[^/]+\/poddisruptionbudgets$/,
  machineconfigpools: /^\/apis\/machineconfiguration\.openshift\.io\/v1\/machineconfigpools$/,
  claims: /^\/api\/v1\/namespaces\/[^/]+\/persistentvolumeclaims\/([^/]+)$/,
};
const eviction = /^\/api\/v1\/namespaces\/[^/]+\/pods\/([^/]+)\/eviction$/;

interface Event {
  kind: Kind;
  type: "ADDED" | "MODIFIED" | "DELETED";
  object: Stored;
  version: number;
}

interface Watcher {
  kind: Kind;
  response: ServerResponse;
  wants: (object: Stored) => boolean;
}

export class ScriptedApi {
  /** `METHOD path` of every request, watches as `WATCH path` */
  readonly requests: string[] = [];
  /** answers an eviction instead of deleting the pod */
  onEvict: (pod: Stored) => Answer | undefined = () => undefined;
  /** answers a request in the API's place, late if it likes: `METHOD path`, the watches excepted */
  onRequest: (request: string) => Answer | undefined | Promise<Answer> = () => undefined;
  /** told of each request that was approved, by its name, once that is answered */
  onApproved: (name: string) => void = () => undefined;
  /** sees the body of each request */
  onBody: (request: string, body: object) => void = () => undefined;
  /** whether a request's bearer token is valid; the others get a 401 */
  accepts: (token: string | undefined) => boolean = () => true;
  /** uid of the namespace kube-system */
  clusterUid = "cluster-uid";
  /** whether an approved request gets its certificate */
  signs = true;
  /** connections that were made */
  connections = 0;
  /** true: connections are dropped, as of a server that is down */
  down = false;
  readonly #server: Server;
  readonly #objects = new Map<Kind, Map<string, Stored>>();
  readonly #managers = new Map<string, FieldManagers>();
  readonly #watchers = new Set<Watcher>();
  readonly #events: Event[] = [];
  readonly #forbidden = new Set<string>();
  #version = 1;
  #compacted = 0;

  readonly #scheme: "http" | "https";

  /** @param tls certificate of 127.0.0.1 and its key, in PEM; without it is plain HTTP */
  constructor(tls?: { cert: string; key: string }) {
    const handle = (request: IncomingMessage, response: ServerResponse) => void this.#handle(request, response);
    this.#scheme = tls ? "https" : "http";
    this.#server = tls ? createTlsServer(tls, handle) : createServer(handle);
    this.#server.on("connection", () => (this.connections += 1));
  }

  async start(): Promise<void> {
    await once(this.#server.listen(0, "127.0.0.1"), "listening");
  }

  /** @throws when the program asked for what its account is not permitted to do */
  stop(): void {
    this.#server.closeAllConnections();
    this.#server.close();
    const forbidden = [...this.#forbidden].join(", ");
    if (forbidden !== "") throw new Error(`components/kubernetes/permissions.ts does not cover ${forbidden}`);
  }

  get address(): string {
    return `${this.#scheme}://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Content of a kubeconfig for it, which trusts nobody's certificate. */
  kubeconfig(token = "none"): string {
    const trust = this.#scheme === "http" ? { "insecure-skip-tls-verify": true } : {};
    return JSON.stringify({
      clusters: [{ name: "c", cluster: { server: this.address, ...trust } }],
      users: [{ name: "u", user: { token } }],
      contexts: [{ name: "x", context: { cluster: "c", user: "u" } }],
      "current-context": "x",
    });
  }

  /** @param manager whoever writes: somebody else than the node provider by default */
  put(kind: Kind, object: { metadata: Partial<Metadata> & { name: string } }, manager = "somebody"): Stored {
    const before = this.get(kind, object.metadata.name);
    const stored = this.#store(kind, withCordonAuthor(before, object, manager));
    this.#managersOf(stored).update(manager, before?.metadata ?? {}, stored.metadata);
    return stored;
  }

  #store(kind: Kind, object: { metadata: Partial<Metadata> & { name: string } }): Stored {
    const before = this.get(kind, object.metadata.name);
    const version = ++this.#version;
    const metadata = {
      uid: before?.metadata.uid ?? `uid-${version}`,
      creationTimestamp: before?.metadata.creationTimestamp ?? new Date().toISOString(),
      ...object.metadata,
      resourceVersion: String(version),
    };
    const stored: Stored = { ...object, metadata };
    this.#kind(kind).set(metadata.name, stored);
    this.#emit({ kind, type: before ? "MODIFIED" : "ADDED", object: stored, version });
    return stored;
  }

  get(kind: Kind, name: string): Stored | undefined {
    return this.#kind(kind).get(name);
  }

  remove(kind: Kind, name: string): void {
    const object = this.get(kind, name);
    if (!object) return;
    this.#kind(kind).delete(name);
    const version = ++this.#version;
    const metadata = { ...object.metadata, resourceVersion: String(version) };
    this.#emit({ kind, type: "DELETED", object: { ...object, metadata }, version });
  }

  /** Watches of a kind that stand at this moment. */
  standing(kind: Kind): number {
    return [...this.#watchers].filter((it) => it.kind === kind).length;
  }

  /** Ends every watch; with `forget`, a watch from an earlier version gets a 410. */
  cut(forget = false): void {
    if (forget) this.#compacted = this.#version;
    for (const { response } of this.#watchers) response.destroy();
    this.#watchers.clear();
  }

  #kind(kind: Kind): Map<string, Stored> {
    const objects = this.#objects.get(kind) ?? new Map<string, Stored>();
    this.#objects.set(kind, objects);
    return objects;
  }

  #emit(event: Event): void {
    this.#events.push(event);
    for (const watcher of this.#watchers) send(watcher, event);
  }

  async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (this.down) {
      request.socket.destroy();
      return;
    }
    const url = new URL(request.url ?? "/", "http://x");
    const watch = url.searchParams.get("watch") === "true";
    const method = watch ? "WATCH" : String(request.method);
    this.requests.push(`${method} ${url.pathname}`);
    let text = "";
    for await (const chunk of request) text += String(chunk);
    if (!this.accepts(/^Bearer (.*)/.exec(request.headers.authorization ?? "")?.[1])) {
      answer(response, failure(401, "Unauthorized"));
      return;
    }
    if (!mayRequest(permissions, method, url.pathname)) {
      this.#forbidden.add(`${method} ${url.pathname}`);
      answer(response, failure(403, `forbidden: ${method} ${url.pathname}`));
      return;
    }
    if (watch) this.#watch(url, response);
    else
      answer(
        response,
        await this.#answer(
          String(request.method),
          url,
          JSON.parse(text || "{}") as Stored,
          request.headers["content-type"] ?? "",
        ),
      );
  }

  async #answer(method: string, url: URL, body: Stored, contentType: string): Promise<Answer> {
    this.onBody(`${method} ${url.pathname}`, body);
    const scripted = await this.onRequest(`${method} ${url.pathname}`);
    if (scripted) return scripted;
    if (url.pathname === "/api/v1/namespaces/kube-system") return [200, { metadata: { uid: this.clusterUid } }];
    const evicted = eviction.exec(url.pathname)?.[1];
    if (evicted !== undefined) return this.#evict(evicted);
    const [kind, name] = this.#route(url);
    if (name === undefined) return this.#list(kind, url);
    const object = this.get(kind, name);
    if (!object) return failure(404, "not found");
    if (method === "GET") return [200, object];
    if (method === "PUT") return this.#replace(kind, object, body);
    const { preconditions = metadataOf(body) } = body as { preconditions?: Partial<Metadata> };
    if (isStale(object, preconditions)) return failure(409, "the object has been modified");
    if (method === "DELETE") this.remove(kind, name);
    else if (contentType.includes("apply-patch")) return this.#apply(kind, object, body, url);
    else return this.#merge(kind, object, body, url);
    return [200, object];
  }

  #merge(kind: Kind, object: Stored, body: Stored, url: URL): Answer {
    return [200, this.put(kind, merge(object, body) as Stored, url.searchParams.get("fieldManager") ?? "")];
  }

  /** Labels and annotations only: nothing else is applied. */
  #apply(kind: Kind, object: Stored, body: Stored, url: URL): Answer {
    const manager = url.searchParams.get("fieldManager");
    if (manager === null) return failure(400, "fieldManager is required for apply patch");
    const managers = this.#managersOf(object);
    const conflicts = managers.conflicts(object.metadata, body.metadata);
    if (conflicts.length > 0 && url.searchParams.get("force") !== "true") {
      return failure(409, `conflict with other managers: ${conflicts.join(", ")}`);
    }
    const marks = managers.apply(manager, object.metadata, body.metadata);
    return [200, this.#store(kind, { ...object, metadata: { ...object.metadata, ...marks } })];
  }

  #managersOf({ metadata: { uid } }: Stored): FieldManagers {
    const managers = this.#managers.get(uid) ?? new FieldManagers();
    this.#managers.set(uid, managers);
    return managers;
  }

  #route(url: URL): [Kind, string | undefined] {
    for (const [kind, path] of Object.entries(prefixes) as [Kind, RegExp][]) {
      const match = path.exec(url.pathname);
      if (match) return [kind, match[1]];
    }
    throw new Error(`the scripted API has no ${url.pathname}`);
  }

  #list(kind: Kind, url: URL): Answer {
    const items = [...this.#kind(kind).values()].filter(selector(url));
    return [200, { metadata: { resourceVersion: String(this.#version) }, items }];
  }

  #replace(kind: Kind, before: Stored, body: Stored): Answer {
    if (body.metadata.resourceVersion !== before.metadata.resourceVersion)
      return failure(409, "the object has changed");
    const stored = this.put(kind, kind === "csrs" ? approvedAs(before, body) : body);
    if (kind === "csrs") setImmediate(() => this.onApproved(before.metadata.name));
    if (this.signs && kind === "csrs") this.#sign(stored);
    return [200, stored];
  }

  /** As kube-controller-manager, at once. */
  #sign(request: Stored): void {
    const status = request["status"] as { conditions?: { type: string }[] } | undefined;
    if (!status?.conditions?.some((it) => it.type === "Approved")) return;
    this.put("csrs", { ...request, status: { ...status, certificate: "LS0t" } } as Stored);
  }

  #evict(name: string): Answer {
    const pod = this.get("pods", name);
    if (!pod) return failure(404, "not found");
    const scripted = this.onEvict(pod);
    if (scripted) return scripted;
    this.remove("pods", name);
    return [201, {}];
  }

  #watch(url: URL, response: ServerResponse): void {
    const [kind] = this.#route(url);
    const watcher = { kind, response, wants: selector(url) };
    const from = Number(url.searchParams.get("resourceVersion"));
    response.writeHead(200, { "content-type": "application/json" });
    response.flushHeaders();
    if (from < this.#compacted) {
      response.end(`${JSON.stringify({ type: "ERROR", object: { code: 410, message: "too old" } })}\n`);
      return;
    }
    for (const event of this.#events) if (event.version > from) send(watcher, event);
    this.#watchers.add(watcher);
    response.on("close", () => this.#watchers.delete(watcher));
  }
}

function send(watcher: Watcher, { kind, type, object }: Event): void {
  if (kind === watcher.kind && watcher.wants(object)) watcher.response.write(`${JSON.stringify({ type, object })}\n`);
}

function answer(response: ServerResponse, [status, body]: Answer): void {
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
}
