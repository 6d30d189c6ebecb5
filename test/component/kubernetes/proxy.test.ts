import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { inspect } from "node:util";
import { Api } from "../../../components/kubernetes/client.ts";
import { loadKubeConfig } from "../../../components/kubernetes/kubeconfig.ts";
import { selfSigned } from "../../support/authority.ts";
import { type Proxy, startProxy } from "../support/proxy.ts";
import { ScriptedApi } from "../support/scripted-api.ts";

// The way to the API server by the proxy of the environment, over a real one.

const before = { ...process.env };
let server: ScriptedApi;
let proxy: Proxy;
let api: Api | undefined;
let authority: string;

beforeEach(async () => {
  const tls = await selfSigned();
  authority = tls.cert;
  server = new ScriptedApi(tls);
  await server.start();
  proxy = await startProxy();
  process.env = Object.fromEntries(Object.entries(before).filter(([name]) => !/_proxy$/i.test(name)));
});
afterEach(async () => {
  process.env = { ...before };
  await api?.close();
  proxy.stop();
  server.stop();
});

/** By an address that leads to this machine, and that is not one of those that are never reached through a proxy. */
const host = (): string => server.address.replace("https://127.0.0.1", "0.0.0.0");

function open(env: Record<string, string>, cluster: object = {}): Api {
  Object.assign(process.env, env);
  const content = {
    clusters: [{ name: "c", cluster: { server: `https://${host()}`, "tls-server-name": "127.0.0.1", ...cluster } }],
    users: [{ name: "u", user: { token: "t" } }],
    contexts: [{ name: "x", context: { cluster: "c", user: "u" } }],
    "current-context": "x",
  };
  return (api = new Api(loadKubeConfig({ kubeconfig: JSON.stringify(content), ca: authority })));
}
const ask = (client: Api): Promise<unknown> => client.request("/api/v1/nodes", { retries: 0 });

describe("GIVEN HTTPS_PROXY WHEN the API server is asked", () => {
  test("THEN requests and watches go through the proxy", async () => {
    const client = open({ HTTPS_PROXY: proxy.url });
    await expect(ask(client)).resolves.toHaveProperty("items");
    const over = new AbortController();
    await client.lines("/api/v1/nodes", { watch: "true", resourceVersion: "1" }, over.signal);
    over.abort();
    expect(proxy.tunnels).toEqual([host(), host()]);
  });

  test("THEN its user and password are told to the proxy, without their escapes", async () => {
    await ask(open({ HTTPS_PROXY: proxy.url.replace("//", "//me:p%40w%25@") }));
    expect(proxy.users).toEqual(["me:p@w%"]);
  });

  test.each(["0.0.0.0", "0.0.0.0/8", "other,*"])("THEN it is asked directly if NO_PROXY is %s", async (exceptions) => {
    await expect(ask(open({ HTTPS_PROXY: proxy.url, NO_PROXY: exceptions }))).resolves.toHaveProperty("items");
    expect(proxy.tunnels).toEqual([]);
  });

  test("THEN the kubeconfig's own proxy-url takes precedence, whatever NO_PROXY says", async () => {
    const env = { HTTPS_PROXY: "http://127.0.0.1:1", NO_PROXY: "*" };
    await expect(ask(open(env, { "proxy-url": proxy.url }))).resolves.toHaveProperty("items");
    expect(proxy.tunnels).toEqual([host()]);
  });

  test("THEN a proxy that is not there is an error, without its password", async () => {
    const error: unknown = await ask(open({ HTTPS_PROXY: "http://me:canary@127.0.0.1:1" })).catch((it: unknown) => it);
    expect(error).toMatchObject({ message: expect.stringContaining("ECONNREFUSED") });
    expect(inspect(error)).not.toContain("canary");
  });
});
