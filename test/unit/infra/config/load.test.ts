import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { type Config, parseConfig, type PoolConfig } from "../../../../infra/config/load.ts";
import { workersOf } from "../../../../infra/config/workers.ts";

const pool = (extra: object = {}): Record<string, unknown> => ({
  name: "metal",
  replicas: 2,
  flavor: "baremetal",
  image: "rhcos",
  ...extra,
});

/** A pool without replicas. */
const named = (extra: object): Record<string, unknown> => ({
  name: "metal",
  flavor: "baremetal",
  image: "rhcos",
  ...extra,
});

function never(): never {
  throw new Error("there is no such pool");
}

const taint = (key: string): object => ({ key, effect: "NoSchedule" });

const good = (...pools: Record<string, unknown>[]): Record<string, unknown> => ({
  cloud: "lab",
  machineNetwork: { network: "net", subnet: "sub" },
  pools: pools.length > 0 ? pools : [pool()],
});

function accepted(raw: Record<string, unknown>): Config {
  const { config, diagnostics } = parseConfig(raw);
  expect(diagnostics).toBeUndefined();
  if (!config) throw new Error("refused");
  return config;
}

const diagnosticsOf = (raw: Record<string, unknown>): Record<string, string> =>
  Object.fromEntries((parseConfig(raw).diagnostics ?? []).map(({ path, problem }) => [path, problem]));

describe("a good config", () => {
  test("gets the defaults for bare metal, in seconds", () => {
    expect(accepted(good()).pools[0]).toEqual({
      ...pool(),
      ignition: { machineConfigPool: "worker", fragments: [], onChange: "keep", urlLifetime: 4 * 3600 },
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
      networks: [{ allowedAddresses: [], tags: [], dhcpOptions: [] }],
      rollout: { maxUnavailable: 1, ignore: [] },
    });
  });

  test("takes from its class what it does not say itself", () => {
    const classes = { big: { flavor: "metal.big", timeouts: { boot: "20m", ready: "2m" } } };
    const pools = [
      { name: "a", class: "big", replicas: 1, image: "rhcos", timeouts: { ready: "3m" } },
      pool({ class: "big" }),
    ];
    const { pools: read } = accepted({ ...good(), classes, pools });
    expect(read[0]).toMatchObject({ flavor: "metal.big", timeouts: { boot: 1200, ready: 180, delete: 3600 } });
    expect(read[1]).toMatchObject({ flavor: "baremetal", timeouts: { boot: 1200, ready: 120 } });
  });

  test("may list its workers by name, each with what is its own", () => {
    const workers = [
      { name: "0" },
      {
        name: "r1-u07",
        fixedIp: "10.0.0.20",
        availabilityZone: "nova:ironic-0:0f6d4f5e",
        labels: { "example.test/rack": "r1" },
        networks: [{ network: "n", subnet: "s", fixedIp: "10.0.2.20", dhcpOptions: [{ name: "mtu", value: "9000" }] }],
      },
    ];
    const [read] = accepted(good(named({ workers }))).pools;
    expect(read?.replicas).toBeUndefined();
    expect(workersOf(read ?? never(), "lab")).toMatchObject([
      { name: "lab-metal-0", fixedIp: undefined, networks: [], labels: {} },
      { name: "lab-metal-r1-u07", fixedIp: "10.0.0.20", path: "pools[metal].workers[r1-u07]" },
    ]);
  });

  test("names the workers of `replicas` as a list of the names 0, 1, 2 would", () => {
    const [numbered] = accepted(good(pool({ replicas: 3 }))).pools;
    const [listed] = accepted(good(named({ workers: ["0", "1", "2"].map((name) => ({ name })) }))).pools;
    const names = (read: PoolConfig | undefined): string[] => workersOf(read ?? never(), "lab").map(({ name }) => name);
    expect(names(numbered)).toEqual(names(listed));
  });

  test("may be without pools, and a pool without workers", () => {
    expect(accepted({ ...good(), pools: [] }).pools).toEqual([]);
    expect(accepted(good(pool({ replicas: 0 }))).pools[0]?.replicas).toBe(0);
  });
});

describe("each error, beside a twin that lacks it", () => {
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
    ["pools[metal].replicas", good(pool({ replicas: 1.5 })), good(pool({ replicas: 1 }))],
    ["pools[metal].replicas", good(pool({ replicas: "2" })), good(pool({ replicas: 2 }))],
    [
      "pools[metal].fixedIps[1]",
      good(pool({ fixedIps: ["10.0.0.1", "x"] })),
      good(pool({ fixedIps: ["10.0.0.1", "10.0.0.2"] })),
    ],
    [
      "pools[metal].fixedIps",
      good(pool({ fixedIps: ["10.0.0.1"] })),
      good(pool({ replicas: 1, fixedIps: ["10.0.0.1"] })),
    ],
    [
      "pools[metal].fixedIps[1]",
      good(pool({ fixedIps: ["10.0.0.1", "10.0.0.1"] })),
      good(pool({ fixedIps: ["10.0.0.1", "10.0.0.2"] })),
    ],
    ["pools[1].name", good(pool(), pool()), good(pool(), pool({ name: "other" }))],
    ["pools[metal].timeouts.boot", good(pool({ timeouts: { boot: 90 } })), good(pool({ timeouts: { boot: "90s" } }))],
    ["pools[metal].timeouts.boot", good(pool({ timeouts: { boot: "0s" } })), good(pool({ timeouts: { boot: "1s" } }))],
    [
      "pools[metal].ignition.urlLifetime",
      good(pool({ ignition: { urlLifetime: "2h39m" } })),
      good(pool({ ignition: { urlLifetime: "2h40m" } })),
    ],
    [
      "pools[metal].drain.timeout",
      good(pool({ drain: { timeout: "1h" } })),
      good(pool({ drain: { timeout: "59m59s" } })),
    ],
    [
      "pools[metal].drain.timeout",
      good(pool({ drain: { timeout: "58m", onTimeout: "force" } })),
      good(pool({ drain: { timeout: "57m59s", onTimeout: "force" } })),
    ],
    [
      "pools[metal].drain.gracePeriod",
      good(pool({ drain: { gracePeriod: -2 } })),
      good(pool({ drain: { gracePeriod: -1 } })),
    ],
    ["pools[metal].replicas", good(named({})), good(named({ replicas: 1 }))],
    ["pools[metal].workers", good(pool({ workers: [] })), good(named({ workers: [] }))],
    ["pools[metal].flavor", good(pool({ flavor: undefined })), good()],
    ["pools[metal].class", good(pool({ class: "bgi" })), { ...good(pool({ class: "big" })), classes: { big: {} } }],
    [
      "classes.big.timeouts.bot",
      { ...good(), classes: { big: { timeouts: { bot: "1m" } } } },
      { ...good(), classes: { big: { timeouts: { boot: "1m" } } } },
    ],
    [
      "classes.big.timeouts.boot",
      { ...good(pool({ class: "big" })), classes: { big: { timeouts: { boot: "soon" } } } },
      { ...good(pool({ class: "big" })), classes: { big: { timeouts: { boot: "1m" } } } },
    ],
    [
      "pools[metal].fixedIps",
      good(named({ workers: [{ name: "a" }], fixedIps: ["10.0.0.1"] })),
      good(named({ workers: [{ name: "a", fixedIp: "10.0.0.1" }] })),
    ],
    [
      "pools[metal].workers[1].name",
      good(named({ workers: [{ name: "a" }, { name: "a" }] })),
      good(named({ workers: [{ name: "a" }, { name: "b" }] })),
    ],
    [
      "pools[a].workers[1-0].name",
      good(pool({ name: "a-1", replicas: 1 }), named({ name: "a", workers: [{ name: "1-0" }] })),
      good(pool({ name: "a-1", replicas: 1 }), named({ name: "a", workers: [{ name: "1-1" }] })),
    ],
    [
      "pools[metal].workers[a].networks[0].fixedIp",
      good(named({ workers: [{ name: "a", fixedIp: "10.0.0.1", networks: [{ fixedIp: "10.0.0.1" }] }] })),
      good(named({ workers: [{ name: "a", fixedIp: "10.0.0.1", networks: [{ fixedIp: "10.0.0.2" }] }] })),
    ],
    [
      "pools[metal].workers[a].availabilityZone",
      good(named({ workers: [{ name: "a", availabilityZone: "nova:host" }] })),
      good(named({ workers: [{ name: "a", availabilityZone: "nova:host:node" }] })),
    ],
    [
      "pools[metal].networks[0].subnet",
      good(pool({ networks: [{ network: "n" }] })),
      good(pool({ networks: [{ network: "n", subnet: "s" }] })),
    ],
    ["pools[metal].networks", good(pool({ networks: [] })), good(pool({ networks: [{}] }))],
    [
      "pools[metal].networks[0].allowedAddresses[0]",
      good(pool({ networks: [{ allowedAddresses: ["10.0.0.300"] }] })),
      good(pool({ networks: [{ allowedAddresses: ["10.0.0.30/31"] }] })),
    ],
    [
      'pools[metal].labels["a b"]',
      good(pool({ labels: { "a b": "c" } })),
      good(pool({ labels: { "example.test/a-b": "c" } })),
    ],
    [
      'pools[metal].labels["kubernetes.io/arch"]',
      good(pool({ labels: { "kubernetes.io/arch": "x" } })),
      good(pool({ labels: { "node-role.kubernetes.io/infra": "" } })),
    ],
    [
      'pools[metal].workers[a].labels["node-role.kubernetes.io/master"]',
      good(named({ workers: [{ name: "a", labels: { "node-role.kubernetes.io/master": "" } }] })),
      good(named({ workers: [{ name: "a", labels: { "node-role.kubernetes.io/infra": "" } }] })),
    ],
    [
      "pools[metal].taints[1]",
      good(pool({ taints: [taint("a"), taint("node.kubernetes.io/x")] })),
      good(pool({ taints: [taint("a"), taint("b")] })),
    ],
    [
      "pools[metal].rollout.maxUnavailable",
      good(pool({ rollout: { maxUnavailable: 0 } })),
      good(pool({ rollout: { maxUnavailable: 2, ignore: ["lab-metal-0"] } })),
    ],
    [
      "pools[metal].ignition.spec",
      good(pool({ ignition: { spec: "2.2.0" } })),
      good(pool({ ignition: { spec: "3.4.0" } })),
    ],
    [
      "pools[metal].ignition.fragments[0].ignition.version",
      good(pool({ ignition: { fragments: [{ ignition: { version: "2.2.0" } }] } })),
      good(pool({ ignition: { fragments: [{ ignition: { version: "3.2.0" } }] } })),
    ],
  ];

  test.each(cases)("%s", (path, bad, twin) => {
    expect(Object.keys(diagnosticsOf(bad))).toEqual([path]);
    accepted(twin);
  });
});

test("all errors come at once, those between fields too", () => {
  const bad = {
    ...good(pool({ replicas: -1, drain: { timeout: "2h" } }), pool({ flavour: "x" })),
    cloud: undefined,
  };
  expect(diagnosticsOf(bad)).toEqual({
    cloud: "missing",
    "pools[0].replicas": "-1",
    "pools[0].drain.timeout": "2h",
    "pools[1].flavour": "unknown key",
    "pools[1].name": "the same as pools[0].name",
  });
});

test("an unknown key is refused with the nearest known one", () => {
  const { diagnostics } = parseConfig(good(pool({ timeouts: { raedy: "1m" } })));
  expect(diagnostics).toMatchObject([{ path: "pools[metal].timeouts.raedy", remedy: "write ready instead" }]);
});

describe("GIVEN a config with an error in a pool or a worker WHEN it is refused", () => {
  const wrong = { imaeg: "x" };
  test.each<[string, string, Record<string, unknown>[]]>([
    ["by its name, whatever its place is", "pools[metal].imaeg", [pool({ name: "other" }), pool(wrong)]],
    ["by its index without a name", "pools[1].imaeg", [pool({ name: "other" }), pool({ name: undefined, ...wrong })]],
    ["by its index with a name that is not valid", "pools[0].imaeg", [pool({ name: "a.b", ...wrong })]],
    ["by its index with a name that is not unique", "pools[0].imaeg", [pool(wrong), pool()]],
    [
      "and the worker, too, by their names",
      "pools[metal].workers[r1].imaeg",
      [named({ workers: [{ name: "r0" }, { name: "r1", ...wrong }] })],
    ],
    ["and a nameless worker by index", "pools[metal].workers[1].imaeg", [named({ workers: [{ name: "r0" }, wrong] })]],
  ])("THEN the path identifies the pool %s", (_, path, pools) => {
    expect(Object.keys(diagnosticsOf(good(...pools)))).toContain(path);
  });
});

test("whatever a value is changed to, the config is accepted or each error has a path, an expectation and a fix", () => {
  const keys = ["name", "replicas", "flavor", "image", "fixedIps", "securityGroups", "ignition", "timeouts", "drain"];
  fc.assert(
    fc.property(fc.constantFrom(...keys), fc.jsonValue(), (key, value) => {
      const { config, diagnostics } = parseConfig(good(pool({ [key]: value })));
      if (config) return;
      expect(diagnostics.length).toBeGreaterThan(0);
      for (const diagnostic of diagnostics) {
        expect(diagnostic.path).toMatch(/^pools\[(metal|0)\]/);
        expect(diagnostic.expected).not.toMatch(/invalid/i);
        expect(diagnostic.remedy).not.toBe("");
      }
    }),
    { numRuns: 300 },
  );
});
