import { Agent, request } from "undici";
import { z } from "zod";
import { sleep } from "../../../components/lib/wait.ts";
import type { NewPort } from "../cloud/neutron.ts";
import type { Boot } from "../cloud/nova.ts";
import { cloudHost } from "../cloud/cloud.ts";

/** ms between two looks at a server, see terraform-provider-openstack, resource_openstack_compute_instance_v2.go. */
const looks = 10_000;

const made = z.object({ id: z.string() });
const serverMade = z.object({ server: made });
const serverSeen = z.object({ server: z.object({ status: z.string(), created: z.string() }) });
const portMade = z.object({ port: made });

/** A request that the cloud did not take, or whose answer was lost: the provider cannot tell, and says that it failed. */
export class ProviderError extends Error {}

/** The requests of the OpenStack provider (Go), which is no part of the program: without retries, as its default is. */
export class OpenStackProvider {
  readonly #base: string;
  readonly #dispatcher = new Agent();
  #token: string | undefined;

  /** @param process the plugin's process of the same command: what ends the one ends the other */
  constructor(process: string) {
    this.#base = `http://${process}.${cloudHost}`;
  }

  async createPort(port: NewPort): Promise<string> {
    const answer = await this.#send("POST", "/network/v2.0/ports", { port });
    return portMade.parse(answer.body).port.id;
  }

  async hasPort(id: string): Promise<boolean> {
    return (await this.#send("GET", `/network/v2.0/ports/${id}`)).status !== 404;
  }

  async hasServer(id: string): Promise<boolean> {
    return (await this.#send("GET", `/compute/servers/${id}`)).status !== 404;
  }

  async deletePort(id: string): Promise<void> {
    await this.#send("DELETE", `/network/v2.0/ports/${id}`);
  }

  async createServer(server: Boot): Promise<string> {
    const answer = await this.#send("POST", "/compute/servers", { server });
    return serverMade.parse(answer.body).server.id;
  }

  /** When the server was made, once it is ACTIVE. */
  async awaitActive(id: string): Promise<string> {
    for (;;) {
      const { body } = await this.#send("GET", `/compute/servers/${id}`);
      const { status, created } = serverSeen.parse(body).server;
      if (status === "ACTIVE") return created;
      await sleep(looks);
    }
  }

  /** A server that is gone already is deleted. */
  async deleteServer(id: string): Promise<void> {
    await this.#send("DELETE", `/compute/servers/${id}`);
    while ((await this.#send("GET", `/compute/servers/${id}`)).status !== 404) await sleep(looks);
  }

  async putContainer(name: string, owner: string): Promise<void> {
    await this.#send("PUT", `/objects/${name}`, undefined, { "x-container-meta-owner": owner });
  }

  async putObject(container: string, name: string): Promise<void> {
    await this.#send("PUT", `/objects/${container}/${name}`);
  }

  async deleteObject(container: string, name: string): Promise<void> {
    await this.#send("DELETE", `/objects/${container}/${name}`);
  }

  async deleteContainer(name: string): Promise<void> {
    await this.#send("DELETE", `/objects/${name}`);
  }

  /** @throws ProviderError unless the cloud has done it, or does not have what is asked for (404) */
  async #send(method: Method, path: string, body?: object, headers: Headers = {}): Promise<Answer> {
    const what = `${method} ${path}`;
    try {
      let answer = await this.#sendOnce(method, path, body, headers);
      if (answer.status === 401) {
        this.#token = undefined;
        answer = await this.#sendOnce(method, path, body, headers);
      }
      const { status } = answer;
      if (status >= 300 && status !== 404) throw new ProviderError(`${what}: HTTP ${status}`);
      return answer;
    } catch (error) {
      throw error instanceof ProviderError ? error : new ProviderError(`${what}: no answer`, { cause: error });
    }
  }

  async #sendOnce(method: Method, path: string, body: object | undefined, headers: Headers): Promise<Answer> {
    this.#token ??= await this.#login();
    const answer = await request(`${this.#base}${path}`, {
      method,
      dispatcher: this.#dispatcher,
      headers: { ...headers, "x-auth-token": this.#token },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await answer.body.text();
    return { status: answer.statusCode, body: text === "" ? undefined : JSON.parse(text) };
  }

  async #login(): Promise<string> {
    const { headers, body } = await request(`${this.#base}/v3/auth/tokens`, {
      method: "POST",
      body: "{}",
      dispatcher: this.#dispatcher,
    });
    await body.dump();
    return String(headers["x-subject-token"]);
  }
}

type Method = "GET" | "POST" | "PUT" | "DELETE";
type Headers = Record<string, string>;

interface Answer {
  readonly status: number;
  readonly body: unknown;
}
