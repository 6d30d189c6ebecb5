import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { DiagnosticError } from "../../../infra/diagnostics/error.ts";
import { ClusterUnreachable } from "../../../infra/discovery/cluster/ask.ts";
import { openCluster } from "../../../infra/discovery/cluster/kubeconfig.ts";
import { readCluster } from "../../../infra/discovery/cluster/read.ts";
import type { Expected } from "../../../infra/discovery/cluster/reconcile.ts";
import { type ClusterFacts } from "../../../infra/discovery/facts.ts";
import { hosted420 } from "../../support/releases/hosted-4.20.ts";
import { none418 } from "../../support/releases/none-4.18.ts";

const openstack = { apiServerInternalIPs: ["10.0.0.5"], ingressIPs: ["10.0.0.7"], machineNetworks: ["10.0.0.0/16"] };
const apiServerInternalURI = "https://api-int.lab.example:6443";
const infrastructure = {
  status: { infrastructureName: "lab-7x2kq", apiServerInternalURI, platformStatus: { openstack } },
};
const pointer = (merge: object): string =>
  JSON.stringify({
    ignition: { config: merge, security: { tls: { certificateAuthorities: [{ source: "data:;base64,QQ==" }] } } },
  });
const source = "https://10.0.0.5:22623/config/worker";

describe("a cluster", () => {
  const before = { ...process.env };
  const good: Record<string, unknown> = {
    "/version": { gitVersion: "v1.34.1" },
    "/apis/config.openshift.io/v1/infrastructures/cluster": infrastructure,
    "/apis/config.openshift.io/v1/networks/cluster": {
      status: { networkType: "OVNKubernetes", clusterNetworkMTU: 1400 },
    },
    "/apis/machineconfiguration.openshift.io/v1/machineconfigpools": { items: [{ metadata: { name: "worker" } }] },
    "/api/v1/namespaces/openshift-machine-api/secrets/worker-user-data": {
      data: { userData: Buffer.from(pointer({ merge: [{ source }] })).toString("base64") },
    },
    "/api/v1/namespaces/kube-system": { metadata: { uid: "42" } },
    "/api/v1/nodes": {
      items: [
        { metadata: { name: "ready" }, spec: {}, status: { conditions: [{ type: "Ready", status: "True" }] } },
        { metadata: { name: "silent" }, status: { conditions: [{ type: "Ready", status: "Unknown" }] } },
        { metadata: { name: "new" }, status: {} },
        {
          metadata: { name: "cordoned" },
          spec: { unschedulable: true },
          status: { conditions: [{ type: "Ready", status: "True" }] },
        },
      ],
    },
  };
  let answers: Record<string, unknown>;
  let server: Server;
  let folder: string;

  beforeEach(async () => {
    answers = { ...good };
    server = createServer((request, response) => {
      const answer = answers[request.url ?? ""];
      const status = typeof answer === "number" ? answer : answer === undefined ? 404 : 200;
      response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(answer ?? {}));
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    folder = await mkdtemp(path.join(tmpdir(), "kubeconfig-"));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    process.env["KUBECONFIG"] = path.join(folder, "config");
    const kubeconfig = {
      clusters: [{ name: "c", cluster: { server: url, "insecure-skip-tls-verify": true } }],
      users: [{ name: "u", user: {} }],
      contexts: [{ name: "admin", context: { cluster: "c", user: "u" } }],
      "current-context": "admin",
    };
    await writeFile(path.join(folder, "config"), JSON.stringify(kubeconfig));
  });
  afterEach(async () => {
    process.env = { ...before };
    server.closeAllConnections();
    server.close();
    await rm(folder, { recursive: true });
  });

  const read = async (config: { context?: string } = {}, expected: Expected = {}): Promise<ClusterFacts> =>
    readCluster(openCluster(config), AbortSignal.timeout(5000), expected);
  async function diagnosticsOf(
    config: { context?: string } = {},
    expected: Expected = {},
  ): Promise<Record<string, string>> {
    const error = await read(config, expected).then(
      () => undefined,
      (reason: unknown) => reason,
    );
    if (!(error instanceof DiagnosticError)) throw new Error("no DiagnosticError", { cause: error });
    return Object.fromEntries(error.diagnostics.map(({ path: key, problem }) => [problem, key]));
  }

  test("tells its names, addresses, pools and its Machine Config Server", async () => {
    const { nodes, ...facts } = await read();
    // a cordon does not count: its pods still run
    expect(nodes.filter(({ serving }) => serving).map(({ name }) => name)).toEqual(["ready", "cordoned"]);
    expect(facts).toEqual({
      infraId: "lab-7x2kq",
      apiUrl: "https://api-int.lab.example:6443",
      uid: "42",
      version: "v1.34.1",
      apiVips: ["10.0.0.5"],
      ingressVips: ["10.0.0.7"],
      machineNetworks: ["10.0.0.0/16"],
      machineConfigServer: { url: "https://10.0.0.5:22623", authorities: ["data:;base64,QQ=="] },
      machineConfigPools: { value: [expect.objectContaining({ name: "worker", paused: false, updating: false })] },
      network: { value: { type: "OVNKubernetes", mtu: 1400 } },
      filled: [],
    });
  });

  const poolsUrl = "/apis/machineconfiguration.openshift.io/v1/machineconfigpools";

  test.each([
    [403, 403],
    [undefined, 404],
  ])("whose MachineConfigPools answer %p is known without them", async (answer, code) => {
    answers[poolsUrl] = answer;
    expect((await read()).machineConfigPools).toEqual({ error: `HTTP ${code}`, code });
  });

  const infrastructureUrl = "/apis/config.openshift.io/v1/infrastructures/cluster";
  const userDataUrl = "/api/v1/namespaces/openshift-machine-api/secrets/worker-user-data";
  const networkUrl = "/apis/config.openshift.io/v1/networks/cluster";
  const platformProblem =
    "the cluster's platform is None: no cloud controller tells which server a Node runs on (no providerID)";
  const hostedProblem =
    "the cluster's control plane is hosted (Infrastructure cluster, status.controlPlaneTopology: External): it has neither a Machine Config Server nor MachineConfigPools";
  const machineConfigServer = { url: "https://10.0.0.9:22623", authorities: ["data:;base64,Qg=="] };

  test.each<[string, unknown, Expected, Partial<ClusterFacts>]>([
    [
      infrastructureUrl,
      undefined,
      { infraId: "a-1", apiVips: ["10.0.0.9"] },
      { infraId: "a-1", apiVips: ["10.0.0.9"] },
    ],
    [
      infrastructureUrl,
      { status: { platformStatus: { openstack } } },
      { infraId: "a-1" },
      { infraId: "a-1", apiVips: ["10.0.0.5"] },
    ],
    [userDataUrl, 403, { machineConfigServer }, { machineConfigServer }],
    [userDataUrl, undefined, { machineConfigServer }, { machineConfigServer }],
    [userDataUrl, { data: {} }, { machineConfigServer }, { machineConfigServer }],
    [networkUrl, 403, { mtu: 1300 }, { network: { value: { type: undefined, mtu: 1300 } } }],
    [networkUrl, undefined, { mtu: 1300 }, { network: { value: { type: undefined, mtu: 1300 } } }],
    [
      networkUrl,
      { status: { networkType: "OVNKubernetes" } },
      { mtu: 1300 },
      { network: { value: { type: "OVNKubernetes", mtu: 1300 } } },
    ],
    [networkUrl, 403, {}, { network: { error: "HTTP 403", code: 403 } }],
    [networkUrl, undefined, {}, { network: { value: { type: undefined, mtu: undefined } } }],
    [networkUrl, 500, { mtu: 1300 }, { network: { error: "HTTP 500", code: 500 } }],
  ])("whose %s answers %j, with %j expected, is known by that", async (url, answer, expected, facts) => {
    answers[url] = answer;
    expect(await read({}, expected)).toMatchObject(facts);
  });

  test.each<[string, unknown, Expected, RegExp]>([
    [infrastructureUrl, 403, { infraId: "a-1" }, /^not allowed to read Infrastructure cluster/],
    [infrastructureUrl, { status: { platformStatus: { openstack } } }, {}, /status\.infrastructureName is missing$/],
    [userDataUrl, 503, { machineConfigServer }, /no answer for Secret .*: 503$/],
    [userDataUrl, { data: {} }, {}, /data\.userData is missing$/],
  ])("whose %s answers %j, with %j expected, is at error", async (url, answer, expected, what) => {
    answers[url] = answer;
    expect(Object.keys(await diagnosticsOf({}, expected))).toEqual([expect.stringMatching(what)]);
  });

  test.each<[string, unknown, unknown, RegExp | undefined]>([
    ["is not there, and the operator's is", undefined, good[userDataUrl], undefined],
    [
      "is not there, and neither is the operator's",
      undefined,
      undefined,
      /^Secret .*\/worker-user-data does not exist/,
    ],
    ["is not there, and the operator's may not be read", undefined, 403, /^Secret .*\/worker-user-data does not exist/],
    ["may not be read", 403, good[userDataUrl], /^not allowed to read Secret .*\/worker-user-data \(403\)/],
  ])("whose installer's Secret %s", async (_, installer, operator, what) => {
    answers[userDataUrl] = installer;
    answers[`${userDataUrl}-managed`] = operator;
    if (what) expect(Object.keys(await diagnosticsOf())).toEqual([expect.stringMatching(what)]);
    else expect(await read()).toMatchObject({ machineConfigServer: { url: "https://10.0.0.5:22623" }, filled: [] });
  });

  test("of another platform is known only if the config says it", async () => {
    answers[infrastructureUrl] = none418.infrastructure;
    expect(await diagnosticsOf()).toEqual({ [platformProblem]: "cluster.platform" });
    expect(await read({}, { platform: "None" })).toMatchObject({
      infraId: "lab-7x2kq",
      nodeIdentity: "address",
      apiVips: [],
    });
    expect(await diagnosticsOf({}, { infraId: "a-1" })).toEqual({
      [platformProblem]: "cluster.platform",
      "the config expects a-1, but the cluster reports lab-7x2kq": "cluster.expect.infraId",
    });
  });

  test("whose control plane is hosted is refused for that alone", async () => {
    answers[infrastructureUrl] = hosted420;
    answers[userDataUrl] = undefined;
    answers[poolsUrl] = undefined;
    expect(await diagnosticsOf()).toEqual({ [hostedProblem]: "cluster" });
  });

  test("that says otherwise than is expected is at error, beside everything else", async () => {
    answers["/api/v1/namespaces/kube-system"] = 403;
    const diagnostics = await diagnosticsOf({}, { infraId: "a-1", ingressVips: ["10.0.0.9"] });
    expect(Object.values(diagnostics).toSorted()).toEqual([
      "cluster",
      "cluster.expect.infraId",
      "cluster.expect.ingressVips",
    ]);
  });

  test.each([
    ["/version", 401, /refused the credentials \(401\)$/],
    ["/apis/config.openshift.io/v1/infrastructures/cluster", undefined, /^Infrastructure cluster does not exist at/],
    ["/api/v1/namespaces/openshift-machine-api/secrets/worker-user-data", 403, /^not allowed to read Secret/],
    [
      "/apis/machineconfiguration.openshift.io/v1/machineconfigpools",
      503,
      /no answer for the MachineConfigPools: 503$/,
    ],
    ["/apis/config.openshift.io/v1/infrastructures/cluster", {}, /missing or of the wrong type: status$/],
  ])("whose %s answers %p is one error", async (url, answer, what) => {
    answers[url] = answer;
    const diagnostics = await diagnosticsOf();
    expect(Object.keys(diagnostics)).toEqual([expect.stringMatching(what)]);
    expect(Object.values(diagnostics)).toEqual(["cluster"]);
  });

  test("that does not answer at all is distinguished from one that refuses", async () => {
    answers["/version"] = 403;
    await expect(read()).rejects.not.toBeInstanceOf(ClusterUnreachable);
    server.close();
    server.closeAllConnections();
    await expect(read()).rejects.toBeInstanceOf(ClusterUnreachable);
  });

  test.each([
    ["sleep", ["1"], /its helper sleep did not give them: no answer in time$/],
    ["false", [], /its helper false did not give them: it ended with exit code 1$/],
    ["/nowhere", [], /its helper \/nowhere did not give them: it is not an executable file$/],
  ])(
    "GIVEN a helper %s that hands out no credentials THEN the helper is named, and the cluster does not count as unreachable",
    async (command, args, what) => {
      const exec = { apiVersion: "client.authentication.k8s.io/v1", command, args, interactiveMode: "Never" };
      const kubeconfig = {
        clusters: [{ name: "c", cluster: { server: "https://127.0.0.1:1" } }],
        users: [{ name: "u", user: { exec } }],
        contexts: [{ name: "x", context: { cluster: "c", user: "u" } }],
        "current-context": "x",
      };
      const api = openCluster({ kubeconfig: JSON.stringify(kubeconfig) });
      const reading = readCluster(api, AbortSignal.timeout(300));
      await expect(reading).rejects.not.toBeInstanceOf(ClusterUnreachable);
      await expect(reading).rejects.toMatchObject({
        diagnostics: [{ path: "cluster", problem: expect.stringMatching(what) }],
      });
    },
  );

  test("GIVEN a server that takes requests and never answers WHEN the time is up THEN it is unreachable, and the request ends", async () => {
    const left = Promise.withResolvers<undefined>();
    server.removeAllListeners("request").on("request", (request) => request.on("close", () => left.resolve(undefined)));
    const reading = readCluster(openCluster({}), AbortSignal.timeout(300));
    await expect(reading).rejects.toBeInstanceOf(ClusterUnreachable);
    await left.promise;
  });

  test("that answers two questions wrongly is two errors", async () => {
    answers = {
      ...good,
      "/api/v1/namespaces/kube-system": 403,
      "/apis/config.openshift.io/v1/infrastructures/cluster": 403,
    };
    expect(Object.keys(await diagnosticsOf())).toHaveLength(2);
  });

  test("that is out of reach is one error", async () => {
    server.close();
    const [what = ""] = Object.keys(await diagnosticsOf());
    expect(what).toMatch(/ECONNREFUSED/);
  });

  test("of an unknown context is an error of that key", async () => {
    expect(Object.values(await diagnosticsOf({ context: "admim" }))).toEqual(["cluster.context"]);
  });

  test("is found by KUBECONFIG's list, whose missing files are skipped", async () => {
    process.env["KUBECONFIG"] = ["/nowhere", path.join(folder, "config")].join(path.delimiter);
    expect((await read()).uid).toBe("42");
  });

  test("without a kubeconfig is an error of that key", async () => {
    process.env["KUBECONFIG"] = "/nowhere";
    expect(await diagnosticsOf()).toEqual({ "there is no kubeconfig /nowhere": "cluster.kubeconfig" });
  });
});
