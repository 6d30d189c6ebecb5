import type { KubeConfig } from "@kubernetes/client-node";
import type https from "node:https";
import { Agent, type buildConnector, type Dispatcher, ProxyAgent } from "undici";

/**
 * Requests under way at once, each on a TLS connection of its own. The API server's limits are 400 reads and 200 writes
 * for all of its clients together (kube-apiserver, --max-requests-inflight and --max-mutating-requests-inflight).
 */
const parallelRequests = 32;

/** A connection without a request is kept this long, in ms. */
const keepAliveTimeout = 30_000;

/** What carries requests to the API server, and what they say of who sends them. */
export interface Connections {
  readonly requests: Dispatcher;
  /** a pool of its own: watches stay, and must not keep requests waiting */
  readonly watches: Dispatcher;
  readonly headers: Record<string, string>;
}

/** What the client fills in. */
type Access = Pick<
  https.RequestOptions,
  "ca" | "cert" | "key" | "pfx" | "passphrase" | "rejectUnauthorized" | "servername" | "headers" | "auth"
>;

/**
 * The kubeconfig's TLS, proxy and credentials, by @kubernetes/client-node.
 *
 * @param former whose pools are kept; the credentials are asked for again
 */
export async function connect(config: KubeConfig, former: Connections | undefined): Promise<Connections> {
  const options: Access = {};
  await config.applyToHTTPSOptions(options);
  const headers = { ...(options.headers as Record<string, string> | undefined) };
  if (options.auth) headers["authorization"] = `Basic ${Buffer.from(options.auth).toString("base64")}`;
  if (former) return { ...former, headers };
  const socks = await socksDispatcher(config, options);
  return {
    requests: socks ?? dispatcher(config, options, { connections: parallelRequests }),
    watches: socks ?? dispatcher(config, options, {}),
    headers,
  };
}

/** The client's own dispatchers have no limit, and it makes a new one at every request. */
function dispatcher(config: KubeConfig, options: Access, limit: { connections?: number }): Dispatcher {
  const way = config.createDispatcherOptions(config.getCurrentCluster(), options);
  if (way.type === "none") return new Agent({ ...limit, keepAliveTimeout });
  // these types differ only in that undici's do not allow an option to be there and undefined
  const connect = (way.type === "agent" ? way.connect : way.requestTls) as buildConnector.BuildOptions;
  if (way.type === "agent") return new Agent({ ...limit, keepAliveTimeout, connect });
  return new ProxyAgent({ ...limit, keepAliveTimeout, uri: way.uri, requestTls: connect });
}

/** Only the client's own has the connector for SOCKS. */
async function socksDispatcher(config: KubeConfig, options: Access): Promise<Dispatcher | undefined> {
  if (config.createDispatcherOptions(config.getCurrentCluster(), options).type !== "socks") return undefined;
  const found: Dispatcher[] = [];
  const context = { setHeaderParam: () => undefined, setDispatcher: (it: Dispatcher) => void found.push(it) };
  await config.applySecurityAuthentication(context as never);
  return found[0];
}
