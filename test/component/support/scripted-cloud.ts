import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";

export interface CloudServer {
  id: string;
  name: string;
  status: string;
  metadata: Record<string, string>;
  fault?: { message: string };
  "OS-EXT-STS:task_state"?: string | undefined;
}

export interface CloudPort {
  id: string;
  name: string;
  description: string;
  device_id: string;
}

/** A machine in Ironic's words. */
export interface CloudNode {
  uuid: string;
  name: string;
  provision_state: string;
  resource_class: string;
  instance_uuid?: string;
  maintenance?: boolean;
}

/** A machine in Placement's words. */
export interface CloudProvider {
  uuid: string;
  name: string;
  resourceClass: string;
  reserved: number;
  /** id of the server that has it */
  consumer?: string;
}

interface Answer {
  status: number;
  body?: object;
  headers?: Record<string, string>;
}

/** Less than anybody asks for, as a cloud may set it. */
const mostOnPage = 100;

const configFile = "OS_CLIENT_CONFIG_FILE";

/**
 * As much of Keystone, Nova, Neutron and Swift as is asked about what is left over, in memory and under a test's control. A
 * server goes when it is looked at the second time after its deletion, and its ports are free then, as of a real one.
 */
export class ScriptedCloud {
  /** name of its entry in clouds.yaml */
  readonly name = "here";
  /** `METHOD path?query` of every request */
  readonly requests: string[] = [];
  /** those that were asked for */
  readonly microversions = new Set<string>();
  readonly servers = new Map<string, CloudServer>();
  /** false: its list of servers has no faults, as of those in another cell than the database of Nova's API */
  listsFaults = true;
  readonly ports = new Map<string, CloudPort>();
  /** by id: the ids of its parent and of its subports */
  readonly trunks = new Map<string, { parent: string; subports: readonly string[] }>();
  /** by name: the owner that its metadata names, and the names of its objects */
  readonly containers = new Map<string, { owner?: string; objects: Set<string> }>();
  /** Ironic's; undefined: the catalog has no Ironic */
  nodes: CloudNode[] | undefined;
  /** Placement's resource providers; undefined: the catalog has no Placement */
  providers: CloudProvider[] | undefined;
  /** answers a request in the cloud's place with this status */
  onRequest: (request: string) => number | undefined = () => undefined;
  /** told of each server that is gone, by its id */
  onGone: (id: string) => void = () => undefined;
  /** what was done to each server, by its id, as Nova records it */
  readonly actions = new Map<string, { action: string; start_time: string }[]>();
  /** told of each reboot, by the server's id */
  onReboot: (id: string) => void = () => undefined;
  /** ids of servers that Nova does not get rid of */
  readonly stuck = new Set<string>();
  /** what Swift tells of the account */
  accountHeaders: Record<string, string> = {};
  /** a real object store in Swift's place, and a token that it accepts: then this is Keystone's */
  store: { readonly url: string; readonly token: string } | undefined;
  /** false: its catalog has no Swift */
  hasObjectStore = true;
  #given = 0;
  #valid = 0;
  readonly #going = new Map<string, number>();
  readonly #server: Server;
  #folder = "";
  #before: string | undefined;

  constructor() {
    this.#server = createServer((request, response) => this.#handle(request, response));
  }

  /** Makes it the cloud that this process, and those that it starts, find by its name. */
  async start(): Promise<void> {
    await once(this.#server.listen(0, "127.0.0.1"), "listening");
    this.#folder = await mkdtemp(path.join(tmpdir(), "cloud-"));
    const auth = { auth_url: `${this.#address}/v3`, username: "u", password: "canary-pass-93", project_name: "q" };
    const clouds = { [this.name]: { auth: { ...auth, user_domain_id: "default", project_domain_id: "default" } } };
    this.#before = process.env[configFile];
    process.env[configFile] = path.join(this.#folder, "clouds.yaml");
    await writeFile(path.join(this.#folder, "clouds.yaml"), JSON.stringify({ clouds }));
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    if (this.#before === undefined) Reflect.deleteProperty(process.env, configFile);
    else process.env[configFile] = this.#before;
    await rm(this.#folder, { recursive: true, force: true });
  }

  get #address(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** How often somebody has logged in. */
  get logins(): number {
    return this.#given;
  }

  /** The tokens that were given out are refused from now on. */
  expireTokens(): void {
    this.#valid = this.#given + 1;
  }

  /** The requests that change something, in their order. */
  get writes(): string[] {
    return this.requests.filter((request) => request.startsWith("DELETE"));
  }

  addServer(id: string, name: string, owner: string | undefined, status = "ACTIVE"): void {
    this.servers.set(id, { id, name, status, metadata: owner === undefined ? {} : { owner, pool: "metal" } });
  }

  addPort(id: string, name: string, description = "", device_id = ""): void {
    this.ports.set(id, { id, name, description, device_id });
  }

  #handle(request: IncomingMessage, response: ServerResponse): void {
    const url = new URL(request.url ?? "/", this.#address);
    const method = String(request.method);
    const asked = `${method} ${url.pathname}${url.search}`;
    this.requests.push(asked);
    const ironic = request.headers["x-openstack-ironic-api-version"];
    const version = ironic === undefined ? request.headers["openstack-api-version"] : `baremetal ${String(ironic)}`;
    if (version !== undefined) this.microversions.add(String(version));
    const scripted = this.onRequest(asked);
    const { status, body, headers } =
      scripted === undefined ? this.#answer(method, url, request.headers) : { status: scripted };
    response.writeHead(status, { "content-type": "application/json", ...headers });
    response.end(body === undefined ? undefined : JSON.stringify(body));
  }

  #answer(method: string, url: URL, sent: IncomingMessage["headers"]): Answer {
    if (url.pathname === "/v3/auth/tokens") return this.#login();
    const token = String(sent["x-auth-token"]);
    if (Number(/^token-(\d+)$/.exec(token)?.[1] ?? 0) < Math.max(1, this.#valid)) return { status: 401 };
    if (url.pathname === "/baremetal/v1/nodes") {
      const nodes = page(
        (this.nodes ?? []).map((node) => ({ ...node, id: node.uuid })),
        url,
      );
      return { status: 200, body: { nodes } };
    }
    if (url.pathname.startsWith("/placement/")) return this.#placement(url);
    const [, service, kind = "", id = ""] = /^\/(compute|network|objects)\/?([^/]*)\/?(.*)$/.exec(url.pathname) ?? [];
    if (service === "compute") return this.#compute(method, id, url);
    if (url.pathname.endsWith("/security-groups")) return { status: 200, body: { security_groups: [] } };
    const [, trunk] = /^\/network\/v2\.0\/trunks\/(.+)$/.exec(url.pathname) ?? [];
    if (trunk !== undefined) return { status: method === "DELETE" && this.trunks.delete(trunk) ? 204 : 404 };
    if (service === "network") return this.#network(method, /ports\/?(.*)$/.exec(url.pathname)?.[1] ?? "", url);
    if (service === "objects" && kind === "" && method === "POST") {
      const set = Object.entries(sent).filter(([name]) => name.startsWith("x-account-meta-"));
      Object.assign(this.accountHeaders, Object.fromEntries(set));
      return { status: 204 };
    }
    if (service === "objects" && kind === "")
      return { status: 200, body: page(this.#account, url), headers: this.accountHeaders };
    if (service === "objects") return this.#objects(method, decodeURIComponent(kind), decodeURIComponent(id));
    return { status: 404 };
  }

  #login(): Answer {
    this.#given += 1;
    const endpoints = (service: string, url = `${this.#address}/${service}`) => [{ interface: "public", url }];
    const catalog = [
      { type: "compute", endpoints: endpoints("compute") },
      { type: "network", endpoints: endpoints("network") },
      ...(this.hasObjectStore ? [{ type: "object-store", endpoints: endpoints("objects", this.store?.url) }] : []),
      ...(this.nodes ? [{ type: "baremetal", endpoints: endpoints("baremetal") }] : []),
      ...(this.providers ? [{ type: "placement", endpoints: endpoints("placement") }] : []),
    ];
    const token = { catalog, project: { id: "q", name: "q" } };
    const id = this.store?.token ?? `token-${this.#given}`;
    return { status: 201, body: { token }, headers: { "x-subject-token": id } };
  }

  #placement(url: URL): Answer {
    const providers = this.providers ?? [];
    const [, uuid, part] = /^\/placement\/resource_providers\/([^/]+)\/(\w+)$/.exec(url.pathname) ?? [];
    const one = providers.find((each) => each.uuid === uuid);
    if (one && part === "inventories") {
      return { status: 200, body: { inventories: { [one.resourceClass]: { total: 1, reserved: one.reserved } } } };
    }
    if (one) return { status: 200, body: { allocations: one.consumer === undefined ? {} : { [one.consumer]: {} } } };
    const [wanted] = (url.searchParams.get("resources") ?? "").split(":");
    if (wanted !== "" && !providers.some(({ resourceClass }) => resourceClass === wanted)) return { status: 400 };
    const isAsked = ({ resourceClass, reserved, consumer }: CloudProvider): boolean =>
      wanted === "" || (resourceClass === wanted && reserved === 0 && consumer === undefined);
    return { status: 200, body: { resource_providers: providers.filter(isAsked) } };
  }

  #compute(method: string, id: string, url: URL): Answer {
    if (id === "detail") {
      const name = new RegExp(url.searchParams.get("name") ?? "");
      const listed = page([...this.servers.values()], url).filter((it) => name.test(it.name));
      const servers = this.listsFaults ? listed : listed.map((server) => ({ ...server, fault: undefined }));
      return { status: 200, body: { servers } };
    }
    const [serverId = "", part] = id.split("/");
    const server = this.servers.get(serverId);
    if (!server) return { status: 404 };
    if (part === "os-instance-actions") {
      return { status: 200, body: { instanceActions: this.actions.get(serverId) ?? [] } };
    }
    if (part === "action") {
      // Nova's times have no zone
      const done = { action: "reboot", start_time: new Date().toISOString().replace("Z", "000") };
      this.actions.set(serverId, [done, ...(this.actions.get(serverId) ?? [])]);
      this.onReboot(serverId);
      return { status: 202 };
    }
    if (method === "DELETE") {
      this.#going.set(id, this.#going.get(id) ?? 0);
      return { status: 204 };
    }
    const looked = this.#going.get(id);
    if (looked === undefined || this.stuck.has(id)) return { status: 200, body: { server } };
    this.#going.set(id, looked + 1);
    if (looked > 0) return this.#gone(id);
    return { status: 200, body: { server } };
  }

  #gone(id: string): Answer {
    this.servers.delete(id);
    for (const port of this.ports.values()) if (port.device_id === id) port.device_id = "";
    this.onGone(id);
    return { status: 404 };
  }

  #network(method: string, id: string, url: URL): Answer {
    if (id === "") {
      const asked = (key: "name" | "description"): readonly string[] => url.searchParams.getAll(key);
      const isAsked = (port: CloudPort): boolean =>
        (["name", "description"] as const).every((key) => asked(key).length === 0 || asked(key).includes(port[key]));
      return {
        status: 200,
        body: {
          ports: page([...this.ports.values()], url)
            .filter(isAsked)
            .map((port) => this.#inNetwork(port)),
        },
      };
    }
    if (method !== "DELETE") return { status: 405 };
    if ([...this.trunks.values()].some(({ parent, subports }) => [parent, ...subports].includes(id)))
      return { status: 409 };
    return { status: this.ports.delete(id) ? 204 : 404 };
  }

  #inNetwork(port: CloudPort): object {
    const [trunk] = [...this.trunks].find(([, { parent }]) => parent === port.id) ?? [];
    return { ...port, network_id: "n", ...(trunk !== undefined && { trunk_details: { trunk_id: trunk } }) };
  }

  get #account(): { id: string; name: string }[] {
    return [...this.containers.keys()].map((name) => ({ id: name, name }));
  }

  #objects(method: string, name: string, object: string): Answer {
    const container = this.containers.get(name);
    if (!container) return { status: 404 };
    const { owner, objects } = container;
    if (method === "DELETE" && object !== "") return { status: objects.delete(object) ? 204 : 404 };
    if (method === "DELETE" && objects.size > 0) return { status: 409 };
    if (method === "DELETE") {
      this.containers.delete(name);
      return { status: 204 };
    }
    const headers = { ...(owner !== undefined && { "x-container-meta-owner": owner }) };
    if (method === "HEAD") return { status: 204, headers };
    return { status: 200, body: [...objects].map((each) => ({ name: each })), headers };
  }
}

/** The items after the marker, as many as there may be on a page. */
function page<T extends { readonly id: string }>(items: readonly T[], url: URL): T[] {
  const marker = url.searchParams.get("marker");
  const after = items.slice(items.findIndex(({ id }) => id === marker) + 1);
  return after.slice(0, Math.min(Number(url.searchParams.get("limit") ?? Infinity), mostOnPage));
}
