import { proxyFor } from "../lib/proxy.ts";

/** How a machine reaches what Ignition fetches. */
export interface IgnitionProxy {
  /** URL of the proxy for http; undefined: none */
  readonly httpProxy?: string | undefined;
  /** URL of the proxy for https; undefined: none */
  readonly httpsProxy?: string | undefined;
  /** hosts, domains and networks that are reached without a proxy, as in NO_PROXY */
  readonly noProxy: readonly string[];
}

/** The section of an Ignition config; a config that it merges inherits it (coreos/ignition, internal/exec/engine.go, renderConfig). */
export const proxySection = (proxy: IgnitionProxy | undefined): { proxy?: Partial<IgnitionProxy> } =>
  proxy === undefined
    ? {}
    : {
        proxy: {
          ...(proxy.httpProxy !== undefined && { httpProxy: proxy.httpProxy }),
          ...(proxy.httpsProxy !== undefined && { httpsProxy: proxy.httpsProxy }),
          ...(proxy.noProxy.length > 0 && { noProxy: proxy.noProxy }),
        },
      };

/** The proxy by which a machine fetches from a URL; undefined: none. Ignition goes by Go's rules, too (internal/resource/http.go). */
export const machineProxy = ({ httpProxy, httpsProxy, noProxy }: IgnitionProxy, url: string): string | undefined =>
  proxyFor(url, { HTTP_PROXY: httpProxy, HTTPS_PROXY: httpsProxy, NO_PROXY: noProxy.join(",") });
