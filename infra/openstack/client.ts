import { rootCertificates } from "node:tls";
import { Agent, fetch } from "undici";
import type { z } from "zod";
import { Problem, reasonOf } from "../problem.ts";
import { type Cloud, readCloud } from "./clouds-yaml.ts";
import { authenticate, endpointOf, type Token } from "./keystone.ts";

/** Reads of the cloud for which @pulumi/openstack has no function, as the user of a clouds.yaml entry. */
export class CloudClient {
  readonly token: Token;
  readonly #cloud: Cloud;
  readonly #name: string;

  private constructor(cloud: Cloud, name: string, token: Token) {
    this.#cloud = cloud;
    this.#name = name;
    this.token = token;
  }

  /** Throws a Problem when the entry, the credentials or the identity service do not work. */
  static async login(name: string, signal: AbortSignal): Promise<CloudClient> {
    const cloud = await readCloud(name);
    return new CloudClient(cloud, name, await authenticate(cloud, name, signal));
  }

  /**
   * The JSON that a service answers.
   *
   * @param type of the service in the catalog, as `compute`
   * @param path below the service's public endpoint, as `/servers`
   * @throws Problem when there is no such service or no answer of that shape
   */
  async get<T extends z.ZodType>(type: string, path: string, schema: T, signal: AbortSignal): Promise<z.output<T>> {
    const url = `${endpointOf(this.token, this.#name, type, this.#cloud.region)}${path}`;
    const ca = this.#cloud.ca === undefined ? undefined : [...rootCertificates, this.#cloud.ca];
    const dispatcher = new Agent({ connect: { rejectUnauthorized: this.#cloud.verify, ...(ca && { ca }) } });
    try {
      const headers = { "x-auth-token": this.token.id, accept: "application/json" };
      const response = await fetch(url, { headers, dispatcher, signal });
      if (!response.ok) throw new Error(`HTTP ${response.status}`);
      return schema.parse(await response.json());
    } catch (error) {
      const what = `the ${type} service gave no usable answer to GET ${url}: ${reasonOf(error)}`;
      const fix = `check the way to it and the roles of clouds.${this.#name} in clouds.yaml`;
      throw new Problem([{ check: "cloud", path: "cloud", what, expected: "an answer", fix }], { cause: error });
    } finally {
      await dispatcher.close();
    }
  }
}
