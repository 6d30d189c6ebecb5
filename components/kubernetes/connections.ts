import { Agent, type Dispatcher, ProxyAgent } from "undici";
import type { Identity } from "./credentials.ts";
import type { ClusterAccess } from "./kubeconfig.ts";
import { pemOf } from "./kubeconfig/rules.ts";

/**
 * Requests under way at once, each on a TLS connection of its own. The API server's limits are 400 reads and 200 writes
 * for all of its clients together (kube-apiserver, --max-requests-inflight and --max-mutating-requests-inflight).
 */
const parallelRequests = 32;

/** A connection without a request is kept this long, in ms. */
const keepAliveTimeout = 30_000;

/** TCP keep-alive, ms: undici's own minute may come after a load balancer's idle timeout; Go's is 30 s too. */
const keepAliveInitialDelay = 30_000;

/** What carries requests to the API server, and what they say of who sends them. */
export interface Connections {
  readonly requests: Dispatcher;
  /** a pool of its own: watches stay, and must not keep requests waiting */
  readonly watches: Dispatcher;
  readonly headers: Identity["headers"];
  readonly tls: Tls;
}

interface Tls {
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
  readonly servername?: string;
  readonly rejectUnauthorized?: boolean;
}

/**
 * Connections for an identity, with the former pools where the certificates are the same. Pools of another certificate or
 * authority replace them, as in client-go (transport/cert_rotation.go).
 */
export async function connect(
  access: ClusterAccess,
  { headers, cert, key }: Identity,
  former: Connections | undefined,
): Promise<Connections> {
  const { tlsServerName, insecure, authority } = access.cluster;
  const ca = pemOf(authority);
  const tls: Tls = {
    ...(ca !== undefined && { ca }),
    ...(cert !== undefined && { cert }),
    ...(key !== undefined && { key }),
    ...(tlsServerName !== "" && { servername: tlsServerName }),
    ...(insecure && { rejectUnauthorized: false }),
  };
  if (former && isSame(former.tls, tls)) return { ...former, headers };
  const socks = await socksDispatcher(access, tls);
  const pools = {
    requests: socks ?? dispatcher(access, tls, { connections: parallelRequests }),
    watches: socks ?? dispatcher(access, tls, {}),
  };
  if (former) retire(former);
  return { ...pools, headers, tls };
}

const isSame = (one: object, other: object): boolean => JSON.stringify(one) === JSON.stringify(other);

/** Whether a request says the same of its sender over both. */
export function isSameIdentity(one: Connections, other: Connections): boolean {
  return one.requests === other.requests && isSame(one.headers, other.headers);
}

/** Requests under way end by themselves; watches begin again on the new connections. */
function retire({ requests, watches }: Connections): void {
  void requests.close();
  void watches.destroy();
}

/** Ends every request under way: nothing is left that keeps the process alive. */
export async function disconnect({ requests, watches }: Connections): Promise<void> {
  await Promise.all([requests.destroy(), watches.destroy()]);
}

/**
 * Without HTTP/2: when the API server's address moves and the former one is silent, a request that times out ends its
 * connection, and the next one begins at the new address. Of an HTTP/2 session only the stream would end, and undici would
 * keep the session for as long again (client-h2.js, probeHttp2Session): a watch would be away for three minutes.
 */
function dispatcher({ proxy }: ClusterAccess, tls: Tls, limit: { connections?: number }): Dispatcher {
  const socket = { keepAlive: true, keepAliveInitialDelay };
  const options = { ...limit, keepAliveTimeout, allowH2: false };
  if (proxy === undefined) return new Agent({ ...options, connect: { ...tls, ...socket } });
  return new ProxyAgent({ ...options, uri: proxy, requestTls: tls, connect: socket });
}

/** Only @kubernetes/client-node has a connector for SOCKS 4 and 5. It is loaded for that alone. */
async function socksDispatcher({ proxy, cluster }: ClusterAccess, tls: Tls): Promise<Dispatcher | undefined> {
  if (proxy?.startsWith("socks") !== true) return undefined;
  const { KubeConfig } = await import("@kubernetes/client-node/dist/config.js");
  const config = new KubeConfig();
  const base64 = (pem: string): string => Buffer.from(pem).toString("base64");
  config.loadFromClusterAndUser(
    {
      name: cluster.name,
      server: cluster.server,
      proxyUrl: proxy,
      skipTLSVerify: cluster.insecure,
      ...(tls.ca !== undefined && { caData: base64(tls.ca) }),
      ...(tls.servername !== undefined && { tlsServerName: tls.servername }),
    },
    {
      name: "user",
      ...(tls.cert !== undefined && { certData: base64(tls.cert) }),
      ...(tls.key !== undefined && { keyData: base64(tls.key) }),
    },
  );
  const found: Dispatcher[] = [];
  const context = { setHeaderParam: () => undefined, setDispatcher: (it: Dispatcher) => void found.push(it) };
  await config.applySecurityAuthentication(context as never);
  return found[0];
}
