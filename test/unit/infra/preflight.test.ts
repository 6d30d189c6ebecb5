import { expect, test } from "@jest/globals";
import { contains } from "../../../infra/cidr.ts";
import { type Config, parseConfig } from "../../../infra/config.ts";
import { type PreflightFacts, preflight } from "../../../infra/preflight.ts";

const cluster: PreflightFacts["cluster"] = {
  infraId: "lab-7x2kq",
  uid: "0",
  version: "v1.34.1",
  apiVips: ["10.0.0.5"],
  ingressVips: ["10.0.0.7"],
  machineNetworks: ["10.0.0.0/16"],
  machineConfigServer: { url: "https://10.0.0.5:22623", authorities: ["data:;base64,QQ=="] },
  machineConfigPools: ["master", "worker"],
  servingNodes: [],
};

const extraSpecs = {
  "resources:CUSTOM_BAREMETAL": "1",
  "resources:VCPU": "0",
  "resources:MEMORY_MB": "0",
  "resources:DISK_GB": "0",
};

const cloud: PreflightFacts["cloud"] = {
  network: { id: "n", name: "net" },
  subnet: { id: "s", name: "sub", networkId: "n", cidr: "10.0.0.0/24", gateway: "10.0.0.1", dhcp: true },
  pools: [
    { flavor: { id: "f", name: "baremetal", extraSpecs }, image: { id: "i", name: "rhcos" }, securityGroupIds: [] },
  ],
};

const objectStore: PreflightFacts["objectStore"] = { url: "https://swift/v1/AUTH_a", region: "r", ca: undefined };

function config(pool: object = {}): Config {
  const parsed = parseConfig({
    cloud: "lab",
    machineNetwork: { network: "net", subnet: "sub" },
    pools: [{ name: "metal", replicas: 1, flavor: "baremetal", image: "rhcos", ...pool }],
  });
  if (!parsed.config) throw new Error(JSON.stringify(parsed.faults));
  return parsed.config;
}

const facts = (change: {
  cluster?: Partial<PreflightFacts["cluster"]>;
  subnet?: Partial<PreflightFacts["cloud"]["subnet"]>;
  specs?: Record<string, string>;
  ca?: string;
}): PreflightFacts => ({
  cluster: { ...cluster, ...change.cluster },
  cloud: {
    ...cloud,
    subnet: { ...cloud.subnet, ...change.subnet },
    pools: cloud.pools.map((one) => ({ ...one, flavor: { ...one.flavor, extraSpecs: change.specs ?? extraSpecs } })),
  },
  objectStore: { ...objectStore, ca: change.ca },
});

const plain = facts({});
const certificates = (count: number): string =>
  Array.from(
    { length: count },
    (_, i) => `-----BEGIN CERTIFICATE-----\n${String(i).repeat(900)}\n-----END CERTIFICATE-----\n`,
  ).join("");

const cases: [check: string, bad: [Config, PreflightFacts], twin: [Config, PreflightFacts]][] = [
  ["subnet-of-network", [config(), facts({ subnet: { networkId: "other" } })], [config(), plain]],
  [
    "machine-network",
    [config(), facts({ subnet: { cidr: "10.1.0.0/24" } })],
    [config(), facts({ subnet: { cidr: "10.0.0.0/16" } })],
  ],
  [
    "machine-network",
    [config(), facts({ cluster: { machineNetworks: [] }, subnet: { cidr: "10.0.1.0/24" } })],
    [config(), facts({ cluster: { machineNetworks: [] } })],
  ],
  ["machine-network", [config(), facts({ cluster: { apiVips: ["10.0.9.5"] } })], [config(), plain]],
  ["dhcp", [config(), facts({ subnet: { dhcp: false } })], [config(), facts({ subnet: { dhcp: true } })]],
  ["fixed-ips", [config({ fixedIps: ["10.0.1.20"] }), plain], [config({ fixedIps: ["10.0.0.20"] }), plain]],
  ["fixed-ips", [config({ fixedIps: ["10.0.0.1"] }), plain], [config({ fixedIps: ["10.0.0.2"] }), plain]],
  ["fixed-ips", [config({ fixedIps: ["10.0.0.5"] }), plain], [config({ fixedIps: ["10.0.0.6"] }), plain]],
  ["fixed-ips", [config({ fixedIps: ["10.0.0.7"] }), plain], [config({ fixedIps: ["10.0.0.8"] }), plain]],
  ["fixed-ips", [config({ fixedIps: ["10.0.0.255"] }), plain], [config({ fixedIps: ["10.0.0.254"] }), plain]],
  [
    "machine-config-pool",
    [config({ ignition: { machineConfigPool: "wroker" } }), plain],
    [config({ ignition: { machineConfigPool: "worker" } }), plain],
  ],
  ["flavor", [config(), facts({ specs: {} })], [config(), plain]],
  ["flavor", [config(), facts({ specs: { ...extraSpecs, "resources:CUSTOM_B": "1" } })], [config(), plain]],
  ["flavor", [config(), facts({ specs: { ...extraSpecs, "resources:CUSTOM_BAREMETAL": "2" } })], [config(), plain]],
  ["flavor", [config(), facts({ specs: { ...extraSpecs, "resources:MEMORY_MB": "1024" } })], [config(), plain]],
  ["node-name", [config({ name: "m".repeat(52) }), plain], [config({ name: "m".repeat(51) }), plain]],
  ["user-data", [config(), facts({ ca: certificates(40) })], [config(), facts({ ca: certificates(3) })]],
];

test.each(cases)("%s is found, and its twin passes", (check, bad, twin) => {
  expect(preflight(...bad).map((fault) => fault.check)).toEqual([check]);
  expect(preflight(...twin)).toEqual([]);
});

test("all faults come at once", () => {
  const bad = facts({ subnet: { dhcp: false, networkId: "other" }, specs: {} });
  expect(preflight(config({ fixedIps: ["10.0.0.1"] }), bad).map((fault) => fault.check)).toEqual([
    "subnet-of-network",
    "dhcp",
    "fixed-ips",
    "flavor",
  ]);
});

test("an address is in a network only of its own family", () => {
  expect(contains("10.0.0.0/24", "10.0.0.9")).toBe(true);
  expect(contains("10.0.0.0/24", "10.0.1.9")).toBe(false);
  expect(contains("10.0.0.0/24", "fd00::1")).toBe(false);
  expect(contains("fd00::/64", "fd00::1")).toBe(true);
});
