import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { parseConfig, type PoolConfig } from "../../../../infra/config/load.ts";
import { workersOf } from "../../../../infra/config/workers.ts";
import { accepted, diagnosticsOf, good, named, pool } from "../../../support/config-fixtures.ts";

function never(): never {
  throw new Error("there is no such pool");
}

describe("a good config", () => {
  test("gets the defaults for bare metal, in seconds", () => {
    expect(accepted(good()).pools[0]).toEqual({
      ...pool(),
      ignition: { machineConfigPool: "worker", delivery: "swift", fragments: [], onChange: "keep" },
      timeouts: {
        host: 3600,
        provision: 6000,
        boot: 3600,
        servingCsr: 600,
        ready: 600,
        delete: 3600,
        nodeRemoval: 300,
      },
      drain: {
        timeout: 1800,
        gracePeriod: -1,
        deleteEmptyDirData: true,
        force: true,
        disableEviction: false,
        onTimeout: "fail",
        localVolumes: "refuse",
      },
      labels: {},
      taints: [],
      networks: [{ allowedAddresses: [], tags: [] }],
      rollout: { maxUnavailable: 1, ignore: [] },
      readmit: [],
      repair: [],
      adopt: [],
      protect: false,
      provision: { attempts: 3 },
      remove: [],
      health: { notReadyAfter: 300 },
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

  test("may say how many workers are out at a time as a percentage of them, and which go first", () => {
    const rollout = { maxUnavailable: "50%", canary: { soak: "10m" } };
    const [three, one] = [3, 1].map((replicas) => accepted(good(pool({ replicas, rollout }))).pools[0]?.rollout);
    expect(three).toEqual({ maxUnavailable: 1, canary: { count: 1, soak: 600 }, ignore: [] });
    expect(one?.maxUnavailable).toBe(1);
    const workers = ["a", "b", "c", "d"].map((name) => ({ name }));
    const [listed] = accepted(good(named({ workers, rollout }))).pools;
    expect(listed?.rollout.maxUnavailable).toBe(2);
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
      { name: "lab-metal-0", fixedIps: [], networks: [], labels: {} },
      { name: "lab-metal-r1-u07", fixedIps: ["10.0.0.20"], path: "pools[metal].workers[r1-u07]" },
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
