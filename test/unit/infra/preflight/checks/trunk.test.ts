import { describe, expect, test } from "@jest/globals";
import type { NetworkFacts, PortFacts, SubportFacts } from "../../../../../infra/discovery/facts.ts";
import type { PreflightFacts } from "../../../../../infra/preflight/index.ts";
import { answer, configOf, diagnosticsOf, existingPort, factsOf, subnet } from "../../../../support/preflight-facts.ts";

const at = "pools[metal].networks[0].trunk";
const config = configOf({
  networks: [
    {
      trunk: {
        subports: [
          { network: "storage", subnet: "storage-v4", segmentationId: 100 },
          { network: "backup", segmentationId: 200 },
        ],
      },
    },
  ],
});
const storageSubnet = { ...subnet, id: "st4", name: "storage-v4", networkId: "st", cidr: "192.168.0.0/24" };
const storage: NetworkFacts = { id: "st", name: "storage", mtu: 1500 };
const backup: NetworkFacts = { id: "bk", name: "backup", mtu: 1500 };
const placed: [SubportFacts, SubportFacts] = [
  { network: storage, subnets: [storageSubnet] },
  { network: backup, subnets: [] },
];

function factsWith(subports: readonly SubportFacts[], change: Parameters<typeof factsOf>[0] = {}): PreflightFacts {
  const facts = factsOf(change);
  const [pool] = facts.cloud.pools;
  const [port] = pool?.ports ?? [];
  if (!pool || !port) throw new Error("no port");
  const parent: PortFacts = { ...port, subports };
  return { ...facts, cloud: { ...facts.cloud, pools: [{ ...pool, ports: [parent] }] } };
}

const found = (facts: PreflightFacts): string[] =>
  diagnosticsOf(config, facts).map(({ check, path, problem }) => `${check} ${path}: ${problem}`);

test("GIVEN subports in networks outside of the machine networks WHEN they are judged THEN nothing is wrong with them", () => {
  expect(found(factsWith(placed))).toEqual([]);
});

describe("GIVEN a trunk of two subports", () => {
  test("WHEN Neutron has no trunks THEN its key is named, and what to do", () => {
    const facts = factsWith(placed);
    const without = { ...facts, cloud: { ...facts.cloud, trunks: false as const } };
    expect(diagnosticsOf(config, without)).toMatchObject([
      {
        check: "trunk",
        path: at,
        problem: "the cloud's network service has no trunks",
        expected: "Neutron's extension trunk (openstack extension list --network)",
        remedy: expect.stringContaining("remove the key"),
      },
    ]);
    expect(diagnosticsOf(configOf(), { ...factsOf({}), cloud: { ...factsOf({}).cloud, trunks: false } })).toEqual([]);
  });

  test.each<[string, readonly SubportFacts[], string]>([
    [
      "one is in its port's own network",
      [placed[0], { network: { id: "n", name: "net", mtu: 1500 }, subnets: [] }],
      `trunk ${at}.subports[1].network: "net" is the network of the trunk's own port, which the machine has untagged`,
    ],
    [
      "both are in one network",
      [placed[0], { ...placed[1], network: storage }],
      `trunk ${at}.subports[1].network: "storage" is the network of ${at}.subports[0], too`,
    ],
    [
      "one has a larger MTU than its port",
      [placed[0], { ...placed[1], network: { ...backup, mtu: 9000 } }],
      `trunk ${at}.subports[1].network: "backup" has an MTU of 9000, more than the 1500 of "net", the network of the trunk's own port`,
    ],
    [
      "a subnet is of another network",
      [{ ...placed[0], network: { ...storage, id: "other" } }, placed[1]],
      `subnet-of-network ${at}.subports[0].subnet: subnet "storage-v4" does not belong to network "storage"`,
    ],
  ])("WHEN %s THEN its path is named", (_, subports, expected) => {
    expect(found(factsWith(subports))).toEqual([expected]);
  });

  test("WHEN an MTU is not reported THEN nothing is said", () => {
    const unknown = { ...placed[1], network: { ...backup, mtu: undefined } };
    expect(found(factsWith([placed[0], unknown]))).toEqual([]);
  });
});

test("GIVEN a fixed address that a port in a VLAN has WHEN it is judged THEN it is free in the machine network", () => {
  const ofVlan = { networkId: "st", addresses: [{ subnetId: "st4", ip: "10.0.0.20" }] };
  const [trunk] = config.pools[0]?.networks ?? [];
  const fixed = configOf({ networks: [trunk], fixedIps: ["10.0.0.20"] });
  const holder = (change: object) =>
    factsWith(placed, { checks: { ports: answer([existingPort("other", { ...ofVlan, ...change })]) } });
  expect(diagnosticsOf(fixed, holder({}))).toEqual([]);
  expect(diagnosticsOf(fixed, holder({ networkId: "n" }))).toMatchObject([{ check: "fixed-ips" }]);
});

describe("GIVEN a new worker with a trunk of two subports", () => {
  test("WHEN the quota has room for its own port alone THEN all three are counted", () => {
    const facts = factsWith(placed, { checks: { portQuota: answer({ limit: 3, used: 1 }) } });
    expect(found(facts)).toEqual(["quota pools: this update adds 3 ports, but only 2 of the quota of 3 are free"]);
  });

  test("WHEN a subport's subnet is full THEN it is named", () => {
    const full = { ...storageSubnet, allocationPools: [{ start: "192.168.0.9", end: "192.168.0.9" }] };
    const other = { id: "x", name: "x", tags: [], networkId: "st", description: "", allowedAddresses: [] };
    const ports = answer([{ ...other, addresses: [{ subnetId: "st4", ip: "192.168.0.9" }] }]);
    expect(found(factsWith([{ ...placed[0], subnets: [full] }, placed[1]], { checks: { ports } }))).toEqual([
      'free-addresses pools: this update needs 1 addresses of subnet "storage-v4", but only 0 of 1 are free',
    ]);
  });
});
