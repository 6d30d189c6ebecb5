import { rootCertificates } from "node:tls";
import { fetch, type Headers, type RequestInit, type Response } from "undici";
import type { z } from "zod";
import { reasonOf } from "../lib/errors.ts";
import { timeoutSignal } from "../lib/timer.ts";
import { cloudCause } from "./cause.ts";
import type { CloudIdentity } from "./cloud-identity.ts";
import { type Cloud, readCloud, type Surroundings } from "./clouds-yaml.ts";
import { entryName } from "./environment.ts";
import { CloudError, HttpError } from "./error.ts";
import { authenticate, endpointOf, objectStore, regionOf, type Token } from "./keystone.ts";
import { dispatcherOf } from "./proxy.ts";

/** A service refused the token, which has expired or was revoked. */
const isTokenRefused = (error: unknown): boolean => error instanceof HttpError && error.status === 401;

type Headings = Readonly<Record<string, string>>;

type Trust = Pick<Cloud, "ca" | "verify">;

/** Seconds that a new token may take in the middle of a command. */
const renewalTimeout = 30;

/**
 * Requests to the cloud for which @pulumi/openstack has no function, as the user of a clouds.yaml entry. It logs in once,
 * and again when a service refuses the token: an `up` may outlive its first one.
 */
export class CloudClient {
  #token: Token;
  #renewal: Promise<void> | undefined;
  #cloud: Cloud;
  readonly #name: string;
  readonly #around: Surroundings | undefined;

  private constructor(cloud: Cloud, token: Token, name: string, around: Surroundings | undefined) {
    this.#cloud = cloud;
    this.#token = token;
    this.#name = name;
    this.#around = around;
  }

  /** Throws a CloudError when the entry, the credentials or the identity service do not work. */
  static async login(name: string, signal: AbortSignal, around?: Surroundings): Promise<CloudClient> {
    const cloud = await readCloud(name, around);
    const token = await authenticate(cloud, name, signal);
    if (token.project) return new CloudClient(cloud, token, name, around);
    throw new CloudError({
      problem: `the token of cloud "${name}" belongs to no project`,
      expected: "a project: servers and ports belong to one",
      remedy: `set auth.project_name and auth.project_domain_name of ${entryName(name)}`,
    });
  }

  get token(): Token {
    return this.#token;
  }

  get region(): string | undefined {
    return this.#cloud.region;
  }

  /** The project and the region of the servers. Throws a CloudError if the catalog has no compute service. */
  get identity(): CloudIdentity {
    const region = regionOf(this.#token, this.#name, "compute", this.#cloud);
    return { project: this.#token.project?.id ?? "", region };
  }

  /** Which of the services' endpoints are used: the provider reads it from no entry, so it has to be told. */
  get interface(): Cloud["interface"] {
    return this.#cloud.interface;
  }

  /** A service's URL, as `compute`. Throws a CloudError if the catalog has none. */
  endpoint(type: string): string {
    return endpointOf(this.#token, this.#name, type, this.#cloud);
  }

  /** The object store's public URL of the account; undefined: the catalog has none. */
  objectStore(): { url: string; region: string } | undefined {
    return objectStore(this.#token, this.#cloud.region);
  }

  /** PEM bundle of the cloud's certificate authorities. */
  get ca(): string | undefined {
    return this.#cloud.ca;
  }

  /**
   * The JSON that a service answers.
   *
   * @param type of the service in the catalog, as `compute`
   * @param path below the service's endpoint, as `/servers`
   * @param more headers, as a microversion
   * @throws CloudError when there is no such service or no answer of that shape
   */
  async get<T extends z.ZodType>(
    type: string,
    path: string,
    schema: T,
    signal: AbortSignal,
    more: Headings = {},
  ): Promise<z.output<T>> {
    return this.#call("GET", type, path, signal, async (response) => schema.parse(await response.json()), more);
  }

  /** As {@link get}; undefined if there is nothing at that path (404). */
  async find<T extends z.ZodType>(
    type: string,
    path: string,
    schema: T,
    signal: AbortSignal,
  ): Promise<z.output<T> | undefined> {
    return orUndefinedIf404(this.get(type, path, schema, signal));
  }

  /** The headers of something that a service has; undefined if there is nothing at that path (404). */
  async headers(type: string, path: string, signal: AbortSignal): Promise<Headers | undefined> {
    return orUndefinedIf404(this.#call("HEAD", type, path, signal, ({ headers }) => Promise.resolve(headers)));
  }

  /**
   * Asks a service to delete something. That it is gone already is a success.
   *
   * @throws CloudError when the service does not accept it
   */
  async delete(type: string, path: string, signal: AbortSignal): Promise<void> {
    await orUndefinedIf404(this.#call("DELETE", type, path, signal, () => Promise.resolve()));
  }

  /**
   * Asks a service to do something with what it has. Sent again only when the token was refused: then nothing was done.
   *
   * @throws CloudError when the service does not accept it, or when nobody knows whether it has
   */
  async post(type: string, path: string, body: object, signal: AbortSignal): Promise<void> {
    const content = { "content-type": "application/json" };
    await this.#call("POST", type, path, signal, () => Promise.resolve(), content, JSON.stringify(body));
  }

  /** Changes the metadata of something that a service has, which are headers. @throws CloudError when it does not accept that */
  async postHeaders(type: string, path: string, headers: Headings, signal: AbortSignal): Promise<void> {
    await this.#call("POST", type, path, signal, () => Promise.resolve(), headers);
  }

  async #call<T>(
    method: "GET" | "HEAD" | "DELETE" | "POST",
    type: string,
    path: string,
    signal: AbortSignal,
    read: (response: Response) => Promise<T>,
    more: Headings = {},
    body?: string,
  ): Promise<T> {
    const url = `${this.endpoint(type)}${path}`;
    try {
      return await this.#withToken((own) =>
        this.#send(url, signal, { method, headers: { ...more, ...own }, ...(body !== undefined && { body }) }, read),
      );
    } catch (error) {
      const what = `the ${type} service gave no usable answer to ${method} ${url}: ${reasonOf(error)}`;
      const entry = entryName(this.#name);
      const fix = cloudCause(error, entry)?.remedy ?? `check the way to it and the roles of ${entry}`;
      throw new CloudError({ problem: what, expected: "an answer", remedy: fix, cause: error });
    }
  }

  /** What a service answers of something with the user's token: its status, and whether it has a header, whatever is in it. */
  async head(url: string, header: string, signal: AbortSignal): Promise<{ status: number; has: boolean }> {
    return this.#fetch(url, signal, { method: "HEAD", headers: { "x-auth-token": this.#token.id } }, (response) =>
      Promise.resolve({ status: response.status, has: (response.headers.get(header) ?? "") !== "" }),
    );
  }

  /**
   * Whether something that a service has is said to have a secret, in one of some headers. No value leaves this method but to
   * `isSame`. Throws an HttpError unless the request succeeds.
   */
  async compare(
    url: string,
    headers: readonly string[],
    isSame: (value: string) => boolean,
    signal: AbortSignal,
  ): Promise<"same" | "other" | "none"> {
    const request = { method: "HEAD", headers: { "x-auth-token": this.#token.id } };
    return this.#send(url, signal, request, (response) => {
      const found = headers.flatMap((name) => response.headers.get(name) ?? []).filter((value) => value !== "");
      if (found.length === 0) return Promise.resolve("none");
      return Promise.resolve(found.some(isSame) ? "same" : "other");
    });
  }

  /**
   * The JSON at a public URL of the cloud, verified as a machine does that is sent to that service: it does not know
   * `verify: false`. Throws unless the request succeeds.
   */
  async getPublic<T extends z.ZodType>(url: string, schema: T, signal: AbortSignal): Promise<z.output<T>> {
    const headers = { accept: "application/json" };
    const trust = asMachine(this.#cloud);
    return schema.parse(await this.#send(url, signal, { headers }, (response) => response.json(), trust));
  }

  /** Sends a request with the token, and once more with a new one when that is refused. */
  async #withToken<T>(send: (headers: Headings) => Promise<T>): Promise<T> {
    const { id } = this.#token;
    const headers = (token: string) => ({ accept: "application/json", "x-auth-token": token });
    try {
      return await send(headers(id));
    } catch (error) {
      if (!isTokenRefused(error)) throw error;
      // several requests may be refused at once: one of them renews the token
      if (this.#token.id === id) await (this.#renewal ??= this.#renew());
      return send(headers(this.#token.id));
    }
  }

  async #renew(): Promise<void> {
    try {
      // the credentials may have been rotated meanwhile
      const cloud = await readCloud(this.#name, this.#around);
      this.#token = await authenticate(cloud, this.#name, timeoutSignal(renewalTimeout * 1000));
      this.#cloud = cloud;
    } finally {
      this.#renewal = undefined;
    }
  }

  /** @throws HttpError unless the request succeeds */
  #send<T>(
    url: string,
    signal: AbortSignal,
    request: RequestInit,
    read: (response: Response) => Promise<T>,
    trust?: Trust,
  ): Promise<T> {
    const successful = async (response: Response): Promise<T> => {
      if (!response.ok) throw new HttpError(response.status);
      return read(response);
    };
    return this.#fetch(url, signal, request, successful, trust);
  }

  async #fetch<T>(
    url: string,
    signal: AbortSignal,
    request: RequestInit,
    read: (response: Response) => Promise<T>,
    trust: Trust = this.#cloud,
  ): Promise<T> {
    const dispatcher = dispatcherOf(trust, url);
    try {
      return await read(await fetch(url, { ...request, dispatcher, signal }));
    } finally {
      // a close would wait for a proxy that never answers
      await dispatcher.destroy();
    }
  }
}

/** A machine verifies in any case, and trusts the public authorities besides those of `cacert`. */
const asMachine = ({ ca, verify }: Trust): Trust =>
  verify ? { ca, verify } : { ca: ca && [ca, ...rootCertificates].join("\n"), verify: true };

/** The result of a request; undefined if a service says that what it asks for does not exist. */
async function orUndefinedIf404<T>(request: Promise<T>): Promise<T | undefined> {
  try {
    return await request;
  } catch (error) {
    const cause = error instanceof CloudError ? error.cause : undefined;
    if (cause instanceof HttpError && cause.status === 404) return undefined;
    throw error;
  }
}
