import { describe, expect, test } from "@jest/globals";
import { plannedChanges, renderPlannedChanges } from "../../../../infra/preflight/changes/plan.ts";
import type { PreflightFacts } from "../../../../infra/preflight/index.ts";
import { poolSpec } from "../../../../infra/pool-spec.ts";
import {
  answer,
  type Change,
  configOf,
  diagnosticsOf,
  existingPort,
  existingServer,
  factsOf,
  owner,
} from "../../../support/preflight-facts.ts";

/** A dual-stack cluster, and one of IPv6 only, as the installer makes them. */
const six = {
  id: "s6",
  name: "sub6",
  cidr: "fd00:1::/64",
  gateway: "fd00:1::1",
  dnsServers: [],
  allocationPools: [{ start: "fd00:1::100", end: "fd00:1::1ff" }],
};
const dualCluster = {
  apiVips: ["10.0.0.5", "fd00:1::5"],
  ingressVips: ["10.0.0.7", "fd00:1::7"],
  machineNetworks: ["10.0.0.0/16", "fd00:1::/64"],
};
const dual = (change: Change = {}): PreflightFacts => factsOf({ cluster: dualCluster, otherSubnets: [six], ...change });
const v6Only = (change: Change = {}): PreflightFacts =>
  factsOf({
    cluster: { apiVips: ["fd00:1::5"], ingressVips: ["fd00:1::7"], machineNetworks: ["fd00:1::/64"] },
    subnet: { ...six, dnsServers: ["fd00:1::10"] },
    ...change,
  });
const named = configOf({}, { machineNetwork: { network: "net", subnet: ["sub", "sub6"] } });

const name = "lab-7x2kq-metal-0";
const shown = (...[config, facts]: Parameters<typeof diagnosticsOf>): string[] =>
  diagnosticsOf(config, facts).map((each) => `${each.check} ${each.path}${each.warning ? " (warning)" : ""}`);

describe("GIVEN the subnets of a cluster WHEN the checks run", () => {
  test.each<[string, string[], string[]]>([
    ["dual-stack", shown(named, dual()), []],
    ["IPv6 only", shown(configOf(), v6Only()), []],
    [
      "dual-stack, with virtual IPs of IPv4 alone",
      shown(named, dual({ cluster: { ...dualCluster, apiVips: ["10.0.0.5"], ingressVips: ["10.0.0.7"] } })),
      [],
    ],
    [
      "dual-stack, an IPv4 subnet alone",
      shown(configOf(), factsOf({ cluster: dualCluster })),
      ["ip-families machineNetwork.subnet (warning)"],
    ],
    [
      "two IPv4 subnets",
      shown(named, factsOf({ otherSubnets: [{ id: "t", name: "rack2", cidr: "10.0.1.0/24" }] })),
      ["machine-network machineNetwork.subnet", "subnet-of-network machineNetwork.subnet"],
    ],
    [
      "an IPv6 subnet of no machine network",
      shown(named, dual({ otherSubnets: [{ ...six, cidr: "fd00:2::/64" }] })),
      ["machine-network machineNetwork.subnet"],
    ],
    [
      "an IPv6 subnet of another network",
      shown(named, dual({ otherSubnets: [{ ...six, networkId: "other" }] })),
      ["subnet-of-network machineNetwork.subnet"],
    ],
    [
      "an IPv6 subnet by SLAAC",
      shown(named, dual({ otherSubnets: [{ ...six, autoAddress: "slaac" }] })),
      ["address-mode machineNetwork.subnet"],
    ],
    [
      "a further port by SLAAC, whose address is not the Node's (that the Nodes are of IPv4 alone, nobody says)",
      shown(
        configOf({ networks: [{}, { network: "net", subnet: "storage6" }] }),
        factsOf({
          cluster: { machineNetworks: ["10.0.0.0/16", "fd00:2::/64"], apiVips: ["10.0.0.5"] },
          more: [{ ...six, id: "t6", cidr: "fd00:2::/64", autoAddress: "slaac" }],
        }),
      ),
      ["ip-families machineNetwork.subnet (warning)"],
    ],
    [
      "an IPv6 subnet without DHCP and gateway",
      shown(named, dual({ otherSubnets: [{ ...six, dhcp: false, gateway: "" }] })),
      ["dhcp machineNetwork.subnet", "gateway machineNetwork.subnet (warning)"],
    ],
    [
      "an IPv6 subnet without the installer's tag, which the IPv4 one has",
      shown(named, dual({ tagged: factsOf({}).cloud.subnets })),
      ["machine-network machineNetwork.subnet"],
    ],
    [
      "no free IPv6 address",
      shown(named, dual({ otherSubnets: [{ ...six, allocationPools: [{ start: "fd00:1::1", end: "fd00:1::0" }] }] })),
      ["free-addresses pools"],
    ],
  ])("%s: THEN they say so", (_, found, expected) => {
    expect(found).toEqual(expected);
  });
});

describe("GIVEN fixed addresses in a dual-stack cluster WHEN the checks run", () => {
  const judged = (fixedIp: string | string[], change: Change = {}): string[] =>
    diagnosticsOf(
      configOf({ fixedIps: [fixedIp] }, { machineNetwork: { network: "net", subnet: ["sub", "sub6"] } }),
      dual(change),
    )
      .filter(({ check }) => check === "fixed-ips")
      .map(({ problem }) => problem);
  const slaac = { otherSubnets: [{ ...six, autoAddress: "slaac" }] };
  const held = existingPort("other", { addresses: [{ subnetId: "s6", ip: "fd00:1::20" }] });
  test.each<[string, string[], string[]]>([
    ["one of each family", judged(["10.0.0.20", "fd00:1::20"]), []],
    ["IPv6 alone", judged("fd00:1::20"), []],
    ["IPv6 of no subnet", judged(["10.0.0.20", "fd00:2::20"]), ["fd00:2::20 is not in fd00:1::/64"]],
    ["the gateway in another spelling", judged("FD00:1:0::1"), ["FD00:1:0::1 is the subnet's gateway"]],
    ["a virtual IP", judged("fd00:1::7"), ["fd00:1::7 is a virtual IP of the cluster"]],
    [
      "IPv6 by SLAAC",
      judged("fd00:1::20", slaac),
      ['fd00:1::20 cannot be chosen: in subnet "sub6" a machine makes its own address (slaac)'],
    ],
    [
      "another port's, in another spelling",
      judged("fd00:1:0::20", { checks: { ports: answer([held]) } }),
      ["fd00:1:0::20 is the address of port other (p)"],
    ],
  ])("%s: THEN they say so", (_, found, expected) => {
    expect(found).toEqual(expected);
  });
});

test("GIVEN a cluster of two families WHEN a pool is declared THEN its ports answer for the ingress of both", () => {
  const [pool] = named.pools;
  if (!pool) throw new Error("no pool");
  const { ports } = poolSpec(pool, 0, dual(), { owner, formerOwners: [] });
  expect(ports[0]?.virtualAddresses).toEqual(["10.0.0.7", "fd00:1::7"]);
  expect(ports[0]?.subnets.map(({ id, isOptional }) => [id, isOptional])).toEqual([
    ["s", false],
    ["s6", false],
  ]);
});

describe("GIVEN a worker with a port of IPv4 alone in a cluster that has become dual-stack WHEN the changes are planned", () => {
  const first = { subnetId: "s", ip: "10.0.0.20" };
  const second = { subnetId: "s6", ip: "fd00:1::20" };
  const lines = (addresses: readonly (typeof first)[], config = configOf(), change: Change = {}): string[] => {
    const port = existingPort(`${name}-port-0`, { description: `worker of ${owner}`, addresses });
    const checks = { servers: answer([existingServer("1", name, owner)]), clusterPorts: answer([port]) };
    const facts = dual({ checks, ...change });
    return renderPlannedChanges(plannedChanges(config, facts));
  };
  const discovered = { areNamed: false };
  const keepsSix = `${name}: kept (port ${name}-port-0 has no address of subnet sub; name its subnets in machineNetwork.subnet to replace the worker)`;
  const keeps = `${name}: kept (port ${name}-port-0 has no address of subnet sub6; name its subnets in machineNetwork.subnet to replace the worker)`;
  const replaces = `${name}: replace, drained (networks[0].subnet sub -> sub, sub6)`;
  test.each<[string, string[], string[]]>([
    ["the subnets are found by their tags: it is kept", lines([first], configOf(), discovered), [keeps]],
    [
      "of IPv6 alone, the subnets are found by their tags: it is kept",
      lines([second], configOf(), discovered),
      [keepsSix],
    ],
    [
      "of neither subnet: it is replaced",
      lines([{ subnetId: "t", ip: "10.0.1.20" }], configOf(), discovered),
      [`${name}: replace, drained (networks[0].subnet t -> sub, sub6)`],
    ],
    ["the config names both: it is replaced", lines([first], named), [replaces]],
    [
      "the config gives it an address of the second: it is replaced",
      lines([first], configOf({ fixedIps: [["10.0.0.20", "fd00:1::20"]] }), discovered),
      [`${name}: replace, drained (networks[0].subnet sub -> sub, sub6, fixedIps[0] none -> fd00:1::20)`],
    ],
    ["it has both already, found by their tags", lines([first, second], configOf(), discovered), []],
    ["it has both already, in whatever order", lines([second, first], named), []],
    [
      "the IPv6 address in another spelling is the same",
      lines([first, second], configOf({ fixedIps: [["10.0.0.20", "FD00:1:0::20"]] }), discovered),
      [],
    ],
  ])("%s", (_, found, expected) => {
    expect(found).toEqual(expected);
  });
});
