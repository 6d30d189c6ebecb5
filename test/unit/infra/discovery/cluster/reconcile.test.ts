import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { dataUrl } from "../../../../../components/ignition/data-url.ts";
import { parseConfig } from "../../../../../infra/config/load.ts";
import { DiagnosticError } from "../../../../../infra/diagnostics/error.ts";
import { type Expected, readExpected, type Said, settle } from "../../../../../infra/discovery/cluster/reconcile.ts";
import { selfSigned } from "../../../../support/authority.ts";

const [{ cert: one }, { cert: other }] = [await selfSigned(), await selfSigned()];
/** As the Machine Config Operator writes it. */
const stated = (pem: string): string =>
  `data:text/plain;charset=utf-8;base64,${Buffer.from(pem, "utf8").toString("base64")}`;
const escaped = (pem: string): string => `data:,${encodeURIComponent(pem)}`;

const url = "https://10.0.0.5:22623";
const missing = new DiagnosticError([
  { check: "cluster", path: "cluster", what: "not there", expected: "it", fix: "none" },
]);

const said: Said = {
  infraId: "lab-7x2kq",
  apiVips: ["10.0.0.5", "fd00::5"],
  ingressVips: ["10.0.0.7"],
  machineNetworks: ["10.0.0.0/16"],
  machineConfigServer: { url, authorities: [stated(one)] },
  network: { answer: { type: "OVNKubernetes", mtu: 1400 } },
};

const server = (pem: string, at = url): Expected => ({ machineConfigServer: { url: at, authorities: [dataUrl(pem)] } });

describe("GIVEN a cluster that says everything", () => {
  const cases: [key: string, contradicting: Expected, twin: Expected, what: string][] = [
    ["infraId", { infraId: "prod-x7k2p" }, { infraId: "lab-7x2kq" }, "prod-x7k2p, and the cluster says lab-7x2kq"],
    ["apiVips", { apiVips: ["10.0.0.5"] }, { apiVips: ["fd00:0::0005", "10.0.0.5"] }, "10.0.0.5, fd00::5"],
    ["apiVips", { apiVips: ["10.0.0.5", "fd00::6"] }, { apiVips: ["10.0.0.5", "fd00::5"] }, "fd00::6"],
    ["ingressVips", { ingressVips: ["10.0.0.8"] }, { ingressVips: ["10.0.0.7"] }, "10.0.0.8, and the cluster"],
    ["machineNetworks", { machineNetworks: ["10.0.0.0/17"] }, { machineNetworks: ["10.0.255.0/16"] }, "10.0.0.0/17"],
    ["machineConfigServer.url", server(one, "https://10.0.0.6:22623"), server(one), "says https://10.0.0.5:22623"],
    ["machineConfigServer.ca", server(other), server(`\n${one}`), "the authority SHA-256"],
    ["machineConfigServer.ca", server(`${one}${other}`), server(`${one}${one}`), "the authority SHA-256"],
    ["mtu", { mtu: 1300 }, { mtu: 1400 }, "1300, and the cluster says 1400"],
  ];

  test.each(cases)("WHEN %s is %j THEN it is a fault that names both, and %j is none", (key, bad, twin, what) => {
    const { settled, faults } = settle(said, bad);
    expect(settled).toBeUndefined();
    expect(faults).toMatchObject([
      { check: "contradiction", path: `cluster.expect.${key}`, what: expect.stringContaining(what) },
    ]);
    expect(settle(said, twin)).toEqual({ settled: { ...said, filled: [] }, faults: [] });
  });

  test("WHEN everything is otherwise THEN all faults come together", () => {
    const all = cases.reduce<Expected>((sum, [, contradicting]) => ({ ...sum, ...contradicting }), {});
    expect(settle(said, all).faults.map(({ path: at }) => at.slice("cluster.expect.".length))).toEqual([
      "infraId",
      "apiVips",
      "ingressVips",
      "machineNetworks",
      "machineConfigServer.ca",
      "mtu",
    ]);
  });

  test("WHEN the wrong cluster is told THEN the kubeconfig is looked at first", () => {
    expect(settle(said, { infraId: "prod-x7k2p" }).faults[0]?.fix).toContain("cluster.kubeconfig or cluster.context");
  });

  test("WHEN lists are expected in any order THEN they are the same", () => {
    fc.assert(
      fc.property(
        fc
          .uniqueArray(fc.ipV4(), { minLength: 1 })
          .chain((ips) => fc.tuple(fc.constant(ips), fc.shuffledSubarray(ips, { minLength: ips.length }))),
        ([apiVips, shuffled]) => {
          expect(settle({ ...said, apiVips }, { apiVips: shuffled }).faults).toEqual([]);
          expect(settle({ ...said, apiVips }, { apiVips: [...shuffled, "fd00::1"] }).faults).toHaveLength(1);
        },
      ),
    );
  });
});

describe("GIVEN a cluster that does not say everything", () => {
  const gaps: [key: string, gap: Partial<Said>, expected: Expected, known: object][] = [
    ["infraId", { infraId: missing }, { infraId: "a-1" }, { infraId: "a-1" }],
    ["apiVips", { apiVips: [] }, { apiVips: ["10.0.0.9"] }, { apiVips: ["10.0.0.9"] }],
    ["ingressVips", { ingressVips: [] }, { ingressVips: ["10.0.0.9"] }, { ingressVips: ["10.0.0.9"] }],
    [
      "machineNetworks",
      { machineNetworks: [] },
      { machineNetworks: ["10.1.0.0/16"] },
      { machineNetworks: ["10.1.0.0/16"] },
    ],
    ["machineConfigServer", { machineConfigServer: missing }, server(other), server(other)],
    ["machineConfigServer.ca", { machineConfigServer: { url, authorities: [] } }, server(other), server(other)],
    [
      "mtu",
      { network: { answer: { type: "OpenShiftSDN", mtu: undefined } } },
      { mtu: 1300 },
      { network: { answer: { type: "OpenShiftSDN", mtu: 1300 } } },
    ],
    [
      "mtu",
      { network: { trouble: "HTTP 403", code: 403 } },
      { mtu: 1300 },
      { network: { answer: { type: undefined, mtu: 1300 } } },
    ],
  ];

  test.each(gaps)(
    "WHEN %s lacks and is expected THEN the config's word counts, and is marked",
    (key, gap, expected, known) => {
      const { settled, faults } = settle({ ...said, ...gap }, expected);
      expect(faults).toEqual([]);
      expect(settled).toEqual({ ...said, ...known, filled: [key] });
    },
  );

  test.each([
    ["infraId", "none"],
    ["machineConfigServer", "none; or tell it by cluster.expect.machineConfigServer"],
  ])("WHEN %s lacks and is not expected THEN its own fault is told", (key, fix) => {
    const faults = missing.faults.map((fault) => ({ ...fault, fix }));
    expect(settle({ ...said, [key]: missing }, {})).toEqual({ settled: undefined, faults });
  });

  test("WHEN what can be missing lacks THEN nothing is at fault, and nothing made up", () => {
    const bare: Said = { ...said, apiVips: [], ingressVips: [], machineNetworks: [] };
    expect(settle(bare, {})).toEqual({ settled: { ...bare, filled: [] }, faults: [] });
  });

  test("WHEN the network is in another trouble THEN it is told, whatever is expected", () => {
    const network = { trouble: "HTTP 503", code: 503 };
    expect(settle({ ...said, network }, { mtu: 1300 }).settled).toEqual({ ...said, network, filled: [] });
  });
});

test("GIVEN one authority WHEN it is written in another way THEN it is the same; what is none is only itself", () => {
  const as = (source: string): Said => ({ ...said, machineConfigServer: { url, authorities: [source] } });
  expect(settle(as(escaped(one)), server(one)).faults).toEqual([]);
  expect(settle(as("https://elsewhere/ca"), server(one)).faults[0]?.what).toContain("says https://elsewhere/ca");
  expect(settle(as(stated("none")), server(one)).faults[0]?.what).toContain("an authority that cannot be read");
});

describe("GIVEN cluster.expect in a stack's file", () => {
  const read = (expected: object): Expected => {
    const { config, faults } = parseConfig({ cloud: "lab", pools: [], cluster: { expect: expected } });
    if (!config) throw new Error(JSON.stringify(faults));
    return readExpected(config.cluster);
  };

  test("WHEN it names a Machine Config Server THEN its path is left out, and the authority is read", async () => {
    const folder = await mkdtemp(path.join(tmpdir(), "expected-"));
    const file = path.join(folder, "ca.crt");
    await writeFile(file, one);
    const { machineConfigServer } = server(`${one}\n`);
    for (const ca of [file, one])
      expect(read({ mtu: 1400, machineConfigServer: { url: `${url}/config/worker`, ca } })).toEqual({
        mtu: 1400,
        machineConfigServer,
      });
    await rm(folder, { recursive: true });
  });

  test.each([
    ["/nonexistent/ca.crt", "/nonexistent/ca.crt cannot be read: ENOENT"],
    [
      "-----BEGIN CERTIFICATE-----\nAA==\n-----END CERTIFICATE-----\n",
      "has a certificate, number 1, that cannot be read",
    ],
  ])("WHEN its authority is %j THEN the fault names the key", (ca, what) => {
    const reading = (): Expected => read({ machineConfigServer: { url, ca } });
    expect(reading).toThrow(DiagnosticError);
    expect(reading).toThrow(
      `cluster.expect.machineConfigServer.ca: ${what.startsWith("/") ? what : `the content ${what}`}`,
    );
  });

  test.each([
    ["infraId", ""],
    ["apiVips", []],
    ["apiVips", ["10.0.0"]],
    ["ingressVips", "10.0.0.7"],
    ["machineNetworks", ["10.0.0.0"]],
    ["machineConfigServer", { url }],
    ["machineConfigServer", { url: "http://10.0.0.5:22623", ca: "/ca.crt" }],
    ["mtu", 100],
    ["mtu", "1400"],
    ["apiVIPs", ["10.0.0.5"]],
  ])("WHEN %s is %j THEN it is refused at its key", (key, value) => {
    const { faults } = parseConfig({ cloud: "lab", pools: [], cluster: { expect: { [key]: value } } });
    expect(faults?.map(({ path: at }) => at)).toEqual([expect.stringMatching(`^cluster.expect.${key}`)]);
  });
});
