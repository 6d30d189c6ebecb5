import { machineProxy } from "../../../components/ignition/proxy.ts";
import type { Config } from "../../config/load.ts";
import { poolPath } from "../../config/paths.ts";
import { type Diagnostic, diagnosticOf } from "../../diagnostics/diagnostic.ts";
import type { PreflightFacts } from "../../discovery/facts.ts";

const ignitionDiagnostic = diagnosticOf("ignition");

/** A warning for each pool whose machines ask a proxy for the Machine Config Server, which few proxies allow. */
export function ignitionProxyDiagnostics(
  { pools }: Pick<Config, "pools">,
  { cluster }: Pick<PreflightFacts, "cluster">,
): Diagnostic[] {
  const { url } = cluster.machineConfigServer;
  return pools.flatMap(({ name, ignition: { proxy } }) => {
    const through = proxy && machineProxy(proxy, url);
    if (through === undefined) return [];
    const host = new URL(url).hostname.replace(/^\[|\]$/g, "");
    return ignitionDiagnostic({
      path: `${poolPath(name)}.ignition.proxy.noProxy`,
      problem: `the machines fetch from the Machine Config Server at ${url} through ${through}`,
      expected: "a connection without a proxy: it is in the machines' own network, and a proxy seldom allows its port",
      remedy: `add ${host} to it; if the proxy does allow it, skip the check: preflight.skip: [ignition]`,
      warning: true,
    });
  });
}
