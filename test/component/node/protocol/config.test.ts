import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import provider from "@pulumi/pulumi/proto/provider_pb.js";
import { type Properties, read, unknown } from "../../../../components/node/operation/property-values.ts";
import { selfSigned } from "../../../support/authority.ts";
import { owner } from "../../../support/node-fixtures.ts";
import { eventually } from "../../support/node-harness.ts";
import {
  checkRequest,
  configureRequest,
  createRequest,
  deleteRequest,
  diffRequest,
  failureOf,
  type Plugin,
  startPlugin,
  urn,
} from "../../support/plugin-client.ts";
import { startProxy } from "../../support/proxy.ts";
import { ScriptedApi } from "../../support/scripted-api.ts";
import { failure } from "../../support/scripted-objects.ts";

// The provider's own arguments and its way to the API server, in the plugin's own process.

const token = "canary-token-4f1d";
const claim = { nodeName: "w", owner, removeTimeout: 1 };

let node: Plugin;
let api: ScriptedApi;
beforeAll(async () => {
  node = await startPlugin();
});
afterAll(() => node.end("SIGINT"));
beforeEach(async () => {
  api = new ScriptedApi();
  await api.start();
});
afterEach(() => {
  api.stop();
});

const check = async (news: Properties, olds: Properties = {}) => {
  const response = await node.call<provider.CheckResponse>("checkConfig", checkRequest("", news, olds));
  const problems = response
    .getFailuresList()
    .map((it) => `${it.getProperty()} ${it.getReason()}`)
    .sort();
  return { ...read(response.getInputs()), problems };
};
const configure = (args: Properties = {}) =>
  node.call<provider.ConfigureResponse>("configure", configureRequest({ kubeconfig: api.kubeconfig(token), ...args }));
const create = () => node.call("create", createRequest(urn("claim"), claim));
const diff = (olds: Properties, news: Properties) =>
  node.call<provider.DiffResponse>("diffConfig", diffRequest("", olds, olds, news));

describe("GIVEN the arguments, WHEN they are checked", () => {
  test("THEN what may hold a credential is a secret, and a path is none", async () => {
    expect((await check({ kubeconfig: "kind: Config\nusers: []" })).secret).toEqual(["kubeconfig"]);
    expect((await check({ kubeconfig: "/home/me/.kube/config" })).secret).toEqual([]);
    expect((await check({ proxy: "http://me:pass@proxy:3128" })).secret).toEqual(["proxy"]);
    expect((await check({ proxy: "http://proxy:3128" })).secret).toEqual([]);
  });

  test("THEN all errors come at once, without the values of secrets", async () => {
    const { problems } = await check({
      kubeconfig: 3,
      proxy: `me:${token}@proxy`,
      ca: `-----BEGIN CERTIFICATE-----\n${token}\n-----END CERTIFICATE-----`,
      clusterUid: "",
      clusterUnreachable: "ignore",
      expectedWorkers: -1,
      server: "x",
    });
    expect(problems).toEqual([
      // without its name: the engine would show its value
      expect.stringMatching(/^ property proxy is not a URL of scheme http, https, socks4 or socks5/),
      "ca has a certificate, number 1, that cannot be read",
      "clusterUid must be a non-empty string",
      "clusterUnreachable must be fail or skip",
      "expectedWorkers must be a whole number of workers, at least 0",
      "kubeconfig must be a non-empty string",
      expect.stringMatching(/^server is not one of the provider's arguments: kubeconfig, context, proxy, ca/),
    ]);
    expect(problems.join()).not.toContain(token);
  });

  test("THEN what is not known yet passes", async () => {
    expect((await check({ kubeconfig: unknown, proxy: unknown, expectedWorkers: unknown })).problems).toEqual([]);
  });

  test("THEN the cluster's identity is kept where the program could not read it", async () => {
    expect((await check({}, { clusterUid: "a" })).properties).toEqual({ clusterUid: "a" });
    expect((await check({ clusterUid: "b" }, {})).properties).toEqual({ clusterUid: "b" });
  });

  test("THEN another cluster is an error of its identity", async () => {
    const { problems } = await check({ clusterUid: "b" }, { clusterUid: "a" });
    expect(problems).toEqual([expect.stringMatching(/^clusterUid .* has the uid b, expected a\./)]);
  });
});

describe("GIVEN the arguments of the last update, WHEN they are compared with the new ones", () => {
  test("THEN nothing that changes replaces, each change in detail", async () => {
    const olds = { kubeconfig: "a", ca: "x", clusterUid: "uid", cloud: "one", expectedWorkers: 2 };
    const response = await diff(olds, {
      kubeconfig: "b",
      context: "c",
      proxy: unknown,
      clusterUid: "uid",
      cloud: "two",
    });
    expect(response.getChanges()).toBe(2);
    expect(response.getReplacesList()).toEqual([]);
    const details = response.getDetaileddiffMap().toArray() as unknown as [string, unknown][];
    expect(details.map(([path]) => path).sort()).toEqual([
      "ca",
      "cloud",
      "context",
      "expectedWorkers",
      "kubeconfig",
      "proxy",
    ]);
  });

  test.each([
    ["the first identity", {}, { clusterUid: "b" }],
    ["one that is not known yet", { clusterUid: "a" }, { clusterUid: unknown }],
  ])("THEN %s is a change in place", async (_, olds, news) => {
    expect((await diff(olds, news)).getReplacesList()).toEqual([]);
  });

  test("THEN another cluster is refused, with both uids and the way out", async () => {
    const { details } = await failureOf(diff({ clusterUid: "aaa" }, { clusterUid: "bbb" }));
    expect(details).toMatch(/the cluster of the config is another cluster .* has the uid bbb, expected aaa\./);
    expect(details).toMatch(/cluster\.kubeconfig and cluster\.context.*\n.*pulumi state delete/);
  });
});

describe("GIVEN arguments that cannot be used, WHEN the provider is configured", () => {
  test.each([
    ["a path that does not exist", "/nowhere/kubeconfig", /there is no kubeconfig \/nowhere\/kubeconfig/],
    ["no YAML, with a token in it", `token: {${token}\n`, /is not a kubeconfig/],
    ["no context", "kind: Config\nclusters: []\n", /is not a kubeconfig|no current context/],
  ])("THEN %s is said with its key and what to do, and not its content", async (_, kubeconfig, expected) => {
    const { details } = await failureOf(configure({ kubeconfig }));
    expect(details).toMatch(expected);
    expect(details).toMatch(/config key cluster\.(kubeconfig|context)\).*\n.*pulumi up.*--run-program/);
    expect(details).not.toContain(token);
  });

  test("THEN everything that is wrong comes at once, also to whoever asks for something all the same", async () => {
    const wrong = { context: "prod", ca: "/nowhere/ca.crt" };
    const { details } = await failureOf(configure(wrong));
    expect(details).toMatch(/ca \(config key cluster\.ca\): \/nowhere\/ca\.crt cannot be read: ENOENT/);
    expect(details).toMatch(/context \(config key cluster\.context\): .* no context "prod"; it has: x/);
    expect((await failureOf(create())).details).toBe(details);
  });

  test("THEN unknown ones are taken, and previews answer", async () => {
    await configure({ kubeconfig: unknown });
    const request = createRequest(urn("claim"), claim, { preview: true });
    expect(read((await node.call<provider.CreateResponse>("create", request)).getProperties()).properties).toEqual(
      claim,
    );
    expect((await failureOf(create())).details).toMatch(/arguments are not known yet/);
  });
});

describe("GIVEN a cluster, WHEN the provider is configured for it", () => {
  test("THEN nothing is sent before something is asked for, and the engine may send secrets", async () => {
    const response = await configure({ clusterUid: "cluster-uid" });
    expect([response.getSupportspreview(), response.getAcceptsecrets()]).toEqual([true, true]);
    await diff({ clusterUid: "cluster-uid" }, { clusterUid: "cluster-uid" });
    expect(api.requests).toEqual([]);
    const shaken = await node.call<provider.ProviderHandshakeResponse>(
      "handshake",
      new provider.ProviderHandshakeRequest(),
    );
    expect(shaken.getAcceptSecrets()).toBe(true);
  });

  test("THEN its identity is read once, before anything else, however many ask", async () => {
    await configure({ clusterUid: "cluster-uid" });
    const names = Array.from({ length: 20 }, (_, i) => `w${i}`);
    await Promise.all(
      names.map((nodeName) => node.call("create", createRequest(urn("claim", nodeName), { ...claim, nodeName }))),
    );
    expect(api.requests[0]).toBe("GET /api/v1/namespaces/kube-system");
    expect(api.requests.filter((it) => it.endsWith("/kube-system"))).toHaveLength(1);
  });

  test("THEN another cluster gets no further request, and both uids are named", async () => {
    await configure({ clusterUid: "expected-uid" });
    const { details } = await failureOf(create());
    expect(details).toContain(`API server ${api.address} is another cluster`);
    expect(details).toMatch(/has the uid cluster-uid, expected expected-uid.*\n.*cluster\.kubeconfig/);
    await failureOf(node.call("delete", deleteRequest(urn("claim"), claim)));
    expect(api.requests.filter((it) => !it.endsWith("/kube-system"))).toEqual([]);
  });

  test("THEN a state from before identities does without", async () => {
    await configure();
    await create();
    expect(api.requests.some((it) => it.endsWith("/kube-system"))).toBe(false);
  });

  test("THEN an account that may not read it is told so", async () => {
    api.onRequest = (request) => (request.endsWith("/kube-system") ? failure(403, "forbidden") : undefined);
    await configure({ clusterUid: "cluster-uid" });
    expect((await failureOf(create())).details).toMatch(/which cluster it is cannot be read: API server: forbidden/);
  });
});

describe("GIVEN an API server with an authority of its own", () => {
  let tls: ScriptedApi;
  let cert: string;
  beforeEach(async () => {
    const made = await selfSigned();
    cert = made.cert;
    tls = new ScriptedApi(made);
    await tls.start();
  });
  afterEach(() => {
    tls.stop();
  });

  test("WHEN it is not trusted THEN that is said at once, with the key that changes it", async () => {
    await configure({ kubeconfig: tls.kubeconfig() });
    const { details } = await failureOf(create());
    expect(details).toMatch(/API server https:.*: its certificate is not trusted: .*\. Set cluster\.ca/);
  });

  test("WHEN the arguments have the authority THEN it is trusted", async () => {
    await configure({ kubeconfig: tls.kubeconfig(), ca: cert });
    await create();
    expect(tls.requests).toContain("GET /api/v1/nodes");
  });

  test("WHEN the arguments have a proxy THEN everything goes through it, whatever the kubeconfig says", async () => {
    const proxy = await startProxy();
    const kubeconfig = tls.kubeconfig().replace('"server"', '"proxy-url":"http://127.0.0.1:1","server"');
    await configure({ kubeconfig, ca: cert, proxy: proxy.url });
    await create();
    await eventually(() => tls.requests.includes("WATCH /api/v1/nodes"));
    proxy.stop();
    expect(new Set(proxy.tunnels)).toEqual(new Set([new URL(tls.address).host]));
  });
});
