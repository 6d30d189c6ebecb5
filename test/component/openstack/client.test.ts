import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer, type RequestListener, type Server } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { type Cloud, readCloud } from "../../../components/openstack/clouds-yaml.ts";
import { authenticate, authRequest, objectStore, type Token } from "../../../components/openstack/keystone.ts";
import { CloudError } from "../../../components/openstack/error.ts";
import { selfSigned } from "../../support/authority.ts";

/** The error of a promise that must fail with a CloudError. */
async function cloudError(promise: Promise<unknown>): Promise<CloudError> {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof CloudError)) throw new Error("no CloudError", { cause: error });
  return error;
}

describe("clouds.yaml", () => {
  const before = { ...process.env };
  let folder: string;
  const write = (name: string, text: string): Promise<void> => writeFile(path.join(folder, name), text);

  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "clouds-"));
    process.env["OS_CLIENT_CONFIG_FILE"] = path.join(folder, "clouds.yaml");
  });
  afterEach(async () => {
    process.env = { ...before };
    await rm(folder, { recursive: true });
  });

  test("gives the entry with what secure.yaml adds and the CA that it names", async () => {
    const ca = path.join(folder, "ca.pem");
    await write("ca.pem", "-----BEGIN CERTIFICATE-----\nQQ==\n-----END CERTIFICATE-----\n");
    await write("clouds.yaml", `clouds: {a: {auth: {auth_url: "http://k"}, region_name: r, cacert: "${ca}"}}`);
    await write("secure.yaml", "clouds: {a: {auth: {password: 123}}}");
    const cloud = await readCloud("a");
    expect(cloud).toMatchObject({ auth: { auth_url: "http://k", password: "123" }, region: "r", verify: true });
    expect(cloud.ca).toContain("QQ==");
  });

  test.each([
    ["no file", undefined, /^no clouds\.yaml in/],
    ["no YAML", "clouds: [", /is not a clouds\.yaml$/],
    ["no such entry", "clouds: {bb: {}}", /^no cloud "a" in/],
    ["no auth_url", "clouds: {a: {auth: {}}}", /lacks or misstates auth\.auth_url$/],
    ["no CA", 'clouds: {a: {auth: {auth_url: "http://k"}, cacert: /nowhere}}', /^there is no file \/nowhere$/],
  ])("with %s is one error", async (_, text, what) => {
    if (text !== undefined) await write("clouds.yaml", text);
    const error = await cloudError(readCloud("a"));
    expect(error).toMatchObject({ problem: expect.stringMatching(what) });
  });
});

describe("GIVEN the cloud envvars (openstacksdk's name for the environment)", () => {
  const before = { ...process.env };
  afterEach(() => {
    process.env = { ...before };
  });

  test("WHEN OS_ variables name a cloud THEN it is that one, by any of their credentials", async () => {
    Object.assign(process.env, {
      OS_AUTH_URL: "https://k/v3",
      OS_REGION_NAME: "r",
      OS_APPLICATION_CREDENTIAL_ID: "i",
      OS_APPLICATION_CREDENTIAL_SECRET: "s",
      OS_TENANT_NAME: "t",
      OS_INSECURE: "true",
    });
    expect(await readCloud("envvars")).toEqual({
      auth: {
        auth_url: "https://k/v3",
        application_credential_id: "i",
        application_credential_secret: "s",
        project_name: "t",
      },
      region: "r",
      ca: undefined,
      verify: false,
    });
  });

  test("WHEN its authority is not there, or no variable names a cloud THEN that is one error", async () => {
    process.env["OS_CLIENT_CONFIG_FILE"] = "/nowhere/clouds.yaml";
    delete process.env["OS_AUTH_URL"];
    expect(await cloudError(readCloud("envvars"))).toMatchObject({ remedy: expect.stringContaining("OS_AUTH_URL") });
    Object.assign(process.env, { OS_AUTH_URL: "https://k/v3", OS_CACERT: "/nowhere" });
    expect(await cloudError(readCloud("envvars"))).toMatchObject({ problem: "there is no file /nowhere" });
  });
});

describe("a request for a token", () => {
  const auth = { auth_url: "http://k" };
  test("by password names user and project with their domains", () => {
    const words = { username: "u", password: "p", project_name: "q", user_domain_name: "D", project_domain_id: "e" };
    expect(authRequest({ ...auth, ...words })).toEqual({
      auth: {
        identity: { methods: ["password"], password: { user: { name: "u", domain: { name: "D" }, password: "p" } } },
        scope: { project: { name: "q", domain: { id: "e" } } },
      },
    });
  });

  test("by application credential carries no scope: the credential has its own", () => {
    const credential = { application_credential_id: "i", application_credential_secret: "s" };
    expect(authRequest({ ...auth, ...credential })).toEqual({
      auth: { identity: { methods: ["application_credential"], application_credential: { id: "i", secret: "s" } } },
    });
  });
});

describe("the identity service", () => {
  const before = { ...process.env };
  let server: Server;
  const listen = async (listener: RequestListener): Promise<Cloud> => {
    server = createServer(listener);
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    const auth = { auth_url: `http://127.0.0.1:${port}`, username: "u", password: "p" };
    return { auth, region: undefined, ca: undefined, verify: true };
  };
  const ask = (cloud: Cloud): Promise<Token> => authenticate(cloud, "a", AbortSignal.timeout(300));
  afterEach(() => {
    process.env = { ...before };
    server.closeAllConnections();
    server.close();
  });

  test("is asked below /v3, whether auth_url ends with it or not", async () => {
    const paths: (string | undefined)[] = [];
    const cloud = await listen((request, response) => {
      paths.push(request.url);
      response.writeHead(201).end(JSON.stringify({ token: {} }));
    });
    await ask(cloud);
    await ask({ ...cloud, auth: { ...cloud.auth, auth_url: `${cloud.auth.auth_url}/v3/` } });
    expect(paths).toEqual(["/v3/auth/tokens", "/v3/auth/tokens"]);
  });

  test.each([
    [401, /refused the credentials \(401\)$/],
    [500, /answered 500$/],
  ])("that answers %p is one error, which names no secret", async (status, what) => {
    const cloud = await listen((_, response) => response.writeHead(status).end());
    const error = await cloudError(ask(cloud));
    expect(error).toMatchObject({ problem: expect.stringMatching(what) });
  });

  test.each<[string, Partial<Cloud["auth"]>, RegExp]>([
    ["a password", { username: "u", password: "p" }, /^there is no identity service at /],
    ["a token", { token: "secret" }, /does not know the token \(404\)$/],
    [
      "an application credential",
      { application_credential_id: "i", application_credential_secret: "secret" },
      /does not know the application credential \(404\)$/,
    ],
  ])("that answers 404 to %s is one error, which names no secret", async (_, credentials, what) => {
    const { auth, ...cloud } = await listen((_, response) => response.writeHead(404).end());
    const error = await cloudError(ask({ ...cloud, auth: { auth_url: auth.auth_url, ...credentials } }));
    expect(error).toMatchObject({ problem: expect.stringMatching(what) });
    expect(`${error.message} ${error.expected}`).not.toContain("secret");
  });

  test("whose certificate nobody vouches for is an error of the authorities", async () => {
    server = createTlsServer(await selfSigned());
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const auth = { auth_url: `https://127.0.0.1:${(server.address() as AddressInfo).port}` };
    const error = await cloudError(ask({ auth, region: undefined, ca: undefined, verify: true }));
    expect(error).toMatchObject({
      problem: expect.stringMatching(/^the certificate of .* is not trusted: /),
      remedy: expect.stringContaining("cacert"),
    });
  });

  test("that never answers is an error when the time is up", async () => {
    const cloud = await listen(() => undefined);
    expect((await cloudError(ask(cloud))).problem).toMatch(/gave no answer/);
  });

  test("GIVEN a proxy that never answers WHEN the time is up THEN that is an error, and nobody waits for the proxy", async () => {
    const cloud = await listen(() => undefined);
    server.on("connect", () => undefined);
    process.env["HTTPS_PROXY"] = cloud.auth.auth_url;
    process.env["NO_PROXY"] = process.env["no_proxy"] = "";
    const behind = { ...cloud, auth: { ...cloud.auth, auth_url: "https://192.0.2.1" } };
    expect((await cloudError(ask(behind))).problem).toMatch(/gave no answer/);
  });

  test("that is not there is an error", async () => {
    const cloud = await listen(() => undefined);
    server.close();
    expect((await cloudError(ask(cloud))).problem).toMatch(/ECONNREFUSED/);
  });
});

describe("the object store", () => {
  const endpoint = (region: string, kind = "public") => ({
    interface: kind,
    region_id: region,
    url: `https://${region}/`,
  });
  const token = (...endpoints: ReturnType<typeof endpoint>[]): Token => ({
    id: "secret",
    roles: [],
    catalog: [{ type: "object-store", endpoints }],
  });

  test("is the public endpoint of the entry's region", () => {
    const found = token(endpoint("a", "internal"), endpoint("a"), endpoint("b"));
    expect(objectStore(found, "c", "b")).toEqual({ url: "https://b", region: "b" });
    expect(objectStore(found, "c", undefined)).toEqual({ url: "https://a", region: "a" });
  });

  test("that the catalog lacks is an error", () => {
    expect(() => objectStore(token(endpoint("a", "internal")), "c", "a")).toThrow(CloudError);
    expect(() => objectStore(token(endpoint("a")), "c", "b")).toThrow(CloudError);
  });
});
