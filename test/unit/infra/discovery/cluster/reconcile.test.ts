import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { dataUrl } from "../../../../../components/ignition/data-url.ts";
import { parseConfig } from "../../../../../infra/config/load.ts";
import { DiagnosticError } from "../../../../../infra/diagnostics/error.ts";
import {
  type Expected,
  readExpected,
  reconcile,
  type Reported,
} from "../../../../../infra/discovery/cluster/reconcile.ts";
import { selfSigned } from "../../../../support/authority.ts";

const [{ cert: one }, { cert: other }] = [await selfSigned(), await selfSigned()];
/** As the Machine Config Operator writes it. */
const stated = (pem: string): string =>
  `data:text/plain;charset=utf-8;base64,${Buffer.from(pem, "utf8").toString("base64")}`;
const escaped = (pem: string): string => `data:,${encodeURIComponent(pem)}`;

const url = "https://10.0.0.5:22623";
const missing = new DiagnosticError([
  { check: "cluster", path: "cluster", problem: "not there", expected: "it", remedy: "none" },
]);

const reported: Reported = {
  infraId: "lab-7x2kq",
  apiVips: ["10.0.0.5", "fd00::5"],
  ingressVips: ["10.0.0.7"],
  machineNetworks: ["10.0.0.0/16"],
  machineConfigServer: { url, authorities: [stated(one)] },
  network: { value: { type: "OVNKubernetes", mtu: 1400 } },
};

const server = (pem: string, at = url): Expected => ({ machineConfigServer: { url: at, authorities: [dataUrl(pem)] } });

describe("GIVEN a cluster that says everything", () => {
  const cases: [key: string, contradicting: Expected, valid: Expected, problem: string][] = [
    ["infraId", { infraId: "prod-x7k2p" }, { infraId: "lab-7x2kq" }, "prod-x7k2p, but the cluster reports lab-7x2kq"],
    ["apiVips", { apiVips: ["10.0.0.5"] }, { apiVips: ["fd00:0::0005", "10.0.0.5"] }, "10.0.0.5, fd00::5"],
    ["apiVips", { apiVips: ["10.0.0.5", "fd00::6"] }, { apiVips: ["10.0.0.5", "fd00::5"] }, "fd00::6"],
    ["ingressVips", { ingressVips: ["10.0.0.8"] }, { ingressVips: ["10.0.0.7"] }, "10.0.0.8, but the cluster"],
    ["machineNetworks", { machineNetworks: ["10.0.0.0/17"] }, { machineNetworks: ["10.0.255.0/16"] }, "10.0.0.0/17"],
    ["machineConfigServer.url", server(one, "https://10.0.0.6:22623"), server(one), "reports https://10.0.0.5:22623"],
    ["machineConfigServer.ca", server(other), server(`\n${one}`), "the authority SHA-256"],
    ["machineConfigServer.ca", server(`${one}${other}`), server(`${one}${one}`), "the authority SHA-256"],
    ["mtu", { mtu: 1300 }, { mtu: 1400 }, "1300, but the cluster reports 1400"],
  ];

  test.each(cases)("WHEN %s is %j THEN it is an error that names both, and %j is none", (key, bad, valid, what) => {
    const { resolved, diagnostics } = reconcile(reported, bad);
    expect(resolved).toBeUndefined();
    expect(diagnostics).toMatchObject([
      { check: "contradiction", path: `cluster.expect.${key}`, problem: expect.stringContaining(what) },
    ]);
    expect(reconcile(reported, valid)).toEqual({ resolved: { ...reported, filled: [] }, diagnostics: [] });
  });

  test("WHEN everything is otherwise THEN all errors come together", () => {
    const all = cases.reduce<Expected>((sum, [, contradicting]) => ({ ...sum, ...contradicting }), {});
    expect(reconcile(reported, all).diagnostics.map(({ path: at }) => at.slice("cluster.expect.".length))).toEqual([
      "infraId",
      "apiVips",
      "ingressVips",
      "machineNetworks",
      "machineConfigServer.ca",
      "mtu",
    ]);
  });

  test("WHEN the wrong cluster is told THEN the kubeconfig is looked at first", () => {
    expect(reconcile(reported, { infraId: "prod-x7k2p" }).diagnostics[0]?.remedy).toContain(
      "cluster.kubeconfig or cluster.context",
    );
  });

  test("WHEN lists are expected in any order THEN they are the same", () => {
    fc.assert(
      fc.property(
        fc
          .uniqueArray(fc.ipV4(), { minLength: 1 })
          .chain((ips) => fc.tuple(fc.constant(ips), fc.shuffledSubarray(ips, { minLength: ips.length }))),
        ([apiVips, shuffled]) => {
          expect(reconcile({ ...reported, apiVips }, { apiVips: shuffled }).diagnostics).toEqual([]);
          expect(reconcile({ ...reported, apiVips }, { apiVips: [...shuffled, "fd00::1"] }).diagnostics).toHaveLength(
            1,
          );
        },
      ),
    );
  });
});

describe("GIVEN a cluster that does not say everything", () => {
  const gaps: [key: string, gap: Partial<Reported>, expected: Expected, known: object][] = [
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
      { network: { value: { type: "OpenShiftSDN", mtu: undefined } } },
      { mtu: 1300 },
      { network: { value: { type: "OpenShiftSDN", mtu: 1300 } } },
    ],
    [
      "mtu",
      { network: { error: "HTTP 403", code: 403 } },
      { mtu: 1300 },
      { network: { value: { type: undefined, mtu: 1300 } } },
    ],
  ];

  test.each(gaps)(
    "WHEN %s lacks and is expected THEN the config's word counts, and is marked",
    (key, gap, expected, known) => {
      const { resolved, diagnostics } = reconcile({ ...reported, ...gap }, expected);
      expect(diagnostics).toEqual([]);
      expect(resolved).toEqual({ ...reported, ...known, filled: [key] });
    },
  );

  test.each([
    ["infraId", "none"],
    ["machineConfigServer", "none; or set cluster.expect.machineConfigServer"],
  ])("WHEN %s is missing and not expected THEN its own error is reported", (key, remedy) => {
    const diagnostics = missing.diagnostics.map((diagnostic) => ({ ...diagnostic, remedy }));
    expect(reconcile({ ...reported, [key]: missing }, {})).toEqual({ resolved: undefined, diagnostics });
  });

  test("WHEN optional values are missing THEN there is no error, and no value is invented", () => {
    const bare: Reported = { ...reported, apiVips: [], ingressVips: [], machineNetworks: [] };
    expect(reconcile(bare, {})).toEqual({ resolved: { ...bare, filled: [] }, diagnostics: [] });
  });

  test("WHEN the Network cannot be read for another reason THEN that is reported, whatever is expected", () => {
    const network = { error: "HTTP 503", code: 503 };
    expect(reconcile({ ...reported, network }, { mtu: 1300 }).resolved).toEqual({ ...reported, network, filled: [] });
  });
});

test("GIVEN one authority WHEN it is written in another way THEN it is the same; what is none is only itself", () => {
  const as = (source: string): Reported => ({ ...reported, machineConfigServer: { url, authorities: [source] } });
  expect(reconcile(as(escaped(one)), server(one)).diagnostics).toEqual([]);
  expect(reconcile(as("https://elsewhere/ca"), server(one)).diagnostics[0]?.problem).toContain(
    "reports https://elsewhere/ca",
  );
  expect(reconcile(as(stated("none")), server(one)).diagnostics[0]?.problem).toContain(
    "an authority that cannot be read",
  );
});

describe("GIVEN cluster.expect in a stack's file", () => {
  const read = (expected: object): Expected => {
    const { config, diagnostics } = parseConfig({ cloud: "lab", pools: [], cluster: { expect: expected } });
    if (!config) throw new Error(JSON.stringify(diagnostics));
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
  ])("WHEN its authority is %j THEN the error names the key", (ca, what) => {
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
    const { diagnostics } = parseConfig({ cloud: "lab", pools: [], cluster: { expect: { [key]: value } } });
    expect(diagnostics?.map(({ path: at }) => at)).toEqual([expect.stringMatching(`^cluster.expect.${key}`)]);
  });
});
