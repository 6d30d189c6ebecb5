import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { KubeconfigError, loadKubeConfig } from "../../../../../components/kubernetes/kubeconfig.ts";

// kubectl's rules for one cluster and one user of a kubeconfig (client-go, tools/clientcmd).

const before = { ...process.env };
let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "rules-"));
  process.env = Object.fromEntries(Object.entries(before).filter(([name]) => !/_proxy$/i.test(name)));
});
afterEach(async () => {
  process.env = { ...before };
  await rm(folder, { recursive: true });
});

const content = (cluster: object, user: object): string =>
  JSON.stringify({
    clusters: [{ name: "c", cluster: { server: "https://api.example:6443", ...cluster } }],
    users: [{ name: "u", user }],
    contexts: [{ name: "x", context: { cluster: "c", user: "u" } }],
    "current-context": "x",
  });
const load = async (cluster: object, user: object) => {
  const file = path.join(folder, "config");
  await writeFile(file, content(cluster, user));
  return loadKubeConfig({ kubeconfig: file });
};
const exec = (changes: object) => ({
  exec: { apiVersion: "client.authentication.k8s.io/v1", command: "helper", interactiveMode: "Never", ...changes },
});

describe("GIVEN a kubeconfig that kubectl refuses or that cannot be supported, WHEN it is loaded THEN its file and key are named", () => {
  test.each<[key: string, cluster: object, user: object, expected: string]>([
    [
      "auth-provider oidc",
      {},
      { "auth-provider": { name: "oidc", config: { "id-token": "canary" } } },
      'its auth-provider "oidc" is not supported: replace it by an exec of kubelogin, which `kubectl oidc-login setup` prints',
    ],
    [
      "auth-provider gcp",
      {},
      { "auth-provider": { name: "gcp" } },
      'its auth-provider "gcp" is not supported: type `gcloud container clusters get-credentials`',
    ],
    [
      "auth-provider azure",
      {},
      { "auth-provider": { name: "azure" } },
      'its auth-provider "azure" is not supported: type `kubelogin convert-kubeconfig`',
    ],
    [
      "another auth-provider",
      {},
      { "auth-provider": { name: "constructor" } },
      'its auth-provider "constructor" is not supported: use a helper (exec), a token or a client certificate',
    ],
    ["an auth-provider without a name", {}, { "auth-provider": {} }, 'its auth-provider "" is not supported'],
    ["as-uid", {}, { "as-uid": "1" }, "it has as-uid, as-groups or as-user-extra, but no as"],
    ["as-groups", {}, { "as-groups": ["g"] }, "it has as-uid, as-groups or as-user-extra, but no as"],
    ["as-user-extra", {}, { "as-user-extra": { k: ["v"] } }, "it has as-uid, as-groups or as-user-extra, but no as"],
    ["as-groups' type", {}, { as: "a", "as-groups": "g" }, 'user "u".as-groups is not a list'],
    ["token's type", {}, { token: ["canary"] }, 'user "u".token is not text'],
    ["token and password", {}, { token: "canary", username: "u" }, "it has both token and username or password"],
    ["tokenFile", {}, { tokenFile: "none" }, "its tokenFile FOLDER/none cannot be read: ENOENT"],
    ["a token as tokenFile", {}, { tokenFile: `sha256~${"canary0".repeat(9)}` }, "its tokenFile ("],
    ["a certificate alone", {}, { "client-certificate-data": "QQ==" }, "it has client-certificate but no client-key"],
    [
      "a certificate that is none",
      {},
      { "client-certificate-data": "QQ==", "client-key-data": "QQ==" },
      "its client-certificate and client-key are not a certificate and its key, in PEM",
    ],
    ["base64", {}, { "client-certificate-data": "{canary}" }, 'user "u".client-certificate-data is not base64'],
    ["exec.command", {}, exec({ command: "" }), "its exec has no command"],
    ["exec.apiVersion", {}, exec({ apiVersion: "client.authentication.k8s.io/v1alpha1" }), "its exec.apiVersion"],
    ["exec.interactiveMode of v1", {}, exec({ interactiveMode: null }), "its exec has no interactiveMode"],
    ["exec.interactiveMode", {}, exec({ interactiveMode: "Sometimes" }), 'its exec.interactiveMode "Sometimes" is not'],
    ["a helper that asks", {}, exec({ interactiveMode: "Always" }), "its exec.interactiveMode is Always"],
    ["exec.env", {}, exec({ env: [{ value: "canary" }] }), "its exec.env has a variable without a name"],
    ["server", { server: "" }, {}, 'its cluster "c" has no server'],
    ["server's scheme", { server: "api.example:6443" }, {}, "its server is not a URL of scheme https or http"],
    [
      "a password in server",
      { server: "https://me:canary@api.example:6443" },
      {},
      "its server holds a user or a password: move them to username and password of the user",
    ],
    ["proxy-url", { "proxy-url": "ftp://proxy" }, {}, "its proxy-url is not a URL of scheme"],
    ["proxy-url's escapes", { "proxy-url": "http://u:%ZZcanary@proxy" }, {}, "its proxy-url has a % in its user or"],
    [
      "two authorities",
      { "certificate-authority": "/a", "certificate-authority-data": "QQ==" },
      {},
      "it has both certificate-authority and certificate-authority-data",
    ],
    [
      "an authority of a server that is trusted blindly",
      { "certificate-authority-data": "QQ==", "insecure-skip-tls-verify": true },
      {},
      "it has both certificate-authority and insecure-skip-tls-verify: true",
    ],
    ["no authority", { "certificate-authority-data": "QQ==" }, {}, "its certificate-authority has no certificate"],
    ["a flag", { "insecure-skip-tls-verify": "yes" }, {}, 'cluster "c".insecure-skip-tls-verify is not true or false'],
  ])("%s", async (_, cluster, user, expected) => {
    const error: unknown = await load(cluster, user).catch((reason: unknown) => reason);
    if (!(error instanceof KubeconfigError)) throw new Error("it was loaded", { cause: error });
    expect(error.message).toContain(`kubeconfig ${folder}/config: ${expected.replace("FOLDER", folder)}`);
    expect(error.problems.map(({ key }) => key)).toEqual(["kubeconfig"]);
    expect(error.message).not.toContain("canary");
  });

  test("AND so is a name that a list has twice", () => {
    const user = { name: "u", user: {} };
    const twice = JSON.stringify({ users: [user, user] });
    expect(() => loadKubeConfig({ kubeconfig: twice })).toThrow('it.users[1] is not the only one of the name "u"');
  });
});

describe("GIVEN a kubeconfig that kubectl takes, WHEN it is loaded THEN", () => {
  test.each<[rule: string, cluster: object, user: object, expected: object]>([
    ["a helper's name is for PATH", {}, exec({}), { user: { exec: { command: "helper" } } }],
    [
      "a helper with a separator is beside the file",
      {},
      exec({ command: "./helper" }),
      { user: { exec: { command: "FOLDER/helper" } } },
    ],
    [
      "a helper's absolute path stays",
      {},
      exec({ command: "/bin/helper" }),
      { user: { exec: { command: "/bin/helper" } } },
    ],
    [
      "a helper of v1beta1 needs no interactiveMode",
      {},
      exec({ apiVersion: "client.authentication.k8s.io/v1beta1", interactiveMode: null, args: null, env: null }),
      { user: { exec: { interactiveMode: "IfAvailable", args: [], env: [] } } },
    ],
    [
      "a missing tokenFile does no harm beside a token",
      {},
      { token: "t", tokenFile: "none" },
      { user: { token: "t" } },
    ],
    ["a key without a certificate is left alone", {}, { token: "t", "client-key": "/none" }, { user: { token: "t" } }],
    ["an unknown key is left alone", { "x-vendor": 1 }, { "token-file": "/none" }, { user: { tokenFile: "" } }],
    [
      "tls-server-name is read",
      { "tls-server-name": "api.internal" },
      {},
      { cluster: { tlsServerName: "api.internal" } },
    ],
  ])("%s", async (_, cluster, user, expected) => {
    const wanted = JSON.parse(JSON.stringify(expected).replace("FOLDER", folder)) as object;
    expect(await load(cluster, user)).toMatchObject(wanted);
  });
});

describe("GIVEN a proxy in the environment, WHEN a kubeconfig is loaded", () => {
  test.each<[server: string, own: object, noProxy: string, expected: string | undefined]>([
    ["https://api.example:6443", {}, "", "http://secure:3128"],
    ["https://api.example:6443", { "proxy-url": "socks5://own:1080" }, "", "socks5://own:1080"],
    ["https://api.example:6443", {}, ".example", undefined],
    ["https://10.0.0.5:6443", {}, "10.0.0.0/8", undefined],
    ["https://127.0.0.1:6443", {}, "", undefined],
  ])("THEN %s with %j but not %j goes by %s", async (server, own, noProxy, expected) => {
    Object.assign(process.env, { HTTPS_PROXY: "http://secure:3128", NO_PROXY: noProxy });
    expect((await load({ server, ...own }, {})).proxy).toBe(expected);
  });

  test.each([
    ["ftp://me:canary@proxy", "is not a URL of scheme"],
    ["http://me:%ZZcanary@proxy", "has a % in its user or password"],
  ])("THEN %s is refused at cluster.proxy, without its password", async (proxy, expected) => {
    process.env["HTTPS_PROXY"] = proxy;
    const error: unknown = await load({}, {}).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ problems: [{ key: "proxy" }] });
    expect(String(error)).toContain(`HTTPS_PROXY or HTTP_PROXY of the environment ${expected}`);
    expect(String(error)).not.toContain("canary");
  });
});

test("GIVEN several files of KUBECONFIG WHEN they are loaded THEN each one's relative paths are its own", async () => {
  const [cluster, user] = [path.join(folder, "cluster"), path.join(folder, "user")];
  await writeFile(cluster, JSON.stringify({ ...(JSON.parse(content({}, {})) as object), users: [] }));
  await writeFile(user, content({ server: "https://never" }, exec({ command: "bin/helper" })));
  process.env["KUBECONFIG"] = [path.relative(process.cwd(), cluster), user].join(path.delimiter);
  expect(loadKubeConfig({})).toMatchObject({
    cluster: { server: "https://api.example:6443" },
    user: { exec: { command: `${folder}/bin/helper` } },
  });
});
