import { once } from "node:events";
import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { pipeline } from "node:stream/promises";
import { Agent, fetch, type Response } from "undici";
import { selfSigned } from "../../support/authority.ts";
import { isWatch } from "./answers.ts";
import { bodyOf, parsed } from "./bodies.ts";
import { type Exchange, recordedOrigin } from "./recording.ts";
import { zeros } from "./strip.ts";
import type { Site } from "./world.ts";

/** A service behind the proxy. */
export interface Upstream {
  /** path of the proxy below which it is served, e.g. `/compute`; empty: at the root, if no other one fits */
  readonly prefix: string;
  readonly origin: string;
  /** PEM that signs its certificate; undefined: it speaks plain HTTP */
  readonly ca: string | undefined;
}

export interface RecordingProxy extends Site {
  /** What is asked through the proxy while the work is done. */
  record(work: () => Promise<unknown>): Promise<Exchange[]>;
  stop(): void;
}

/** Headers of one connection, or that whoever sends sets itself. */
const ofConnection = /^(host|connection|keep-alive|transfer-encoding|accept-encoding|content-encoding)$/;

/** Headers that a client may look at. */
const recordedHeaders =
  /^(content-type|etag|last-modified|accept-ranges|x-timestamp|(x-)?openstack-\S*api-version|x-(container|object)-\S+)$/;

/** Its value is a secret; whether it is there is not. */
const keyHeader = "x-container-meta-temp-url-key";

/** The length is of the text without the proxy's addresses; only HEAD has to state it. */
const isLength = (name: string, method: string): boolean => name === "content-length" && method !== "HEAD";

function headersOf(response: Response, method: string): [string, string][] {
  return [...response.headers].filter(([name]) => !ofConnection.test(name) && !isLength(name, method));
}

function recorded(headers: readonly [string, string][], method: string): Record<string, string> {
  const kept = headers.filter(
    ([name]) => recordedHeaders.test(name) || (name === "content-length" && method === "HEAD"),
  );
  return Object.fromEntries(kept.map(([name, value]) => [name, name === keyHeader ? zeros(value) : value]));
}

/** A proxy in front of cloud and cluster that writes down what is asked and answered. */
class Recorder {
  readonly #upstreams: readonly Upstream[];
  readonly #agents: ReadonlyMap<string | undefined, Agent>;
  readonly #origin: string;
  exchanges: Exchange[] = [];

  constructor(upstreams: readonly Upstream[], origin: string) {
    this.#upstreams = upstreams;
    this.#origin = origin;
    this.#agents = new Map(upstreams.map(({ ca }) => [ca, new Agent({ connect: ca === undefined ? {} : { ca } })]));
  }

  #upstreamOf(url: string): Upstream {
    const found = this.#upstreams.find(({ prefix }) => prefix !== "" && url.startsWith(`${prefix}/`));
    const upstream = found ?? this.#upstreams.find(({ prefix }) => prefix === "");
    if (!upstream) throw new Error(`nothing is served at ${url}`);
    return upstream;
  }

  /** The catalog and the links of the services lead through the proxy. */
  #throughProxy(text: string): string {
    return this.#upstreams
      .filter(({ prefix }) => prefix !== "")
      .reduce((all, { origin, prefix }) => all.replaceAll(origin, `${this.#origin}${prefix}`), text);
  }

  #send(request: IncomingMessage, body: string): Promise<Response> {
    const { method = "", url = "", headers } = request;
    const { origin, prefix, ca } = this.#upstreamOf(url);
    const agent = this.#agents.get(ca);
    return fetch(`${origin}${url.slice(prefix.length)}`, {
      method,
      headers: Object.entries(headers)
        .filter(([name]) => !ofConnection.test(name))
        .map(([name, value]): [string, string] => [name, String(value)]),
      ...(body !== "" && { body }),
      ...(agent && { dispatcher: agent }),
      redirect: "manual",
    });
  }

  async forward(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = "", url = "" } = request;
    const body = await bodyOf(request);
    const answer = await this.#send(request, body);
    const headers = headersOf(answer, method);
    if (isWatch(url) && answer.body) {
      response.writeHead(answer.status, Object.fromEntries(headers));
      await pipeline(answer.body, response);
      return;
    }
    const text = this.#throughProxy(await answer.text());
    response.writeHead(answer.status, Object.fromEntries(headers)).end(text);
    const isLogin = url.endsWith("/auth/tokens");
    this.exchanges.push({
      method,
      path: url,
      ...(body !== "" && !isLogin && { request: parsed(body) }),
      status: answer.status,
      headers: recorded(headers, method),
      ...(text !== "" && { body: parsed(text.replaceAll(this.#origin, recordedOrigin)) }),
    });
  }
}

export async function startRecordingProxy(upstreams: readonly Upstream[]): Promise<RecordingProxy> {
  const authority = await selfSigned();
  const server = createServer(authority);
  await once(server.listen(0, "127.0.0.1"), "listening");
  const { port } = server.address() as AddressInfo;
  const origin = `https://127.0.0.1:${port}`;
  const recorder = new Recorder(upstreams, origin);
  server.on("request", (request, response) => {
    recorder.forward(request, response).catch((error: unknown) => {
      // a watch: its client has ended it
      if (response.headersSent) return;
      console.error(`${request.method} ${request.url}: ${String(error)}`);
      response.writeHead(502).end();
    });
  });
  return {
    origin,
    ca: authority.cert,
    async record(work) {
      recorder.exchanges = [];
      await work();
      return recorder.exchanges;
    },
    stop() {
      server.closeAllConnections();
      server.close();
    },
  };
}
