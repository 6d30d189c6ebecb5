import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import type { KubeConfig } from "@kubernetes/client-node";
import pRetry from "p-retry";
import type { Dispatcher } from "undici";
import { request as send } from "undici";

/** An answer of the API server that is not a success. */
export class ApiError extends Error {
  readonly status: number;
  /** seconds, from Retry-After */
  readonly retryAfter: number | undefined;
  /** messages of status.details.causes, as an eviction refused by a disruption budget has */
  readonly causes: string[];

  constructor(status: number, message: string, retryAfter?: number, causes: string[] = []) {
    super(message);
    this.name = "ApiError";
    this.status = status;
    this.retryAfter = retryAfter;
    this.causes = causes;
  }
}

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

/** Credentials that a kubeconfig's helper hands out are asked for again after this time, in ms. */
const credentialLifetime = 60_000;

/** A watch that says nothing for this long, bookmarks included, is taken for dead, in ms (the API server sends a bookmark a minute). */
const watchSilence = 90_000;

/**
 * The Kubernetes API in plain JSON, with the kubeconfig's authentication, TLS and proxy by @kubernetes/client-node. Its
 * generated clients are not used: they turn times into Date where its watch does not, and open a connection a request.
 */
export class Api {
  readonly server: string;
  readonly #config: KubeConfig;
  #access: { headers: Record<string, string>; dispatcher: Dispatcher | undefined; until: number } | undefined;

  constructor(config: KubeConfig) {
    this.#config = config;
    this.server = (config.getCurrentCluster()?.server ?? "").replace(/\/$/, "");
  }

  /**
   * One request; lost connections, 5xx and overload are retried for about half a minute.
   *
   * @throws ApiError with the server's status and message
   */
  async request<T>(path: string, call: Call = {}): Promise<T> {
    return pRetry(() => this.#once<T>(path, call), {
      retries: call.retries ?? 8,
      minTimeout: 250,
      maxTimeout: 8_000,
      ...(call.signal && { signal: call.signal }),
      shouldRetry: ({ error }) => isTransient(error, call.retry429 ?? true),
    });
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
    const response = await this.#send(path, { query, signal }, { headersTimeout: 30_000, bodyTimeout: watchSilence });
    if (response.statusCode !== 200) throw await this.#error(response);
    return linesOf(response.body);
  }

  async #once<T>(path: string, call: Call): Promise<T> {
    const response = await this.#send(path, call, { headersTimeout: 60_000, bodyTimeout: 60_000 });
    if (response.statusCode >= 300) throw await this.#error(response);
    return (await response.body.json()) as T;
  }

  async #send(path: string, call: Call, limits: { headersTimeout: number; bodyTimeout: number }) {
    const { headers, dispatcher } = await this.#authenticate();
    const query = new URLSearchParams(call.query).toString();
    return send(`${this.server}${path}${query && `?${query}`}`, {
      method: call.method ?? "GET",
      headers: {
        ...headers,
        accept: "application/json",
        "user-agent": "openstack-baremetal-compute",
        ...(call.body !== undefined && { "content-type": call.contentType ?? "application/json" }),
      },
      ...(call.body !== undefined && { body: JSON.stringify(call.body) }),
      ...(dispatcher && { dispatcher }),
      ...(call.signal && { signal: call.signal }),
      ...limits,
    });
  }

  async #authenticate() {
    const now = Date.now();
    if (this.#access && this.#access.until > now) return this.#access;
    const headers: Record<string, string> = {};
    let dispatcher = this.#access?.dispatcher;
    const context = {
      setHeaderParam: (key: string, value: string) => void (headers[key] = value),
      // a dispatcher is a pool of connections: one is kept
      setDispatcher: (it: Dispatcher) => void (dispatcher ??= it),
    };
    await this.#config.applySecurityAuthentication(context as never);
    this.#access = { headers, dispatcher, until: now + credentialLifetime };
    return this.#access;
  }

  async #error(response: Dispatcher.ResponseData): Promise<ApiError> {
    // a client certificate may have been rotated: the next request takes everything anew
    if (response.statusCode === 401) this.#access = undefined;
    const text = await response.body.text();
    const retryAfter = Number(response.headers["retry-after"]);
    const status = parseStatus(text);
    return new ApiError(
      response.statusCode,
      `API server: ${status.message ?? `HTTP ${response.statusCode}`}`,
      Number.isFinite(retryAfter) ? retryAfter : undefined,
      (status.details?.causes ?? []).flatMap((it) => it.message ?? []),
    );
  }
}

async function* linesOf(body: Readable): AsyncGenerator<string> {
  const lines = createInterface({ input: body, crlfDelay: Infinity });
  // readline does not pass on an error of its input
  const failed = new Promise<never>((_, reject) => body.once("error", reject));
  failed.catch(() => undefined);
  const iterator = lines[Symbol.asyncIterator]();
  try {
    for (;;) {
      const next = await Promise.race([iterator.next(), failed]);
      if (next.done) return;
      yield next.value;
    }
  } finally {
    lines.close();
    body.destroy();
  }
}

/** The server is not the one that the kubeconfig trusts: no retry heals that. */
const distrust = /^(ERR_TLS_|CERT_|SELF_SIGNED_|DEPTH_ZERO_|UNABLE_TO_)/;

/** A lost connection, an answer of a server that starts or stops, or overload: worth another try. */
export function isTransient(error: unknown, retry429 = true): boolean {
  if (error instanceof ApiError) return error.status >= 500 || (error.status === 429 && retry429);
  return (
    error instanceof Error && !distrust.test((error as NodeJS.ErrnoException).code ?? "") && error.name !== "AbortError"
  );
}

/** What the server or the network said, without anything that was sent. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const code = (error as NodeJS.ErrnoException).code;
  // several addresses tried in vain: the message is empty, the code is not
  return error.message === "" ? (code ?? error.name) : error.message;
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
