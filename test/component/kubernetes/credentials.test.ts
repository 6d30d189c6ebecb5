import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { once } from "node:events";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import type { IncomingHttpHeaders } from "node:http";
import { createServer, type Server } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import type { TLSSocket } from "node:tls";
import { ApiError } from "../../../components/kubernetes/api-error.ts";
import { Api } from "../../../components/kubernetes/client.ts";
import { loadKubeConfig } from "../../../components/kubernetes/kubeconfig.ts";
import { selfSigned } from "../../support/authority.ts";
import { failureOf } from "../support/node-harness.ts";

// Who the client says it is, by the rules of kubectl (client-go, transport and plugin/pkg/client/auth/exec).

let tls: { cert: string; key: string };
let server: Server;
let folder: string;
let seen: { headers: IncomingHttpHeaders; raw: string[]; client: string | undefined }[];
let refused: Set<string>;
let api: Api | undefined;

beforeEach(async () => {
  tls = await selfSigned();
  [seen, refused, api] = [[], new Set(), undefined];
  folder = await mkdtemp(path.join(tmpdir(), "credentials-"));
  server = createServer({ ...tls, requestCert: true, rejectUnauthorized: false }, (request, response) => {
    const socket = request.socket as TLSSocket;
    const client = socket.getPeerX509Certificate()?.fingerprint256;
    seen.push({ headers: request.headers, raw: request.rawHeaders, client });
    const status = refused.has(request.headers.authorization ?? "") ? 401 : 200;
    response.writeHead(status, { "content-type": "application/json" }).end("{}");
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
});
afterEach(async () => {
  await api?.close();
  server.closeAllConnections();
  server.close();
  await rm(folder, { recursive: true, force: true });
});

const base64 = (text: string): string => Buffer.from(text).toString("base64");
const address = (): string => `https://127.0.0.1:${(server.address() as AddressInfo).port}`;

async function open(user: object, cluster: object = {}): Promise<Api> {
  const kubeconfig = path.join(folder, "config");
  const trust = { server: address(), "certificate-authority-data": base64(tls.cert) };
  const content = {
    clusters: [{ name: "c", cluster: { ...trust, ...cluster } }],
    users: [{ name: "u", user }],
    contexts: [{ name: "x", context: { cluster: "c", user: "u" } }],
    "current-context": "x",
  };
  await writeFile(kubeconfig, JSON.stringify(content));
  return (api = new Api(loadKubeConfig({ kubeconfig })));
}
const get = (client: Api): Promise<unknown> => client.request("/api", { retries: 0 });
const last = () => seen.at(-1) ?? { headers: {}, raw: [], client: undefined };
const authorizations = () => seen.map(({ headers }) => headers.authorization);

/** A helper beside the kubeconfig: it counts its runs, and answers with the content of the file `answer`. */
async function helper(settings: object = {}, script = "cat answer"): Promise<object> {
  const file = path.join(folder, "helper");
  await writeFile(file, `#!/bin/sh\ncd ${folder}\necho run >>runs\n${script}\n`, { mode: 0o755 });
  const apiVersion = "client.authentication.k8s.io/v1";
  return { exec: { apiVersion, command: "./helper", interactiveMode: "Never", ...settings } };
}
const answer = (status: object, apiVersion = "client.authentication.k8s.io/v1"): Promise<void> =>
  writeFile(path.join(folder, "answer"), JSON.stringify({ kind: "ExecCredential", apiVersion, status }));
const runs = async (): Promise<number> => (await readFile(path.join(folder, "runs"), "utf8")).trim().split("\n").length;

describe("GIVEN a user of a kubeconfig, WHEN a request is made THEN it says who it is", () => {
  test.each<[user: string, fields: object, expected: IncomingHttpHeaders]>([
    ["a token", { token: "t" }, { authorization: "Bearer t" }],
    ["a name and a password", { username: "u", password: "p:w" }, { authorization: `Basic ${base64("u:p:w")}` }],
    ["a name alone", { username: "u" }, { authorization: `Basic ${base64("u:")}` }],
    [
      "an impersonated account",
      { token: "t", as: "me", "as-uid": "7", "as-user-extra": { "example.com/Team": ["a"] } },
      {
        authorization: "Bearer t",
        "impersonate-user": "me",
        "impersonate-uid": "7",
        "impersonate-extra-example.com%2fteam": "a",
      },
    ],
    [
      "a helper beside a token",
      {
        token: "t",
        exec: { apiVersion: "client.authentication.k8s.io/v1", command: "/none", interactiveMode: "Never" },
      },
      { authorization: "Bearer t" },
    ],
  ])("%s", async (_, fields, expected) => {
    await get(await open(fields));
    expect(last().headers).toMatchObject(expected);
  });

  test("AND each of its groups is a header of its own", async () => {
    await get(await open({ token: "t", as: "me", "as-groups": ["one", "two,three"] }));
    const { raw } = last();
    expect(raw.flatMap((name, i) => (/^impersonate-group$/i.test(name) ? [raw[i + 1]] : []))).toEqual([
      "one",
      "two,three",
    ]);
  });

  test("AND a client certificate is shown", async () => {
    await get(await open({ "client-certificate-data": base64(tls.cert), "client-key-data": base64(tls.key) }));
    expect(last().client).toBeDefined();
  });

  test("AND no credentials go over plain HTTP", async () => {
    const user = await helper();
    await expect(
      (
        await open(
          { ...user, as: "me" },
          { server: "http://127.0.0.1:1", "certificate-authority-data": null, "insecure-skip-tls-verify": true },
        )
      ).authenticate(AbortSignal.timeout(1_000)),
    ).resolves.toBeUndefined();
  });
});

describe("GIVEN a tokenFile, WHEN requests are made", () => {
  const write = (token: string): Promise<void> => writeFile(path.join(folder, "token"), `${token}\n`);

  test("THEN it takes precedence over a token, and is read again after a 401", async () => {
    await write("first");
    const client = await open({ tokenFile: "token", token: "other" });
    await get(client);
    await write("second");
    await get(client);
    refused.add("Bearer first");
    await get(client);
    expect(authorizations()).toEqual(["Bearer first", "Bearer first", "Bearer first", "Bearer second"]);
  });

  test("THEN what it had is used while it cannot be read", async () => {
    await write("first");
    const client = await open({ tokenFile: "token" });
    await get(client);
    await rm(path.join(folder, "token"));
    refused.add("Bearer first");
    await expect(get(client)).rejects.toBeInstanceOf(ApiError);
    expect(authorizations()).toEqual(["Bearer first", "Bearer first"]);
  });
});

describe("GIVEN a helper of the kubeconfig, WHEN requests are made", () => {
  test.each(["v1", "v1beta1"])("THEN it is run once, and its token is used (%s)", async (version) => {
    const apiVersion = `client.authentication.k8s.io/${version}`;
    await answer({ token: "t" }, apiVersion);
    const client = await open(await helper({ apiVersion }));
    await Promise.all([get(client), get(client)]);
    await get(client);
    expect(authorizations()).toEqual(["Bearer t", "Bearer t", "Bearer t"]);
    expect(await runs()).toBe(1);
  });

  test("THEN it gets its arguments, its variables and what it is to know of the cluster", async () => {
    await answer({ token: "t" });
    const settings = { args: ["a b", "c"], env: [{ name: "OWN", value: "mine" }], provideClusterInfo: true };
    const config = { audience: "x" };
    const extensions = [{ name: "client.authentication.k8s.io/exec", extension: config }];
    const script = 'printf "%s|" "$@" "$OWN" >told; printf "%s" "$KUBERNETES_EXEC_INFO" >>told; cat answer';
    await get(await open(await helper(settings, script), { extensions, "tls-server-name": "127.0.0.1" }));
    const [one, two, own, info = ""] = (await readFile(path.join(folder, "told"), "utf8")).split("|");
    expect([one, two, own]).toEqual(["a b", "c", "mine"]);
    expect(JSON.parse(info)).toEqual({
      kind: "ExecCredential",
      apiVersion: "client.authentication.k8s.io/v1",
      spec: {
        interactive: false,
        cluster: {
          server: address(),
          "tls-server-name": "127.0.0.1",
          "certificate-authority-data": base64(tls.cert),
          config,
        },
      },
    });
  });

  test("THEN it is not told of the cluster without provideClusterInfo", async () => {
    await answer({ token: "t" });
    await get(await open(await helper({}, 'printf "%s" "$KUBERNETES_EXEC_INFO" >told; cat answer')));
    expect(JSON.parse(await readFile(path.join(folder, "told"), "utf8"))).toHaveProperty("spec", {
      interactive: false,
    });
  });

  test("THEN its client certificate is shown, and a new one after the old was refused", async () => {
    await answer({ token: "old", clientCertificateData: tls.cert, clientKeyData: tls.key });
    const client = await open(await helper());
    await get(client);
    const { client: first } = last();
    const next = await selfSigned();
    await answer({ clientCertificateData: next.cert, clientKeyData: next.key });
    refused.add("Bearer old");
    await get(client);
    expect(first).toBeDefined();
    expect(last().client).not.toBe(first);
  });

  test("THEN one without an expiry is run again after a 401, once for all that were refused", async () => {
    await answer({ token: "old" });
    const client = await open(await helper());
    await get(client);
    await answer({ token: "new" });
    refused.add("Bearer old");
    await Promise.all([get(client), get(client), get(client)]);
    expect(authorizations().filter((it) => it === "Bearer new")).toHaveLength(3);
    expect(await runs()).toBe(2);
  });

  test("THEN a 401 is told when it hands out the same again", async () => {
    await answer({ token: "old" });
    const client = await open(await helper());
    refused.add("Bearer old");
    await expect(get(client)).rejects.toMatchObject({ status: 401 });
    expect(seen).toHaveLength(1);
  });

  test.each([
    ["that has expired is run again", "2020-01-01T00:00:00Z", 2],
    ["that has not expired is not", "2999-01-01T00:00:00Z", 1],
  ])("THEN one %s", async (_, expirationTimestamp, expected) => {
    await answer({ token: "t", expirationTimestamp });
    const client = await open(await helper());
    await get(client);
    await client.close();
    await get(client);
    expect(await runs()).toBe(expected);
  });

  test.each<[what: string, script: string, expected: RegExp]>([
    ["fails", "echo first >&2; echo 'log in first' >&2; exit 3", /it ended with exit code 3: log in first$/],
    ["says nothing", "true", /its output is not a JSON object$/],
    [
      "answers in another version",
      "sed s/v1/v1beta1/ answer",
      /is not an ExecCredential of client\.authentication\.k8s\.io\/v1,/,
    ],
    ["has no credentials", `sed s/token/tokens/ answer`, /neither status\.token nor a client certificate$/],
    ["has half a certificate", `sed s/token/clientKeyData/ answer`, /only one of status\.clientCertificateData/],
  ])("THEN one that %s is named, and its output is not quoted", async (_, script, expected) => {
    await answer({ token: "canary" });
    const message = await failureOf(get(await open(await helper({}, script))));
    expect(message).toMatch(
      /^the kubeconfig's user "u" has no credentials, its helper \/.*\/helper did not give them: /,
    );
    expect(message).toMatch(expected);
    expect(message).not.toContain("canary");
  });

  test("THEN one that is not in PATH is named with its hint", async () => {
    const user = await helper({ command: "no-such-helper", installHint: "Install it first." });
    expect(await failureOf(get(await open(user)))).toMatch(
      /no-such-helper did not give them: it is not in PATH\. Install/,
    );
  });

  test("THEN one that hangs is named when the time is up, and is ended with the client", async () => {
    const client = await open(await helper({}, "sleep 30; : >ended"));
    const message = await failureOf(client.authenticate(AbortSignal.timeout(200)));
    expect(message).toMatch(/helper did not give them: no answer in time$/);
    await client.close();
  });
});

test("GIVEN a tls-server-name WHEN the certificate has another THEN the server is not trusted", async () => {
  const client = await open({}, { "tls-server-name": "api.internal" });
  expect(await failureOf(get(client))).toMatch(/its certificate is not trusted: .*api\.internal/);
});
