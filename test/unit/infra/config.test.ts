import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { type Config, parseConfig } from "../../../infra/config.ts";

const pool = (extra: object = {}): Record<string, unknown> => ({
  name: "metal",
  replicas: 2,
  flavor: "baremetal",
  image: "rhcos",
  ...extra,
});

const good = (...pools: Record<string, unknown>[]): Record<string, unknown> => ({
  cloud: "lab",
  machineNetwork: { network: "net", subnet: "sub" },
  pools: pools.length > 0 ? pools : [pool()],
});

function accepted(raw: Record<string, unknown>): Config {
  const { config, faults } = parseConfig(raw);
  expect(faults).toBeUndefined();
  if (!config) throw new Error("refused");
  return config;
}

const faultsOf = (raw: Record<string, unknown>): Record<string, string> =>
  Object.fromEntries((parseConfig(raw).faults ?? []).map(({ path, what }) => [path, what]));

describe("a good config", () => {
  test("gets the defaults for bare metal, in seconds", () => {
    expect(accepted(good()).pools[0]).toEqual({
      ...pool(),
      securityGroups: [],
      ignition: { machineConfigPool: "worker", fragments: [], urlLifetime: 4 * 3600 },
      timeouts: { provision: 6000, boot: 3600, servingCsr: 600, ready: 600, delete: 3600, nodeRemoval: 300 },
      drain: {
        timeout: 1800,
        gracePeriod: -1,
        deleteEmptyDirData: true,
        force: true,
        disableEviction: false,
        onTimeout: "fail",
      },
      labels: {},
      taints: [],
    });
  });

  test("may be without pools, and a pool without workers", () => {
    expect(accepted({ ...good(), pools: [] }).pools).toEqual([]);
    expect(accepted(good(pool({ replicas: 0 }))).pools[0]?.replicas).toBe(0);
  });
});

describe("each fault, beside a twin that lacks it", () => {
  const cases: [path: string, bad: Record<string, unknown>, twin: Record<string, unknown>][] = [
    ["cloud", { ...good(), cloud: "" }, good()],
    ["cluster.context", { ...good(), cluster: { context: "" } }, { ...good(), cluster: { context: "admin" } }],
    [
      "cluster.proxy",
      { ...good(), cluster: { proxy: "http://me:secret@proxy:3128" } },
      { ...good(), cluster: { proxy: "http://proxy:3128" } },
    ],
    [
      "cluster.proxy",
      { ...good(), cluster: { proxy: "proxy:3128" } },
      { ...good(), cluster: { proxy: "socks5://p:1" } },
    ],
    ["cluster.ca", { ...good(), cluster: { ca: "" } }, { ...good(), cluster: { ca: "/etc/ca.crt" } }],
    [
      "detach.clusterUnreachable",
      { ...good(), detach: { clusterUnreachable: "ignore" } },
      { ...good(), detach: { clusterUnreachable: "skip" } },
    ],
    ["machineNetwork", { ...good(), machineNetwork: "net" }, good()],
    ["pools", { ...good(), pools: {} }, good()],
    ["pools[0].name", good(pool({ name: "master" })), good(pool({ name: "masters" }))],
    ["pools[0].name", good(pool({ name: "a.b" })), good(pool({ name: "a-b" }))],
    ["pools[0].replicas", good(pool({ replicas: 1.5 })), good(pool({ replicas: 1 }))],
    ["pools[0].replicas", good(pool({ replicas: "2" })), good(pool({ replicas: 2 }))],
    [
      "pools[0].fixedIps[1]",
      good(pool({ fixedIps: ["10.0.0.1", "x"] })),
      good(pool({ fixedIps: ["10.0.0.1", "10.0.0.2"] })),
    ],
    ["pools[0].fixedIps", good(pool({ fixedIps: ["10.0.0.1"] })), good(pool({ replicas: 1, fixedIps: ["10.0.0.1"] }))],
    [
      "pools[0].fixedIps[1]",
      good(pool({ fixedIps: ["10.0.0.1", "10.0.0.1"] })),
      good(pool({ fixedIps: ["10.0.0.1", "10.0.0.2"] })),
    ],
    ["pools[1].name", good(pool(), pool()), good(pool(), pool({ name: "other" }))],
    ["pools[0].timeouts.boot", good(pool({ timeouts: { boot: 90 } })), good(pool({ timeouts: { boot: "90s" } }))],
    ["pools[0].timeouts.boot", good(pool({ timeouts: { boot: "0s" } })), good(pool({ timeouts: { boot: "1s" } }))],
    [
      "pools[0].ignition.urlLifetime",
      good(pool({ ignition: { urlLifetime: "2h39m" } })),
      good(pool({ ignition: { urlLifetime: "2h40m" } })),
    ],
    ["pools[0].drain.timeout", good(pool({ drain: { timeout: "1h" } })), good(pool({ drain: { timeout: "59m59s" } }))],
    [
      "pools[0].drain.timeout",
      good(pool({ drain: { timeout: "58m", onTimeout: "force" } })),
      good(pool({ drain: { timeout: "57m59s", onTimeout: "force" } })),
    ],
    [
      "pools[0].drain.gracePeriod",
      good(pool({ drain: { gracePeriod: -2 } })),
      good(pool({ drain: { gracePeriod: -1 } })),
    ],
    [
      "pools[0].ignition.fragments[0].ignition.version",
      good(pool({ ignition: { fragments: [{ ignition: { version: "2.2.0" } }] } })),
      good(pool({ ignition: { fragments: [{ ignition: { version: "3.2.0" } }] } })),
    ],
  ];

  test.each(cases)("%s", (path, bad, twin) => {
    expect(Object.keys(faultsOf(bad))).toEqual([path]);
    accepted(twin);
  });
});

test("all faults come at once, those between fields too", () => {
  const bad = {
    ...good(pool({ replicas: -1, drain: { timeout: "2h" } }), pool({ flavour: "x" })),
    cloud: undefined,
  };
  expect(faultsOf(bad)).toEqual({
    cloud: "missing",
    "pools[0].replicas": "-1",
    "pools[0].drain.timeout": "2h",
    "pools[1].flavour": "unknown key",
    "pools[1].name": "the same as pools[0].name",
  });
});

test("an unknown key is refused with the nearest known one", () => {
  const { faults } = parseConfig(good(pool({ timeouts: { raedy: "1m" } })));
  expect(faults).toMatchObject([{ path: "pools[0].timeouts.raedy", fix: "write ready instead" }]);
});

test("whatever a value is changed to, the config is accepted or each fault has a path, an expectation and a fix", () => {
  const keys = ["name", "replicas", "flavor", "image", "fixedIps", "securityGroups", "ignition", "timeouts", "drain"];
  fc.assert(
    fc.property(fc.constantFrom(...keys), fc.jsonValue(), (key, value) => {
      const { config, faults } = parseConfig(good(pool({ [key]: value })));
      if (config) return;
      expect(faults.length).toBeGreaterThan(0);
      for (const fault of faults) {
        expect(fault.path).toMatch(/^pools\[0\]/);
        expect(fault.expected).not.toMatch(/invalid/i);
        expect(fault.fix).not.toBe("");
      }
    }),
    { numRuns: 300 },
  );
});
