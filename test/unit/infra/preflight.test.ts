import { expect, test } from "@jest/globals";
import { contains } from "../../../infra/cidr.ts";
import { type Config, parseConfig } from "../../../infra/config.ts";
import { type PreflightFacts, preflight } from "../../../infra/preflight.ts";
import { extraSpecs, factsOf } from "./preflight-facts.ts";

function config(pool: object = {}): Config {
  const parsed = parseConfig({
    cloud: "lab",
    machineNetwork: { network: "net", subnet: "sub" },
    pools: [{ name: "metal", replicas: 1, flavor: "baremetal", image: "rhcos", ...pool }],
  });
  if (!parsed.config) throw new Error(JSON.stringify(parsed.faults));
  return parsed.config;
}

const plain = factsOf({});
const certificates = (count: number): string =>
  Array.from(
    { length: count },
    (_, i) => `-----BEGIN CERTIFICATE-----\n${String(i).repeat(900)}\n-----END CERTIFICATE-----\n`,
  ).join("");

const cases: [check: string, bad: [Config, PreflightFacts], twin: [Config, PreflightFacts]][] = [
  ["subnet-of-network", [config(), factsOf({ subnet: { networkId: "other" } })], [config(), plain]],
  [
    "machine-network",
    [config(), factsOf({ subnet: { cidr: "10.1.0.0/24" } })],
    [config(), factsOf({ subnet: { cidr: "10.0.0.0/16" } })],
  ],
  [
    "machine-network",
    [config(), factsOf({ cluster: { machineNetworks: [] }, subnet: { cidr: "10.0.1.0/24" } })],
    [config(), factsOf({ cluster: { machineNetworks: [] } })],
  ],
  ["machine-network", [config(), factsOf({ cluster: { apiVips: ["10.0.9.5"] } })], [config(), plain]],
  ["dhcp", [config(), factsOf({ subnet: { dhcp: false } })], [config(), factsOf({ subnet: { dhcp: true } })]],
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
  ["flavor", [config(), factsOf({ specs: {} })], [config(), plain]],
  ["flavor", [config(), factsOf({ specs: { ...extraSpecs, "resources:CUSTOM_B": "1" } })], [config(), plain]],
  ["flavor", [config(), factsOf({ specs: { ...extraSpecs, "resources:CUSTOM_BAREMETAL": "2" } })], [config(), plain]],
  ["flavor", [config(), factsOf({ specs: { ...extraSpecs, "resources:MEMORY_MB": "1024" } })], [config(), plain]],
  ["node-name", [config({ name: "m".repeat(52) }), plain], [config({ name: "m".repeat(51) }), plain]],
  ["user-data", [config(), factsOf({ ca: certificates(40) })], [config(), factsOf({ ca: certificates(3) })]],
];

test.each(cases)("%s is found, and its twin passes", (check, bad, twin) => {
  expect(preflight(...bad).map((fault) => fault.check)).toEqual([check]);
  expect(preflight(...twin)).toEqual([]);
});

test("all faults come at once", () => {
  const bad = factsOf({ subnet: { dhcp: false, networkId: "other" }, specs: {} });
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
