import { contains } from "../../../components/lib/ip.ts";
import type { Config } from "../../config/load.ts";
import type { Diagnostic } from "../../diagnostics/diagnostic.ts";
import type { PreflightFacts } from "../../discovery/facts.ts";
import { portedWorkers } from "../worker-ports.ts";

/**
 * Whether it is certain which port's address the Node gets: nodeip-configuration takes one whose subnet holds a virtual
 * address of the API, and of several the first of a Go map, which is in no order, at each boot anew (baremetal-runtimecfg,
 * pkg/utils/addresses.go).
 */
export function nodeAddressDiagnostics(config: Config, facts: PreflightFacts): Diagnostic[] {
  const vips = facts.cluster.apiVips;
  const doubtful = portedWorkers(config, facts).flatMap(({ ports }) =>
    ports.filter(({ facts: { subnet } }) => vips.some((vip) => contains(subnet.cidr, vip))).slice(1),
  );
  const places = new Map(doubtful.map(({ path, facts: { subnet } }) => [path, subnet.name]));
  return [...places].map(([path, subnet]) => ({
    check: "node-address",
    path,
    problem: `it is not the worker's only port in the subnet of the API's address (${subnet})`,
    expected:
      "one such port: of several, OpenShift gives the Node the address of any, at the next boot perhaps of another",
    remedy: "name another machine network of the cluster for it, or leave the port out",
    warning: true as const,
  }));
}
