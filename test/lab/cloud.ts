import { Agent, fetch, type RequestInit, type Response } from "undici";
import { z } from "zod";
import { readCloud } from "../../components/openstack/clouds-yaml.ts";
import { authRequest } from "../../components/openstack/credentials.ts";
import { files, openstack } from "./settings.ts";

/** Queries of the lab's OpenStack for proofs, apart from the program's own way to it. */

/** How requests with an entry of the lab's clouds.yaml are named in the services' request logs. */
export const userAgent = (entry: string): string => `lab-queries/${entry}`;

const server = z.object({
  id: z.string(),
  name: z.string(),
  status: z.string(),
  /** RFC 3339 */
  created: z.string(),
  metadata: z.record(z.string(), z.string()).default({}),
  "OS-EXT-SRV-ATTR:user_data": z.string().nullish(),
});
const port = z.object({
  id: z.string(),
  name: z.string(),
  status: z.string(),
  device_id: z.string(),
  device_owner: z.string(),
  network_id: z.string(),
  mac_address: z.string(),
  description: z.string(),
  fixed_ips: z.array(z.object({ ip_address: z.string() })),
  security_groups: z.array(z.string()),
  allowed_address_pairs: z.array(z.object({ ip_address: z.string() })),
  tags: z.array(z.string()),
  extra_dhcp_opts: z.array(z.object({ opt_name: z.string(), opt_value: z.string(), ip_version: z.number() })),
});
const trunk = z.object({
  id: z.string(),
  name: z.string(),
  status: z.string(),
  port_id: z.string(),
  tags: z.array(z.string()),
  sub_ports: z.array(z.object({ port_id: z.string(), segmentation_type: z.string(), segmentation_id: z.number() })),
});
const container = z.object({ name: z.string() });
const named = z.array(z.object({ id: z.string(), name: z.string() }));
const catalog = z.object({
  token: z.object({
    catalog: z.array(
      z.object({
        type: z.string(),
        endpoints: z.array(z.object({ interface: z.string(), region_id: z.string(), url: z.string() })),
      }),
    ),
  }),
});

export type Server = z.infer<typeof server>;
export type Port = z.infer<typeof port>;
export type Trunk = z.infer<typeof trunk>;

export class CloudQueries {
  readonly #dispatcher: Agent;
  readonly #userAgent: string;
  readonly #token: string;
  readonly #endpoints: ReadonlyMap<string, string>;

  private constructor(dispatcher: Agent, userAgent: string, token: string, endpoints: ReadonlyMap<string, string>) {
    this.#dispatcher = dispatcher;
    this.#userAgent = userAgent;
    this.#token = token;
    this.#endpoints = endpoints;
  }

  /** @param name an entry of the lab's clouds.yaml */
  static async login(name: string): Promise<CloudQueries> {
    process.env["OS_CLIENT_CONFIG_FILE"] = files.cloudsYaml;
    const cloud = await readCloud(name);
    const dispatcher = new Agent({ connect: { ...(cloud.ca && { ca: cloud.ca }) } });
    const response = await fetch(`${cloud.auth.auth_url}/auth/tokens`, {
      method: "POST",
      headers: { "content-type": "application/json", "user-agent": userAgent(name) },
      body: JSON.stringify(authRequest(cloud.auth)),
      dispatcher,
    });
    const token = response.headers.get("x-subject-token");
    if (!token) throw new Error(`no token for ${name}: ${response.status} ${await response.text()}`);
    const { token: body } = catalog.parse(await response.json());
    // a test may add another region
    const isOwn = (each: { interface: string; region_id: string }): boolean =>
      each.interface === "public" && each.region_id === openstack.region;
    const endpoints = body.catalog.map(({ type, endpoints }) => [type, endpoints.find(isOwn)?.url ?? ""] as const);
    return new CloudQueries(dispatcher, userAgent(name), token, new Map(endpoints));
  }

  async get(service: string, path: string): Promise<unknown> {
    const response = await this.#request(service, path, {});
    return response.status === 204 ? [] : response.json();
  }

  /**
   * The id of what has this name.
   * @param kind the key of the list in the answer
   */
  async idOf(service: string, path: string, kind: string, name: string): Promise<string> {
    const answer = z.record(z.string(), z.unknown()).parse(await this.get(service, path));
    const found = named.parse(answer[kind]).find((each) => each.name === name);
    if (!found) throw new Error(`no ${name} among the ${kind}`);
    return found.id;
  }

  async #request(service: string, path: string, more: RequestInit, type = "application/json"): Promise<Response> {
    const url = `${this.#endpoints.get(service)}${path}`;
    const headers = {
      "user-agent": this.#userAgent,
      "x-auth-token": this.#token,
      accept: "application/json",
      "content-type": type,
      "openstack-api-version": "compute 2.90, baremetal 1.80, placement 1.18",
      ...(more.headers as Record<string, string> | undefined),
    };
    const response = await fetch(url, { ...more, headers, dispatcher: this.#dispatcher });
    if (!response.ok) throw new Error(`${url}: ${response.status} ${await response.text()}`);
    return response;
  }

  /** Makes or changes something, as a person with OpenStack's client does, and gives the answer. */
  async send(method: "POST" | "PUT", service: string, path: string, body: object): Promise<unknown> {
    const response = await this.#request(service, path, { method, body: JSON.stringify(body) });
    const text = await response.text();
    return text === "" ? undefined : JSON.parse(text);
  }

  /** Gives the bytes of something, of an image for instance. */
  async upload(service: string, path: string, body: string): Promise<void> {
    await this.#request(service, path, { method: "PUT", body }, "application/octet-stream");
  }

  /**
   * One of Nova's actions on a server.
   * @param action as the API has it, e.g. `{ reboot: { type: "HARD" } }`
   */
  async act(serverId: string, action: object): Promise<void> {
    await this.#request("compute", `/servers/${serverId}/action`, { method: "POST", body: JSON.stringify(action) });
  }

  /** @param key of the signed URLs of the container's objects */
  async makeContainer(name: string, key: string): Promise<void> {
    const headers = { "x-container-meta-temp-url-key": key };
    await this.#request("object-store", `/${name}`, { method: "PUT", headers });
  }

  /** Takes the key of a container's signed URLs away. */
  async removeTemporaryUrlKey(name: string): Promise<void> {
    await this.#request("object-store", `/${name}`, {
      method: "POST",
      headers: { "x-remove-container-meta-temp-url-key": "x" },
    });
  }

  /**
   * Sets the second key of the signed URLs of the account.
   * @returns what takes it away again
   */
  async setSecondAccountKey(key: string): Promise<() => Promise<void>> {
    await this.#request("object-store", "", { method: "POST", headers: { "x-account-meta-temp-url-key-2": key } });
    return () => this.unsetSecondAccountKey();
  }

  async unsetSecondAccountKey(): Promise<void> {
    const headers = { "x-remove-account-meta-temp-url-key-2": "x" };
    await this.#request("object-store", "", { method: "POST", headers });
  }

  /** undefined: it has none */
  async secondAccountKey(): Promise<string | undefined> {
    const { headers } = await this.#request("object-store", "", { method: "HEAD" });
    return headers.get("x-account-meta-temp-url-key-2") ?? undefined;
  }

  /** Takes something away. */
  async remove(service: string, path: string): Promise<void> {
    await this.#request(service, path, { method: "DELETE" });
  }

  /** Servers of the project; with the user data where the cloud shows it to this user. */
  async servers(): Promise<Server[]> {
    return z.object({ servers: z.array(server) }).parse(await this.get("compute", "/servers/detail")).servers;
  }

  /** The user data of a server, as it was given to Nova; an administrator's right. */
  async userData(id: string): Promise<string> {
    const answer = z.object({ server }).parse(await this.get("compute", `/servers/${id}`)).server;
    return Buffer.from(answer["OS-EXT-SRV-ATTR:user_data"] ?? "", "base64").toString();
  }

  async ports(): Promise<Port[]> {
    return z.object({ ports: z.array(port) }).parse(await this.get("network", "/v2.0/ports")).ports;
  }

  async trunks(): Promise<Trunk[]> {
    return z.object({ trunks: z.array(trunk) }).parse(await this.get("network", "/v2.0/trunks")).trunks;
  }

  async containers(): Promise<string[]> {
    return z
      .array(container)
      .parse(await this.get("object-store", "?format=json"))
      .map(({ name }) => name);
  }

  async objects(name: string): Promise<string[]> {
    return z
      .array(container)
      .parse(await this.get("object-store", `/${name}?format=json`))
      .map((object) => object.name);
  }

  /** The text of an object. */
  async object(containerName: string, name: string): Promise<string> {
    return JSON.stringify(await this.get("object-store", `/${containerName}/${name}`));
  }
}
