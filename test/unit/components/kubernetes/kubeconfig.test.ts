import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { homedir, tmpdir } from "node:os";
import path from "node:path";
import {
  AddressError,
  type AddressProblem,
  type ClusterAddress,
  isContent,
  loadKubeConfig,
} from "../../../../components/kubernetes/kubeconfig.ts";
import { selfSigned } from "../../../support/authority.ts";

const before = { ...process.env };
let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "kubeconfig-"));
  delete process.env["KUBECONFIG"];
});
afterEach(async () => {
  process.env = { ...before };
  await rm(folder, { recursive: true });
});

const content = (name: string, server: string, current: string | undefined = name) =>
  JSON.stringify({
    clusters: [
      { name: "c", cluster: { server: `https://${server}` } },
      { name, cluster: { server: `https://${name}` } },
    ],
    users: [{ name: "u", user: {} }],
    contexts: [{ name, context: { cluster: "c", user: "u" } }],
    ...(current && { "current-context": current }),
  });
async function file(name: string, text: string): Promise<string> {
  const place = path.join(folder, name);
  await writeFile(place, text);
  return place;
}
const serverOf = async (address: ClusterAddress = {}) => (await loadKubeConfig(address)).getCurrentCluster()?.server;
const errorOf = async (address: ClusterAddress = {}): Promise<AddressError> => {
  const error: unknown = await loadKubeConfig(address).catch((reason: unknown) => reason);
  if (!(error instanceof AddressError)) throw new Error("no AddressError", { cause: error });
  return error;
};
const faultOf = async (address: ClusterAddress = {}): Promise<AddressProblem & { message: string }> => {
  const { problems, message } = await errorOf(address);
  const [refusal] = problems;
  if (!refusal || problems.length > 1) throw new Error(`not one error: ${message}`);
  return { ...refusal, message };
};

describe("GIVEN a kubeconfig by the rules of kubectl, WHEN it is loaded", () => {
  test("THEN content, a path and a path under ~ are taken", async () => {
    const place = await file("config", content("x", "a"));
    expect(await serverOf({ kubeconfig: content("x", "b") })).toBe("https://b");
    expect(await serverOf({ kubeconfig: place })).toBe("https://a");
    expect(await serverOf({ kubeconfig: `~/${path.relative(homedir(), place)}` })).toBe("https://a");
  });

  test("THEN KUBECONFIG's files are merged, the first to set a value wins, and missing ones are skipped", async () => {
    const files = ["/nowhere", await file("one", content("x", "a")), "", await file("two", content("y", "b"))];
    process.env["KUBECONFIG"] = files.join(path.delimiter);
    expect(await serverOf()).toBe("https://a");
    const merged = await loadKubeConfig({ context: "y" });
    expect(merged.getCurrentCluster()?.server).toBe("https://a");
    expect(merged.getClusters().map(({ name }) => name)).toEqual(["c", "x", "y"]);
  });

  test("THEN a configured path goes before KUBECONFIG", async () => {
    process.env["KUBECONFIG"] = await file("one", content("x", "a"));
    expect(await serverOf({ kubeconfig: await file("two", content("x", "b")) })).toBe("https://b");
  });
});

describe("GIVEN a kubeconfig that cannot be used, WHEN it is loaded", () => {
  test("THEN all the files that are not there are named", async () => {
    process.env["KUBECONFIG"] = ["/nowhere", "/nor/here"].join(path.delimiter);
    expect(await faultOf()).toMatchObject({ key: "kubeconfig", message: "there is no kubeconfig /nowhere, /nor/here" });
  });

  test("THEN one that cannot be read or parsed is named, without its content", async () => {
    expect((await faultOf({ kubeconfig: folder })).message).toBe(`kubeconfig ${folder} cannot be read: EISDIR`);
    const place = await file("bad", "token: {canary\n");
    expect((await faultOf({ kubeconfig: place })).message).toBe(`kubeconfig ${place} is not a kubeconfig`);
  });

  test.each([
    [{ context: "z" }, /has no context "z"; it has: x$/],
    [{ kubeconfig: content("x", "a", "") }, /has no current context; it has: x$/],
    [{ kubeconfig: content("x", "a").replace('"cluster":"c"', '"cluster":"d"') }, /has no cluster for its context "x"/],
  ])("THEN of %j it is said what is wrong with its context", async (address, expected) => {
    const refusal = await faultOf({ kubeconfig: content("x", "a"), ...address });
    expect(refusal).toMatchObject({ key: "context", known: ["x"] });
    expect(refusal.message).toMatch(expected);
  });

  test("THEN files that it points to are looked at, and named", async () => {
    const broken = JSON.parse(content("x", "a")) as { clusters: { cluster: object }[]; users: { user: object }[] };
    Object.assign(broken.clusters[0]?.cluster ?? {}, { "certificate-authority": "ca.crt", "proxy-url": "proxy" });
    Object.assign(broken.users[0]?.user ?? {}, { "client-key": "/nowhere/key" });
    const place = await file("config", JSON.stringify(broken));
    const { problems, message } = await errorOf({ kubeconfig: place });
    expect(problems.map(({ key }) => key)).toEqual(["kubeconfig", "kubeconfig", "kubeconfig"]);
    expect(message).toContain(`its certificate-authority ${folder}/ca.crt cannot be read: ENOENT`);
    expect(message).toContain("its client-key /nowhere/key cannot be read: ENOENT");
    expect(message).toContain("its proxy-url is not a URL of scheme http, https, socks4 or socks5");
  });

  test("THEN a user that is not there, and http without leave, are said", async () => {
    const lacking = content("x", "a").replace('"user":"u"', '"user":"v"');
    expect((await faultOf({ kubeconfig: lacking })).message).toMatch(/has no user for its context "x"/);
    const clear = content("x", "a").replace("https://a", "http://a");
    expect((await faultOf({ kubeconfig: clear })).message).toMatch(/its server is http, which needs insecure-skip/);
  });

  test("THEN everything that is wrong with the address comes at once", async () => {
    const { problems } = await errorOf({ kubeconfig: "/nowhere", proxy: "proxy:3128", ca: "/nor/ca.crt" });
    expect(problems.map(({ key }) => key).sort()).toEqual(["ca", "kubeconfig", "proxy"]);
  });
});

describe("GIVEN a proxy or an authority of the config's own, WHEN the kubeconfig is loaded", () => {
  const clusterOf = async (address: ClusterAddress) => (await loadKubeConfig(address)).getCurrentCluster();

  test("THEN the proxy counts, and not the kubeconfig's", async () => {
    const proxied = content("x", "a").replace('"https://a"', '"https://a","proxy-url":"http://theirs:1"');
    expect((await clusterOf({ kubeconfig: proxied }))?.proxyUrl).toBe("http://theirs:1");
    expect((await clusterOf({ kubeconfig: proxied, proxy: "socks5://ours:1" }))?.proxyUrl).toBe("socks5://ours:1");
  });

  test("THEN the authority counts, by path and by content, and the server is no longer trusted blindly", async () => {
    const { cert: pem } = await selfSigned();
    const place = await file("ca.crt", pem);
    const blind = content("x", "a").replace('"https://a"', '"https://a","insecure-skip-tls-verify":true');
    for (const ca of [pem, place]) {
      const cluster = await clusterOf({ kubeconfig: blind, ca });
      expect(Buffer.from(cluster?.caData ?? "", "base64").toString()).toBe(pem);
      expect(cluster?.skipTLSVerify).toBe(false);
    }
  });

  test("THEN an authority's file that is missing in the kubeconfig does no harm", async () => {
    const { cert } = await selfSigned();
    const kubeconfig = content("x", "a").replace('"https://a"', '"https://a","certificate-authority":"/nowhere"');
    expect((await clusterOf({ kubeconfig, ca: cert }))?.caFile).toBeUndefined();
  });

  test.each([
    ["no certificate", "-----BEGIN PRIVATE KEY-----\ncanary\n-----END PRIVATE KEY-----", /has no certificate in PEM/],
    ["a broken one", "-----BEGIN CERTIFICATE-----\ncanary\n-----END CERTIFICATE-----", /number 1, that cannot be read/],
  ])("THEN %s is said, without its content", async (_, ca, expected) => {
    const { key, message } = await faultOf({ kubeconfig: content("x", "a"), ca });
    expect(key).toBe("ca");
    expect(message).toMatch(expected);
    expect(message).not.toContain("canary");
  });
});

test.each([
  ["a path", "/home/me/.kube/config", false],
  ["a path under ~", "~/.kube/config", false],
  ["YAML", "apiVersion: v1\nkind: Config\n", true],
  ["JSON", ' {"kind":"Config"}', true],
])("GIVEN a kubeconfig by %s, WHEN it is asked whether that is its content", (_, kubeconfig, expected) => {
  expect(isContent(kubeconfig)).toBe(expected);
});
