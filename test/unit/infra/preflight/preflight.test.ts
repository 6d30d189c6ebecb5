import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { permissions } from "../../../../components/kubernetes/permissions.ts";
import type { Config } from "../../../../infra/config/load.ts";
import { throwIfErrors } from "../../../../infra/diagnostics/diagnostic.ts";
import type { ExistingPort } from "../../../../infra/discovery/facts.ts";
import { added } from "../../../../infra/preflight/checks/capacity.ts";
import type { PreflightFacts } from "../../../../infra/preflight/index.ts";
import {
  answer,
  configOf,
  diagnosticsOf,
  existingPort,
  existingServer,
  extraSpecs,
  factsOf,
  machineOf,
  nodeOf,
  owner,
} from "../../../support/preflight-facts.ts";

const plain = factsOf({});
const certificates = (count: number): string =>
  Array.from(
    { length: count },
    (_, i) => `-----BEGIN CERTIFICATE-----\n${String(i).repeat(900)}\n-----END CERTIFICATE-----\n`,
  ).join("");

const worker = "lab-7x2kq-metal-0";
const tag = "openshiftClusterID=lab-7x2kq";
const flavored = (specs: Record<string, string>): PreflightFacts =>
  factsOf({ flavor: { extraSpecs: { ...extraSpecs, ...specs } } });
const sdn = factsOf({ cluster: { network: answer({ type: "OpenShiftSDN", mtu: 1450 }) } });
const ofUnknownType = (mtu: number | undefined): PreflightFacts =>
  factsOf({ cluster: { network: answer({ type: undefined, mtu }) } });
const unlimited = { limit: -1, used: 9 };
const instances = (used: number): PreflightFacts =>
  factsOf({ checks: { compute: answer({ instances: { limit: 10, used }, cores: unlimited, ram: unlimited }) } });
const servers = (...owners: (string | undefined)[]): PreflightFacts =>
  factsOf({ checks: { servers: answer(owners.map((stack, i) => existingServer(`${i}`, worker, stack))) } });
/** A worker of this stack that has joined. */
const joined = factsOf({
  cluster: { nodes: [nodeOf(worker, owner, "v1.34.1")] },
  checks: { servers: answer([existingServer("0", worker, owner)]) },
});
const port = (name: string, change: Partial<ExistingPort> = {}): PreflightFacts =>
  factsOf({ checks: { ports: answer([existingPort(name, change)]) } });
const nodes = (name: string, stack: string | undefined): PreflightFacts =>
  factsOf({ cluster: { nodes: [nodeOf(name, stack, "v1.34.0")] } });
/** A Node that a kubelet may have annotated so, by the server of its providerID; this stack's is 0. */
const notedBy = (stack: string, serverId: string): PreflightFacts =>
  factsOf({
    cluster: { nodes: [{ ...nodeOf(worker, stack, "v1.34.1"), serverId }] },
    checks: { servers: answer([existingServer("0", worker, owner)]) },
  });
const zoned = configOf({ replicas: undefined, workers: [{ name: "0", availabilityZone: "rack1" }] });
const zones = (...names: string[]): PreflightFacts => factsOf({ checks: { availabilityZones: answer(names) } });
const pinned = configOf({ replicas: undefined, workers: [{ name: "0", availabilityZone: "nova:host:node" }] });
const onMachine = (availabilityZone: string): PreflightFacts => {
  const server = existingServer("0", worker, owner);
  const ports = answer([
    existingPort(`${worker}-port-0`, { tags: [tag], addresses: [{ subnetId: "s", ip: "10.0.0.9" }] }),
  ]);
  const servers = answer([{ ...server, made: { ...server.made, availabilityZone } }]);
  return factsOf({ cluster: { nodes: [nodeOf(worker, owner, "v1.34.1")] }, checks: { servers, ports } });
};
const failure = "Build of instance 0 aborted";
const failedServer = {
  cluster: { nodes: [nodeOf(worker, owner, "v1.34.1")] },
  checks: { servers: answer([{ ...existingServer("0", worker, owner), failure }]) },
};
const two = configOf({ networks: [{}, { network: "net", subnet: "storage" }] });
const storage = { id: "t", name: "storage", cidr: "10.0.1.0/24", gateway: "", dnsServers: [] };
/** RAM for six, and addresses for a hundred. */
const many = factsOf({ subnet: { allocationPools: [{ start: "10.0.0.100", end: "10.0.0.199" }] } });
/** One of four addresses is taken. */
const taken = port("x", { addresses: [{ subnetId: "s", ip: "10.0.0.100" }] });
/** An address is taken that Neutron would not choose by itself. */
const outside = port("x");
/** Server and port of the only worker are there: nothing is added, so that a full quota does not matter. */
const ours = factsOf({
  cluster: { nodes: [nodeOf(worker, owner, "v1.34.1")] },
  checks: {
    servers: answer([existingServer("0", worker, owner)]),
    ports: answer([existingPort(`${worker}-port-0`, { tags: [tag], addresses: [] })]),
    portQuota: answer({ limit: 1, used: 1 }),
  },
});

const cases: [check: string, bad: [Config, PreflightFacts], valid: [Config, PreflightFacts]][] = [
  ["subnet-of-network", [configOf(), factsOf({ subnet: { networkId: "other" } })], [configOf(), plain]],
  [
    "machine-network",
    [configOf(), factsOf({ subnet: { cidr: "10.1.0.0/24" } })],
    [configOf(), factsOf({ subnet: { cidr: "10.0.0.0/16" } })],
  ],
  [
    "machine-network",
    [configOf(), factsOf({ cluster: { machineNetworks: [] }, subnet: { cidr: "10.0.1.0/24" } })],
    [configOf(), factsOf({ cluster: { machineNetworks: [] } })],
  ],
  ["machine-network", [configOf(), factsOf({ cluster: { apiVips: ["10.0.9.5"] } })], [configOf(), plain]],
  ["dhcp", [configOf(), factsOf({ subnet: { dhcp: false } })], [configOf(), factsOf({ subnet: { dhcp: true } })]],
  ["fixed-ips", [configOf({ fixedIps: ["10.0.1.20"] }), plain], [configOf({ fixedIps: ["10.0.0.20"] }), plain]],
  ["fixed-ips", [configOf({ fixedIps: ["10.0.0.1"] }), plain], [configOf({ fixedIps: ["10.0.0.2"] }), plain]],
  ["fixed-ips", [configOf({ fixedIps: ["10.0.0.5"] }), plain], [configOf({ fixedIps: ["10.0.0.6"] }), plain]],
  ["fixed-ips", [configOf({ fixedIps: ["10.0.0.7"] }), plain], [configOf({ fixedIps: ["10.0.0.8"] }), plain]],
  ["fixed-ips", [configOf({ fixedIps: ["10.0.0.255"] }), plain], [configOf({ fixedIps: ["10.0.0.254"] }), plain]],
  [
    "machine-config-pool",
    [configOf({ ignition: { machineConfigPool: "wroker" } }), plain],
    [configOf({ ignition: { machineConfigPool: "worker" } }), plain],
  ],
  ["flavor", [configOf(), factsOf({ flavor: { extraSpecs: {} } })], [configOf(), plain]],
  [
    "flavor",
    [configOf(), factsOf({ flavor: { extraSpecs: { ...extraSpecs, "resources:CUSTOM_B": "1" } } })],
    [configOf(), plain],
  ],
  [
    "flavor",
    [configOf(), factsOf({ flavor: { extraSpecs: { ...extraSpecs, "resources:CUSTOM_BAREMETAL": "2" } } })],
    [configOf(), plain],
  ],
  [
    "flavor",
    [configOf(), factsOf({ flavor: { extraSpecs: { ...extraSpecs, "resources:MEMORY_MB": "1024" } } })],
    [configOf(), plain],
  ],
  ["node-name", [configOf({ name: "m".repeat(52) }), plain], [configOf({ name: "m".repeat(51) }), plain]],
  [
    "flavor",
    [configOf(), flavored({ "trait:CUSTOM_fast": "required" })],
    [configOf(), flavored({ "trait:CUSTOM_FAST": "required" })],
  ],
  [
    "flavor",
    [configOf(), flavored({ "trait1:HW_CPU_X86_AVX2": "wanted" })],
    [configOf(), flavored({ "trait1:HW_CPU_X86_AVX2": "forbidden" })],
  ],
  [
    "image",
    [configOf(), factsOf({ image: { diskFormat: "iso" } })],
    [configOf(), factsOf({ image: { diskFormat: "raw" } })],
  ],
  ["image", [configOf(), factsOf({ image: { minDisk: 21 } })], [configOf(), factsOf({ image: { minDisk: 20 } })]],
  [
    "image",
    [configOf(), factsOf({ image: { minDisk: 1, size: 21e9 + 1e9 } })],
    [configOf(), factsOf({ image: { size: 21e9 } })],
  ],
  ["image", [configOf(), factsOf({ image: { minRam: 9000 } })], [configOf(), factsOf({ image: { minRam: 8192 } })]],
  ["mtu", [configOf(), factsOf({ network: { mtu: 1499 } })], [configOf(), factsOf({ network: { mtu: 1500 } })]],
  [
    "mtu",
    [configOf(), factsOf({ cluster: { network: answer({ type: "OVNKubernetes", mtu: 1401 }) } })],
    [configOf(), sdn],
  ],
  ["mtu", [configOf(), ofUnknownType(1401)], [configOf(), ofUnknownType(1400)]],
  ["mtu", [configOf(), ofUnknownType(1401)], [configOf(), ofUnknownType(undefined)]],
  ["quota", [configOf({ replicas: 2 }), instances(9)], [configOf({ replicas: 2 }), instances(8)]],
  ["quota", [configOf(), factsOf({ checks: { portQuota: answer({ limit: 3, used: 3 }) } })], [configOf(), ours]],
  ["quota", [configOf({ replicas: 7 }), many], [configOf({ replicas: 6 }), many]],
  ["free-addresses", [configOf({ replicas: 5 }), plain], [configOf({ replicas: 4 }), plain]],
  ["free-addresses", [configOf({ replicas: 4 }), taken], [configOf({ replicas: 3 }), taken]],
  ["free-addresses", [configOf({ replicas: 5 }), outside], [configOf({ replicas: 4 }), outside]],
  ["server-name", [configOf(), servers("a/b/c")], [configOf(), joined]],
  ["server-name", [configOf(), servers(owner, owner)], [configOf(), joined]],
  [
    "fixed-ips",
    [configOf({ fixedIps: ["10.0.0.20"] }), port("other", { tags: [tag] })],
    [configOf({ fixedIps: ["10.0.0.20"] }), port(`${worker}-port-0`, { tags: [tag] })],
  ],
  ["node-owner", [configOf(), nodes(worker, "a/b/c")], [configOf(), nodes(worker, owner)]],
  ["node-owner", [configOf(), notedBy("a/b/c", "1")], [configOf(), notedBy("a/b/c", "0")]],
  [
    "machine-name",
    [configOf(), factsOf({ checks: { machines: answer([machineOf(worker)]) } })],
    [configOf(), factsOf({ checks: { machines: answer([]) } })],
  ],
  ["pinned-machine", [pinned, plain], [pinned, factsOf({ roles: ["member", "admin"] })]],
  ["pinned-machine", [pinned, onMachine("nova:host:other")], [pinned, onMachine("nova:host:node")]],
  ["availability-zone", [zoned, zones("rack2")], [zoned, zones("rack1")]],
  ["availability-zone", [zoned, zones("rack2")], [zoned, plain]],
  ["permissions", [configOf(), factsOf({ checks: { denied: answer(permissions.slice(0, 1)) } })], [configOf(), plain]],
  [
    "rollout",
    [configOf({ rollout: { ignore: ["metal-0"] } }), plain],
    [configOf({ rollout: { ignore: [worker] } }), plain],
  ],
  ["remove", [configOf({ remove: ["other-metal-1"] }), plain], [configOf({ remove: ["lab-7x2kq-metal-1"] }), plain]],
  ["readmit", [configOf({ readmit: ["metal-0"] }), plain], [configOf({ readmit: [worker] }), plain]],
  ["user-data", [configOf(), factsOf({ ca: certificates(40) })], [configOf(), factsOf({ ca: certificates(3) })]],
];

test.each(cases)("%s is found, and the valid case passes", (check, bad, valid) => {
  expect(diagnosticsOf(...bad).map((diagnostic) => diagnostic.check)).toEqual([check]);
  expect(diagnosticsOf(...valid)).toEqual([]);
});

test("GIVEN a zone without a machine WHEN a plain member names it THEN it is allowed", () => {
  expect(diagnosticsOf(zoned, plain)).toEqual([]);
});

describe("GIVEN workers of two ports", () => {
  const judged = (second: object, pool = two): string[] =>
    diagnosticsOf(pool, factsOf({ more: [{ ...storage, ...second }] })).map(({ check, path }) => `${check} ${path}`);
  test.each<[string, string[], string[]]>([
    ["a storage network", judged({}), []],
    ["the API's subnet, too", judged({ cidr: "10.0.0.0/24" }), ["node-address pools[metal].networks[1]"]],
    ["a subnet without DHCP", judged({ dhcp: false }), ["dhcp pools[metal].networks[1].subnet"]],
    [
      "a subnet of no machine network",
      judged({ cidr: "10.1.0.0/24" }),
      ["machine-network pools[metal].networks[1].subnet"],
    ],
  ])("WHEN the second is in %s THEN the checks say so, once for all workers", (_, found, expected) => {
    expect(found).toEqual(expected);
  });

  test.each([
    ["another's", "other", ['fixed-ips pools[metal].workers["0"].networks[0].fixedIp']],
    ["its own", `${worker}-port-1`, []],
  ])("WHEN the second's address is that of %s port THEN the checks say so", (_, name, expected) => {
    const workers = [{ name: "0", networks: [{ network: "net", subnet: "storage", fixedIp: "10.0.1.20" }] }];
    const more = factsOf({ more: [storage] }).cloud.pools[0]?.ports.slice(1) ?? [];
    const held = existingPort(name, { tags: [tag], addresses: [{ subnetId: "t", ip: "10.0.1.20" }] });
    const facts = factsOf({ workerPorts: [more], checks: { ports: answer([held]) } });
    const found = diagnosticsOf(configOf({ replicas: undefined, workers }), facts);
    expect(found.map(({ check, path }) => `${check} ${path}`)).toEqual(expected);
  });

  test("WHEN a server has failed THEN the reason is reported, and that the machine may have too few cards", () => {
    const found = diagnosticsOf(two, factsOf({ more: [storage], ...failedServer }));
    expect(found).toMatchObject([{ check: "failed-server", warning: true }]);
    expect(found[0]?.problem).toContain(failure);
    expect(found[0]?.problem).toContain("fewer than 2 network cards");
    expect(diagnosticsOf(configOf(), factsOf(failedServer))[0]?.problem).not.toContain("cards");
  });
});

describe("GIVEN something that a machine can do without", () => {
  test.each<[check: string, facts: PreflightFacts]>([
    ["dns", factsOf({ subnet: { dnsServers: [] } })],
    ["gateway", factsOf({ subnet: { gateway: "" } })],
    ["image", factsOf({ image: { distro: "ubuntu" } })],
    ["version-skew", factsOf({ cluster: { nodes: [nodeOf("a", undefined, "v1.30.9")] } })],
    ["version-skew", factsOf({ cluster: { nodes: [nodeOf("a", undefined, "v1.35.0")] } })],
    ["server-name", servers(undefined)],
    ["server-name", servers(owner)],
    ["failed-server", factsOf(failedServer)],
    ["port-name", port(`${worker}-port-0`)],
    ["port-name", port(`${worker}-port-1`)],
    ["node-owner", nodes(worker, undefined)],
    ["quota", factsOf({ checks: { compute: { error: "HTTP 403" } } })],
    ["quota", factsOf({ checks: { portQuota: { error: "HTTP 403" } } })],
    ["server-name", factsOf({ checks: { servers: { error: "no answer in time" } } })],
    ["port-name", factsOf({ checks: { ports: { error: "no answer in time" } } })],
    ["mtu", factsOf({ cluster: { network: { error: "HTTP 403", code: 403 } } })],
    ["machine-config-pool", factsOf({ cluster: { machineConfigPools: { error: "HTTP 403", code: 403 } } })],
    ["machine-name", factsOf({ checks: { machines: { error: "HTTP 403" } } })],
    ["permissions", factsOf({ checks: { denied: { error: "HTTP 500" } } })],
  ])("WHEN %s is judged THEN it warns, and stops nothing", (check, facts) => {
    const found = diagnosticsOf(configOf(), facts);
    expect(found.map((diagnostic) => [diagnostic.check, diagnostic.warning])).toEqual([[check, true]]);
    expect(() => throwIfErrors(found)).not.toThrow();
  });

  test("WHEN a permission is missing without which the program works THEN that is no error of the account", () => {
    const optional = permissions.filter((it) => it.optional === true);
    expect(optional.flatMap(({ resources }) => resources)).toEqual([
      "machinehealthchecks",
      "machineconfigpools",
      "secrets",
    ]);
    expect(diagnosticsOf(configOf(), factsOf({ checks: { denied: answer(optional) } }))).toEqual([]);
  });

  test.each(["v1.31.0", "v1.34.9"])("a kubelet %s is one that API server 1.34 supports", (kubelet) => {
    const nodes = [nodeOf("a", undefined, kubelet)];
    expect(diagnosticsOf(configOf(), factsOf({ cluster: { nodes } }))).toEqual([]);
  });
});

test("GIVEN a skipped check WHEN it would find something THEN it reports nothing, and other checks do", () => {
  const facts = factsOf({ subnet: { dhcp: false }, network: { mtu: 1400 } });
  const found = (skip: string[]): string[] =>
    diagnosticsOf(configOf({}, { preflight: { skip } }), facts).map(({ check }) => check);
  expect(found([])).toEqual(["dhcp", "mtu"]);
  expect(found(["mtu"])).toEqual(["dhcp"]);
  expect(found(["mtu", "dhcp"])).toEqual([]);
});

test("GIVEN an update of a stack that is there WHEN quotas are judged THEN only what is added counts", () => {
  const there = [0, 1].map((i) => existingServer(`${i}`, `lab-7x2kq-metal-${i}`, owner));
  const facts = factsOf({ checks: { servers: answer(there) } });
  const more = added(configOf({ replicas: 3 }), facts);
  expect(more).toMatchObject({ instances: 1, cores: 4, ram: 8192 });
  expect(more.ports).toHaveLength(3);
});

test("GIVEN any numbers WHEN a quota is judged THEN it is refused exactly if used and added are above the limit", () => {
  const count = fc.nat({ max: 20 });
  fc.assert(
    fc.property(fc.integer({ min: -1, max: 20 }), count, fc.integer({ min: 1, max: 4 }), (limit, used, replicas) => {
      const compute = answer({ instances: { limit, used }, cores: unlimited, ram: unlimited });
      const found = diagnosticsOf(configOf({ replicas }), factsOf({ checks: { compute } }));
      expect(found.length > 0).toBe(limit >= 0 && used + replicas > limit);
    }),
  );
});

test("all errors come at once", () => {
  const bad = factsOf({ subnet: { dhcp: false, networkId: "other" }, flavor: { extraSpecs: {} } });
  expect(diagnosticsOf(configOf({ fixedIps: ["10.0.0.1"] }), bad).map((diagnostic) => diagnostic.check)).toEqual([
    "subnet-of-network",
    "dhcp",
    "fixed-ips",
    "flavor",
  ]);
});
