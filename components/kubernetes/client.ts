import pRetry from "p-retry";
import type { Dispatcher } from "undici";
import { request as send } from "undici";
import { reasonOf, UserError } from "../lib/errors.ts";
import { abortable, sleep } from "../lib/wait.ts";
import { ApiError, isTransient, isUnauthenticated } from "./api-error.ts";
import { kubeSystem, otherCluster } from "./cluster-identity.ts";
import { type Connections, isSameIdentity } from "./connections.ts";
import { refusedCredentials } from "./credentials.ts";
import type { ClusterAccess } from "./kubeconfig.ts";
import { readLines } from "./ndjson.ts";
import { withRemedy } from "./permissions.ts";
import { Session } from "./session.ts";
import { isNoResponse, isTlsTrustError } from "./unreachable.ts";

export interface Call {
  method?: Dispatcher.HttpMethod;
  query?: Record<string, string>;
  body?: unknown;
  contentType?: string;
  signal?: AbortSignal;
  /** further attempts after a failure that may pass; default: for about half a minute */
  retries?: number;
  /** whether a 429 is the server's load (default) or an answer to be judged by the caller */
  retry429?: boolean;
}

/** The longest pause in seconds between two attempts that an overloaded server may ask for. */
const longestPause = 30;

/**
 * A server that starts refuses what it has not read its rules for yet: this long after an outage, in ms, a refusal (401,
 * 403) is tried again. Its readiness probe gets 60 s (openshift/cluster-kube-apiserver-operator, pod.yaml).
 */
const restartGrace = 60_000;

/** Timeout in ms of an attempt to get any answer. */
const probeTimeout = 10_000;

/** ms without an event or bookmark until a watch counts as dead (the API server sends a bookmark a minute). */
const watchTimeout = 90_000;

/** What has been heard of the API server since this process first tried. */
export interface Contact {
  /** ms since the epoch, undefined before the first attempt */
  since: number | undefined;
  answered: boolean;
  /** why the last attempt was not answered, undefined when it was or when something else was wrong */
  noResponse: string | undefined;
}

/**
 * The Kubernetes API in plain JSON, for the program and the plugin. The clients of @kubernetes/client-node are not used:
 * they turn times into Date where its watch does not, open a connection a request, take half a second to load, and miss
 * some of kubectl's rules for a kubeconfig.
 */
export class Api {
  readonly server: string;
  readonly contact: Contact = { since: undefined, answered: false, noResponse: undefined };
  /** a proxy may answer in the API server's place */
  readonly proxied: boolean;
  readonly #session: Session;
  readonly #user: ClusterAccess["user"];
  readonly #clusterUid: string | undefined;
  #identity: Promise<void> | undefined;
  #probe: Promise<void> | undefined;
  /** the server has granted a request */
  #accepted = false;
  /** ms since the epoch: when it was last away or not ready */
  #away = -Infinity;

  /** @param clusterUid uid of kube-system: every request to another cluster is refused. undefined: any cluster will do */
  constructor(access: ClusterAccess, clusterUid?: string) {
    this.server = access.cluster.server;
    this.proxied = access.proxy !== undefined;
    this.#session = new Session(access);
    this.#user = access.user;
    this.#clusterUid = clusterUid;
  }

  /**
   * Has the credentials fetched, which a helper may hand out: what goes wrong there is not the API server's doing.
   *
   * @throws CredentialsError, also when the signal ends the wait
   */
  async authenticate(signal: AbortSignal): Promise<void> {
    await this.#session.authenticate(signal);
  }

  /** Ends every request, and a helper that runs: nothing keeps the process alive. A later request connects again. */
  async close(): Promise<void> {
    await this.#session.close();
  }

  /**
   * One request; lost connections, 5xx and overload are retried for about half a minute, with longer
   * pauses where an overloaded server asks for them.
   *
   * @throws ApiError with the server's status and message
   * @throws UserError when it is another cluster, or one whose certificate is not trusted
   */
  async request<T>(path: string, call: Call = {}): Promise<T> {
    const attempt = async (): Promise<T> => {
      await this.#identified(call.signal);
      return await this.#once<T>(path, call);
    };
    if (call.retries === 0) return attempt();
    return pRetry(attempt, {
      retries: call.retries ?? 8,
      minTimeout: 250,
      maxTimeout: 8_000,
      randomize: true,
      ...(call.signal && { signal: call.signal }),
      onFailedAttempt: ({ error, retriesLeft }) => (retriesLeft > 0 ? this.#pause(error, call) : undefined),
      shouldRetry: ({ error }) => this.isPassing(error, call.retry429 ?? true),
    });
  }

  /** An overloaded server says when to ask again (API Priority and Fairness; client-go, rest/request.go, obeys it as well). */
  async #pause(error: unknown, { signal, retry429 }: Call): Promise<void> {
    if (!(error instanceof ApiError) || !this.isPassing(error, retry429 ?? true)) return;
    const seconds = Math.min(error.retryAfter ?? 0, longestPause);
    if (seconds > 0) await sleep(seconds * 1000, signal);
  }

  /** Like isTransient; shortly after an outage, a refusal passes too. */
  isPassing(error: unknown, retry429 = true): boolean {
    const refused = error instanceof ApiError && (error.status === 401 || error.status === 403);
    if (refused) return this.#accepted && Date.now() - this.#away < restartGrace;
    return isTransient(error, retry429);
  }

  /** Tries to get any answer at all, whatever it is; {@link contact} says what came of it. Callers share an attempt. */
  probe(signal: AbortSignal): Promise<void> {
    this.#probe ??= this.#send(kubeSystem, {}, { headersTimeout: probeTimeout, bodyTimeout: probeTimeout })
      .then(({ body }) => body.dump())
      .catch(() => undefined)
      .finally(() => (this.#probe = undefined));
    return abortable(this.#probe, signal);
  }

  /** Like request, undefined on 404. */
  async find<T>(path: string, call: Call = {}): Promise<T | undefined> {
    try {
      return await this.request<T>(path, call);
    } catch (error) {
      if (error instanceof ApiError && error.status === 404) return undefined;
      throw error;
    }
  }

  /** The lines of a watch until the server ends it, once the server has begun to answer. */
  async lines(path: string, query: Record<string, string>, signal: AbortSignal): Promise<AsyncIterable<string>> {
    await this.#identified(signal);
    const limits = { headersTimeout: 30_000, bodyTimeout: watchTimeout };
    const response = await this.#send(path, { query, signal }, limits, "watches");
    if (response.statusCode !== 200) throw await this.#error(response);
    return readLines(response.body);
  }

  /** Once a process, and before anything else is asked; tried again only where no answer came. */
  async #identified(signal: AbortSignal | undefined): Promise<void> {
    const expected = this.#clusterUid;
    if (expected === undefined) return;
    this.#identity ??= this.#identify(expected).catch((error: unknown) => {
      if (!(error instanceof UserError)) this.#identity = undefined;
      throw error;
    });
    await abortable(this.#identity, signal);
  }

  async #identify(expected: string): Promise<void> {
    try {
      const { metadata } = await this.#once<{ metadata: { uid: string } }>(kubeSystem, {});
      if (metadata.uid !== expected)
        throw new UserError(otherCluster(expected, metadata.uid, `API server ${this.server}`));
    } catch (error) {
      if (!(error instanceof ApiError) || error.status >= 500) throw error;
      throw new ApiError(error.status, `which cluster it is cannot be read: ${error.message}`, error.retryAfter);
    }
  }

  async #once<T>(path: string, call: Call): Promise<T> {
    const response = await this.#send(path, call, { headersTimeout: 60_000, bodyTimeout: 60_000 });
    if (response.statusCode >= 300) throw await this.#error(response);
    return (await response.body.json()) as T;
  }

  async #send(
    path: string,
    call: Call,
    limits: { headersTimeout: number; bodyTimeout: number },
    pool: "requests" | "watches" = "requests",
  ): Promise<Dispatcher.ResponseData> {
    this.contact.since ??= Date.now();
    try {
      // a kubeconfig's helper may hang
      const connections = await abortable(this.#session.connections(), call.signal);
      const response = await this.#exchange(path, call, connections, { ...limits, dispatcher: connections[pool] });
      if (response.statusCode !== 401) return response;
      const renewed = await abortable(this.#session.renew(connections), call.signal);
      if (isSameIdentity(renewed, connections)) return response;
      await response.body.dump();
      return await this.#exchange(path, call, renewed, { ...limits, dispatcher: renewed[pool] });
    } catch (error) {
      if (call.signal?.aborted) throw error;
      throw this.#unheard(error);
    }
  }

  async #exchange(
    path: string,
    call: Call,
    { headers }: Connections,
    options: { dispatcher: Dispatcher; headersTimeout: number; bodyTimeout: number },
  ): Promise<Dispatcher.ResponseData> {
    const query = new URLSearchParams(call.query).toString();
    const response = await send(`${this.server}${path}${query && `?${query}`}`, {
      method: call.method ?? "GET",
      headers: {
        ...headers,
        accept: "application/json",
        "user-agent": "openstack-baremetal-compute",
        ...(call.body !== undefined && { "content-type": call.contentType ?? "application/json" }),
      },
      ...(call.body !== undefined && { body: JSON.stringify(call.body) }),
      ...(call.signal && { signal: call.signal }),
      ...options,
    });
    this.#heard(response.statusCode);
    return response;
  }

  #heard(status: number): void {
    this.contact.answered = true;
    this.contact.noResponse = undefined;
    if (status >= 500) this.#away = Date.now();
    else if (status < 300) this.#accepted = true;
  }

  #unheard(error: unknown): unknown {
    this.#away = Date.now();
    this.contact.noResponse = isNoResponse(error, this.proxied) ? reasonOf(error) : undefined;
    if (!isTlsTrustError(error)) return error;
    return new UserError(
      `API server ${this.server}: its certificate is not trusted: ${reasonOf(error)}. ` +
        "Set cluster.ca, or the kubeconfig's certificate-authority, to the CA that signs it.",
      { cause: error },
    );
  }

  async #error(response: Dispatcher.ResponseData): Promise<ApiError> {
    const text = await response.body.text();
    const retryAfter = Number(response.headers["retry-after"]);
    const status = parseStatus(text);
    const message = status.message ?? `HTTP ${response.statusCode}`;
    const isRefused = isUnauthenticated({ status: response.statusCode, message });
    return new ApiError(
      response.statusCode,
      `API server: ${isRefused ? `${message}: ${refusedCredentials(this.#user)}` : withRemedy(message)}`,
      Number.isFinite(retryAfter) ? retryAfter : undefined,
      (status.details?.causes ?? []).flatMap((it) => it.message ?? []),
    );
  }
}

interface Status {
  message?: string;
  details?: { causes?: { message?: string }[] };
}

function parseStatus(text: string): Status {
  try {
    return JSON.parse(text) as Status;
  } catch {
    // a proxy's or a starting server's plain text
    return { message: text.slice(0, 200).trim() };
  }
}
