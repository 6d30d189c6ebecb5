import { connect } from "node:net";
import { loopback, openstack, ports } from "../settings.ts";
import { keystoneUrl, url } from "./config/common.ts";

/** True when something accepts connections on the port. */
export async function accepts(port: number, address = loopback): Promise<boolean> {
  return await new Promise((resolve) => {
    const socket = connect(port, address);
    const answer = (open: boolean) => (): void => {
      socket.destroy();
      resolve(open);
    };
    socket.once("connect", answer(true)).once("error", answer(false));
  });
}

/** True when an HTTP server on the loopback port answers with anything but a server's error. */
export async function answers(port: number, path = "/"): Promise<boolean> {
  try {
    const response = await fetch(url(port) + path, { signal: AbortSignal.timeout(20_000) });
    await response.body?.cancel();
    return response.status < 500;
  } catch (error) {
    // fetch says "fetch failed" (TypeError) when nobody listens yet, TimeoutError when nobody answers. By name: within
    // jest, fetch's TypeError is not the global one.
    if (["TypeError", "TimeoutError"].includes((error as Error).name)) return false;
    throw error;
  }
}

export interface ComputeService {
  readonly binary: string;
  /** UTC without a zone; null before the first report */
  readonly updated_at: string | null;
}

export interface Machine {
  readonly uuid: string;
  readonly name: string;
  readonly provision_state: string;
  readonly instance_uuid: string | null;
}

const domain = { id: "default" };

/** Ironic shows every machine there as well. */
const serviceProject = { project: { name: "service", domain } };
/** to change what Ironic lets no project change */
const system = { system: { all: true } };

/** The cloud as its administrator sees it. */
export class Administrator {
  readonly #token: string;

  private constructor(token: string) {
    this.#token = token;
  }

  static async login(scope: object = serviceProject): Promise<Administrator> {
    const user = { name: "admin", domain, password: openstack.adminPassword };
    const auth = {
      identity: { methods: ["password"], password: { user } },
      scope,
    };
    const response = await fetch(`${keystoneUrl}/auth/tokens`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ auth }),
    });
    const token = response.headers.get("x-subject-token");
    if (!token) throw new Error(`Keystone answers ${response.status}: ${await response.text()}`);
    await response.body?.cancel();
    return new Administrator(token);
  }

  static ofSystem(): Promise<Administrator> {
    return Administrator.login(system);
  }

  async #request(address: string, version: string, more: RequestInit = {}): Promise<unknown> {
    const headers = {
      "x-auth-token": this.#token,
      "openstack-api-version": version,
      "content-type": "application/json",
    };
    const response = await fetch(address, { ...more, headers });
    if (!response.ok) throw new Error(`${address} answers ${response.status}: ${await response.text()}`);
    return await response.json();
  }

  #get(port: number, path: string, version: string): Promise<unknown> {
    return this.#request(url(port) + path, version);
  }

  /** Gives a machine to the compute service of a shard. */
  async moveToShard({ uuid }: Pick<Machine, "uuid">, shard: string): Promise<void> {
    const body = JSON.stringify([{ op: "replace", path: "/shard", value: shard }]);
    await this.#request(`${url(ports.ironic)}/v1/nodes/${uuid}`, "baremetal 1.82", { method: "PATCH", body });
  }

  async computeServices(): Promise<readonly ComputeService[]> {
    const answer = await this.#get(ports.nova, "/v2.1/os-services", "compute 2.90");
    return (answer as { services: ComputeService[] }).services;
  }

  async machines(): Promise<readonly Machine[]> {
    const path = "/v1/nodes?fields=uuid,name,provision_state,instance_uuid";
    return ((await this.#get(ports.ironic, path, "baremetal 1.80")) as { nodes: Machine[] }).nodes;
  }

  /** Resource providers that Placement would offer for one machine of the class. */
  async candidates(resourceClass: string): Promise<ReadonlySet<string>> {
    const path = `/allocation_candidates?resources=${resourceClass}:1&limit=500`;
    const answer = await this.#get(ports.placement, path, "placement 1.36");
    return new Set(Object.keys((answer as { provider_summaries: Record<string, unknown> }).provider_summaries));
  }
}
