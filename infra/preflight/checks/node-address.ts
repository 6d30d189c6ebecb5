import { contains } from "../../../components/lib/ip.ts";
import type { Config } from "../../config/load.ts";
import type { Diagnostic } from "../../diagnostics/diagnostic.ts";
import type { PreflightFacts } from "../../discovery/facts.ts";
import { portedWorkers } from "../worker-ports.ts";

/**
 * Whether it is certain which port's address the Node gets: nodeip-configuration takes one whose subnet contains a virtual
 * IP of the API. With several, it takes the first of a Go map, whose order is random at each boot (baremetal-runtimecfg,
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
    problem: `the worker has another port in the subnet of the API's virtual IP (${subnet}), too`,
    expected: "one such port per worker: with several, the Node's address may change from boot to boot",
    remedy: "move this port to another machine network of the cluster, or remove it",
    warning: true as const,
  }));
}
