import { contains } from "../../../components/lib/ip.ts";
import type { Config } from "../../config/load.ts";
import type { Diagnostic } from "../../diagnostics/diagnostic.ts";
import type { PreflightFacts } from "../../discovery/facts.ts";
import type { SubnetFacts } from "../../discovery/read.ts";
import { apiIsElsewhere } from "../api-vips.ts";
import { portedWorkers } from "../worker-ports.ts";

/**
 * Whether it is certain which port's address the Node gets: nodeip-configuration takes one whose subnet contains a virtual
 * IP of the API. With several, it takes the first of a Go map, whose order is random at each boot. Where no subnet contains
 * one, it takes an address of the default route (baremetal-runtimecfg, pkg/utils/addresses.go, AddressesDefault).
 */
export function nodeAddressDiagnostics(config: Config, facts: PreflightFacts): Diagnostic[] {
  const rule = apiIsElsewhere(facts.cluster) ? byDefaultRoute : byApi(facts.cluster.apiVips);
  const doubtful = portedWorkers(config, facts).flatMap(({ ports }) =>
    ports
      .flatMap(({ path, facts: { subnets } }) => {
        const subnet = subnets.find(rule.isCandidate);
        return subnet ? [{ path, subnet }] : [];
      })
      .slice(1),
  );
  const places = new Map(doubtful.map(({ path, subnet }) => [path, subnet.name]));
  return [...places].map(([path, subnet]) => ({
    check: "node-address",
    path,
    problem: rule.problem(subnet),
    expected: "one such port per worker: with several, the Node's address may change from boot to boot",
    remedy: rule.remedy,
    warning: true as const,
  }));
}

/** Which ports may provide the Node's address. */
interface Rule {
  readonly isCandidate: (subnet: SubnetFacts) => boolean;
  readonly problem: (subnet: string) => string;
  readonly remedy: string;
}

const byApi = (vips: readonly string[]): Rule => ({
  isCandidate: ({ cidr }) => vips.some((vip) => contains(cidr, vip)),
  problem: (subnet) => `the worker has another port in the subnet of the API's virtual IP (${subnet}), too`,
  remedy: "move this port to another machine network of the cluster, or remove it",
});

const byDefaultRoute: Rule = {
  isCandidate: ({ gateway }) => gateway !== "",
  problem: (subnet) =>
    `the worker has another port with a default route (${subnet}), too, and the API's virtual IP is in no machine network`,
  remedy: "move this port to a subnet without a gateway, or remove it",
};
