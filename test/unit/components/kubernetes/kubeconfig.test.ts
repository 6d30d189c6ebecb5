import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { homedir, tmpdir } from "node:os";
import path from "node:path";
import {
  type ClusterAddress,
  isContent,
  KubeconfigError,
  type KubeconfigProblem,
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
const serverOf = (address: ClusterAddress = {}): string => loadKubeConfig(address).cluster.server;
function errorOf(address: ClusterAddress = {}): KubeconfigError {
  try {
    loadKubeConfig(address);
  } catch (error) {
    if (error instanceof KubeconfigError) return error;
    throw error;
  }
  throw new Error("it was loaded");
}
function problemOf(address: ClusterAddress = {}): KubeconfigProblem & { message: string } {
  const { problems, message } = errorOf(address);
  const [first] = problems;
  if (!first || problems.length > 1) throw new Error(`not one error: ${message}`);
  return { ...first, message };
}

describe("GIVEN a kubeconfig by the rules of kubectl, WHEN it is loaded", () => {
  test("THEN content, a path and a path under ~ are taken", async () => {
    const place = await file("config", content("x", "a"));
    expect(serverOf({ kubeconfig: content("x", "b") })).toBe("https://b");
    expect(serverOf({ kubeconfig: place })).toBe("https://a");
    expect(serverOf({ kubeconfig: `~/${path.relative(homedir(), place)}` })).toBe("https://a");
  });

  test("THEN KUBECONFIG's files are merged, the first to set a value wins, and missing ones are skipped", async () => {
    const files = ["/nowhere", await file("one", content("x", "a")), "", await file("two", content("y", "b"))];
    process.env["KUBECONFIG"] = files.join(path.delimiter);
    expect(serverOf()).toBe("https://a");
    expect(serverOf({ context: "y" })).toBe("https://a");
    expect(problemOf({ context: "z" }).known).toEqual(["x", "y"]);
  });

  test("THEN a configured path goes before KUBECONFIG", async () => {
    process.env["KUBECONFIG"] = await file("one", content("x", "a"));
    expect(serverOf({ kubeconfig: await file("two", content("x", "b")) })).toBe("https://b");
  });
});

describe("GIVEN a kubeconfig that cannot be used, WHEN it is loaded", () => {
  test("THEN all the files that are not there are named", () => {
    process.env["KUBECONFIG"] = ["/nowhere", "/nor/here"].join(path.delimiter);
    expect(problemOf()).toMatchObject({ key: "kubeconfig", message: "there is no kubeconfig /nowhere, /nor/here" });
  });

  test.each([":", "::"])(
    "THEN a KUBECONFIG of separators alone (%s) is named: kubectl reads no file then either",
    (list) => {
      process.env["KUBECONFIG"] = list;
      expect(problemOf()).toMatchObject({
        key: "kubeconfig",
        message: `KUBECONFIG of the environment is "${list}", which names no file: set it to a path, or unset it for ~/.kube/config`,
      });
    },
  );

  test("THEN a KUBECONFIG that holds the content of a kubeconfig is refused without showing it", () => {
    process.env["KUBECONFIG"] = "apiVersion: v1\nusers: [{ user: { token: SECRET } }]\n";
    expect(problemOf()).toMatchObject({
      key: "kubeconfig",
      message: "KUBECONFIG of the environment is the content of a kubeconfig: set it to the path of a file with it",
    });
  });

  test("THEN one that cannot be read or parsed is named, without its content", async () => {
    expect(problemOf({ kubeconfig: folder }).message).toBe(`kubeconfig ${folder} cannot be read: EISDIR`);
    const place = await file("bad", "token: {canary\n");
    expect(problemOf({ kubeconfig: place }).message).toBe(
      `kubeconfig ${place} is not a kubeconfig: line 2: BAD_INDENT`,
    );
  });

  test.each([
    [{ context: "z" }, /has no context "z"; it has: x$/],
    [{ kubeconfig: content("x", "a", "") }, /has no current context; it has: x$/],
    [{ kubeconfig: content("x", "a").replace('"cluster":"c"', '"cluster":"d"') }, /has no cluster for its context "x"/],
  ])("THEN of %j it is said what is wrong with its context", (address, expected) => {
    const problem = problemOf({ kubeconfig: content("x", "a"), ...address });
    expect(problem).toMatchObject({ key: "context", known: ["x"] });
    expect(problem.message).toMatch(expected);
  });

  test("THEN files that it points to are looked at, and named", async () => {
    const broken = JSON.parse(content("x", "a")) as { clusters: { cluster: object }[]; users: { user: object }[] };
    Object.assign(broken.clusters[0]?.cluster ?? {}, { "certificate-authority": "ca.crt", "proxy-url": "proxy" });
    Object.assign(broken.users[0]?.user ?? {}, { "client-certificate": "/nowhere/crt", "client-key": "/nowhere/key" });
    const place = await file("config", JSON.stringify(broken));
    const { problems, message } = errorOf({ kubeconfig: place });
    expect(problems.map(({ key }) => key)).toEqual(["kubeconfig", "kubeconfig", "kubeconfig", "kubeconfig"]);
    expect(message).toContain(`its certificate-authority ${folder}/ca.crt cannot be read: ENOENT`);
    expect(message).toContain("its client-key /nowhere/key cannot be read: ENOENT");
    expect(message).toContain("its proxy-url is not a URL of scheme http, https, socks4 or socks5");
  });

  test("THEN a user that is not there, and http without leave, are said", () => {
    const lacking = content("x", "a").replace('"user":"u"', '"user":"v"');
    expect(problemOf({ kubeconfig: lacking }).message).toMatch(/has no user for its context "x"/);
    const clear = content("x", "a").replace("https://a", "http://a");
    expect(problemOf({ kubeconfig: clear }).message).toMatch(/its server is http, which needs insecure-skip/);
  });

  test("THEN everything that is wrong with the address comes at once", () => {
    const { problems } = errorOf({ kubeconfig: "/nowhere", proxy: "proxy:3128", ca: "/nor/ca.crt" });
    expect(problems.map(({ key }) => key).sort()).toEqual(["ca", "kubeconfig", "proxy"]);
  });
});

describe("GIVEN a proxy or an authority of the config's own, WHEN the kubeconfig is loaded", () => {
  const clusterOf = (address: ClusterAddress) => loadKubeConfig(address).cluster;

  test("THEN the proxy counts, and not the kubeconfig's", () => {
    const proxied = content("x", "a").replace('"https://a"', '"https://a","proxy-url":"http://theirs:1"');
    expect(loadKubeConfig({ kubeconfig: proxied }).proxy).toBe("http://theirs:1");
    expect(loadKubeConfig({ kubeconfig: proxied, proxy: "socks5://ours:1" }).proxy).toBe("socks5://ours:1");
  });

  test("THEN the authority counts, by path and by content, and the server is no longer trusted blindly", async () => {
    const { cert: pem } = await selfSigned();
    const place = await file("ca.crt", pem);
    const blind = content("x", "a").replace('"https://a"', '"https://a","insecure-skip-tls-verify":true');
    for (const ca of [pem, place]) {
      expect(clusterOf({ kubeconfig: blind, ca })).toMatchObject({ authority: { data: pem }, insecure: false });
    }
  });

  test("THEN an authority's file that is missing in the kubeconfig does no harm", async () => {
    const { cert } = await selfSigned();
    const kubeconfig = content("x", "a").replace('"https://a"', '"https://a","certificate-authority":"/nowhere"');
    expect(clusterOf({ kubeconfig, ca: cert }).authority).toEqual({ data: cert });
  });

  test.each([
    ["no certificate", "-----BEGIN PRIVATE KEY-----\ncanary\n-----END PRIVATE KEY-----", /has no certificate in PEM/],
    ["a broken one", "-----BEGIN CERTIFICATE-----\ncanary\n-----END CERTIFICATE-----", /number 1, that cannot be read/],
  ])("THEN %s is said, without its content", (_, ca, expected) => {
    const { key, message } = problemOf({ kubeconfig: content("x", "a"), ca });
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
