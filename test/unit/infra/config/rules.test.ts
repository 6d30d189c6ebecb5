import { describe, expect, test } from "@jest/globals";
import { parseConfig } from "../../../../infra/config/load.ts";
import { accepted, diagnosticsOf, good, named, pool } from "../../../support/config-fixtures.ts";

const taint = (key: string): object => ({ key, effect: "NoSchedule" });

describe("GIVEN a time above its limit WHEN the config is read THEN the error names the limit, which itself is accepted", () => {
  const timeouts = ["host", "provision", "boot", "servingCsr", "ready", "delete", "nodeRemoval"];
  const phase = "a duration from 1s to 744h, like 90s, 45m or 1h30m";
  const cases: [path: string, bad: Record<string, unknown>, valid: Record<string, unknown>, expected: string][] = [
    ...timeouts.map((key): (typeof cases)[number] => [
      `pools[metal].timeouts.${key}`,
      good(pool({ timeouts: { [key]: "744h1s" } })),
      good(pool({ timeouts: { [key]: "744h" } })),
      phase,
    ]),
    [
      "classes.big.timeouts.boot",
      { ...good(pool({ class: "big" })), classes: { big: { timeouts: { boot: "99999999999h" } } } },
      { ...good(pool({ class: "big" })), classes: { big: { timeouts: { boot: "2678400s" } } } },
      phase,
    ],
    [
      "pools[metal].drain.timeout",
      good(pool({ drain: { timeout: "745h" }, timeouts: { delete: "744h" } })),
      good(pool({ drain: { timeout: "720h" }, timeouts: { delete: "744h" } })),
      phase,
    ],
    [
      "pools[metal].drain.gracePeriod",
      good(pool({ drain: { gracePeriod: 2_678_401 } })),
      good(pool({ drain: { gracePeriod: 2_678_400 } })),
      "whole seconds, at most 2678400, or -1 for the pod's own grace period",
    ],
    [
      "pools[metal].ignition.urlLifetime",
      good(pool({ ignition: { urlLifetime: "8784h1s" } })),
      good(pool({ ignition: { urlLifetime: "8784h" } })),
      "a duration from 1s to 8784h, like 90s, 45m or 1h30m",
    ],
  ];

  test.each(cases)("%s", (path, bad, valid, expected) => {
    expect(parseConfig(bad).diagnostics).toMatchObject([{ path, expected }]);
    accepted(valid);
  });
});

test("GIVEN a URL that expires too early WHEN the config is read THEN the error shows the sum term by term, and what to do", () => {
  expect(parseConfig(good(pool({ ignition: { urlLifetime: "4h" } }))).diagnostics).toMatchObject([
    {
      problem: "4h",
      expected: expect.stringMatching(
        /^at least drain\.timeout 30m \+ timeouts\.delete 1h \+ timeouts\.provision 1h40m \+ margin 1m \+ timeouts\.boot 1h = 4h11m: /,
      ),
      remedy: expect.stringContaining("remove it, then it is computed; or set it to 4h11m or more"),
    },
  ]);
});

describe("each error, beside a valid config that lacks it", () => {
  const cases: [path: string, bad: Record<string, unknown>, valid: Record<string, unknown>][] = [
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
    ["manageAccountKey", { ...good(), manageAccountKey: "yes" }, { ...good(), manageAccountKey: true }],
    ["maxDetach", { ...good(), maxDetach: -1 }, { ...good(), maxDetach: 0 }],
    ["maxDetach", { ...good(), maxDetach: "10%" }, { ...good(), maxDetach: 10 }],
    [
      "formerOwners[1]",
      { ...good(), formerOwners: ["a/b/c", "production"] },
      { ...good(), formerOwners: ["a/b/c", "a/b/production"] },
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
      good(pool({ ignition: { urlLifetime: "4h10m59s" } })),
      good(pool({ ignition: { urlLifetime: "4h11m" } })),
    ],
    [
      "pools[metal].ignition.urlLifetime",
      good(pool({ ignition: { urlLifetime: "4h12m59s" }, drain: { onTimeout: "force" } })),
      good(pool({ ignition: { urlLifetime: "4h13m" }, drain: { onTimeout: "force" } })),
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
      "pools[metal].rollout.maxUnavailable",
      good(pool({ rollout: { maxUnavailable: "0%" } })),
      good(pool({ rollout: { maxUnavailable: "100%" } })),
    ],
    [
      "pools[metal].rollout.canary.soak",
      good(pool({ rollout: { canary: { count: 1 } } })),
      good(pool({ rollout: { canary: { soak: "10m" } } })),
    ],
    [
      "pools[metal].rollout.canary.count",
      good(pool({ rollout: { canary: { count: 0, soak: "10m" } } })),
      good(pool({ rollout: { canary: { count: 2, soak: "10m" } } })),
    ],
    [
      "pools[metal].ignition.spec",
      good(pool({ ignition: { spec: "2.2.0" } })),
      good(pool({ ignition: { spec: "3.4.0" } })),
    ],
    [
      "pools[metal].ignition.spec",
      good(pool({ ignition: { spec: "3.0.0", proxy: { httpsProxy: "http://proxy:3128" } } })),
      good(pool({ ignition: { spec: "3.1.0", proxy: { httpsProxy: "http://proxy:3128" } } })),
    ],
    [
      "pools[metal].ignition.delivery",
      good(pool({ ignition: { delivery: "ftp" } })),
      good(pool({ ignition: { delivery: "inline" } })),
    ],
    [
      "pools[metal].ignition.proxy",
      good(pool({ ignition: { proxy: { noProxy: ["10.0.0.5"] } } })),
      good(pool({ ignition: { proxy: { httpProxy: "http://proxy:3128", noProxy: ["10.0.0.5"] } } })),
    ],
    [
      "pools[metal].ignition.proxy.httpsProxy",
      good(pool({ ignition: { proxy: { httpsProxy: "socks5://proxy:1080" } } })),
      good(pool({ ignition: { proxy: { httpsProxy: "https://proxy:3129" } } })),
    ],
    [
      "pools[metal].ignition.proxy.httpProxy",
      good(pool({ ignition: { proxy: { httpProxy: "proxy:3128" } } })),
      good(pool({ ignition: { proxy: { httpProxy: "http://proxy:3128" } } })),
    ],
    [
      "pools[metal].ignition.proxy.noProxy[1]",
      good(pool({ ignition: { proxy: { httpProxy: "http://proxy:3128", noProxy: [".a", "b,c"] } } })),
      good(pool({ ignition: { proxy: { httpProxy: "http://proxy:3128", noProxy: [".a", "10.0.0.0/16"] } } })),
    ],
    [
      "pools[metal].ignition.fragments[0].ignition.version",
      good(pool({ ignition: { fragments: [{ ignition: { version: "2.2.0" } }] } })),
      good(pool({ ignition: { fragments: [{ ignition: { version: "3.2.0" } }] } })),
    ],
  ];

  test.each(cases)("%s", (path, bad, valid) => {
    expect(Object.keys(diagnosticsOf(bad))).toEqual([path]);
    accepted(valid);
  });
});
