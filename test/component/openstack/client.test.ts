import { afterEach, describe, expect, test } from "@jest/globals";
import { createServer, type RequestListener, type Server } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo } from "node:net";
import type { Cloud } from "../../../components/openstack/clouds-yaml.ts";
import { authenticate, endpointOf, objectStore, regionOf, type Token } from "../../../components/openstack/keystone.ts";
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

const password = { username: "u", password: "p", user_domain_id: "default" };

describe("the identity service", () => {
  const before = { ...process.env };
  let server: Server;
  const listen = async (listener: RequestListener): Promise<Cloud> => {
    server = createServer(listener);
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    const auth = { auth_url: `http://127.0.0.1:${port}/v3`, ...password };
    return { auth, region: undefined, interface: "public", ca: undefined, verify: true };
  };
  const ask = (cloud: Cloud, timeout = 10_000): Promise<Token> =>
    authenticate(cloud, "a", AbortSignal.timeout(timeout));
  afterEach(() => {
    process.env = { ...before };
    server.closeAllConnections();
    server.close();
  });

  /** A service that lists these versions, by their ids and states. */
  const listing = async (...versions: [id: string, status: string][]): Promise<[cloud: Cloud, paths: string[]]> => {
    const paths: string[] = [];
    const cloud = await listen((request, response) => {
      paths.push(request.url ?? "");
      if (request.method === "POST") return void response.writeHead(201).end(JSON.stringify({ token: {} }));
      const links = [{ rel: "self", href: `http://${request.headers.host}/there/v3` }];
      const values = versions.map(([id, status]) => ({ id, status, links }));
      response.writeHead(300).end(JSON.stringify({ versions: { values } }));
    });
    return [cloud, paths];
  };
  const at = (cloud: Cloud, auth_url: string): Cloud => ({ ...cloud, auth: { ...cloud.auth, auth_url } });

  test("GIVEN an auth_url that ends with /v3 WHEN a token is asked for THEN it is asked for there", async () => {
    const [cloud, paths] = await listing();
    await ask(cloud);
    await ask(at(cloud, `${cloud.auth.auth_url}/`));
    expect(paths).toEqual(["/v3/auth/tokens", "/v3/auth/tokens"]);
  });

  test("GIVEN an auth_url without a version WHEN a token is asked for THEN it is where the service says", async () => {
    const [cloud, paths] = await listing(["v2.0", "stable"], ["v3.14", "stable"]);
    await ask(at(cloud, cloud.auth.auth_url.replace("/v3", "/identity")));
    expect(paths).toEqual(["/identity/", "/there/v3/auth/tokens"]);
  });

  test.each<[string, [string, string][]]>([
    ["none", []],
    ["the second alone", [["v2.0", "stable"]]],
    ["an experimental third", [["v3.99", "experimental"]]],
  ])("GIVEN a list of versions with %s WHEN a token is asked for THEN that is one error", async (_, versions) => {
    const [cloud] = await listing(...versions);
    const { problem } = await cloudError(ask(at(cloud, cloud.auth.auth_url.replace("/v3", ""))));
    expect(problem).toMatch(/no version 3 among those of/);
  });

  test("GIVEN no list of versions WHEN a token is asked for THEN the error says how to end auth_url", async () => {
    const cloud = await listen((_, response) => response.writeHead(404).end());
    expect(await cloudError(ask(at(cloud, cloud.auth.auth_url.replace("/v3", ""))))).toMatchObject({
      problem: expect.stringMatching(/does not list its versions \(404\)$/),
      remedy: expect.stringContaining("/v3"),
    });
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
    ["a password", password, /^there is no identity service at /],
    ["a token", { token: "secret", project_id: "p" }, /does not know the token \(404\)$/],
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

  test.each(["/v3", ""])(
    "at %p whose certificate nobody vouches for is an error of the authorities",
    async (version) => {
      server = createTlsServer(await selfSigned());
      await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
      const auth_url = `https://127.0.0.1:${(server.address() as AddressInfo).port}${version}`;
      const cloud = { region: undefined, interface: "public", ca: undefined, verify: true } as const;
      const error = await cloudError(ask({ ...cloud, auth: { auth_url, ...password } }));
      expect(error).toMatchObject({
        problem: expect.stringMatching(/^the certificate of .* is not trusted: /),
        remedy: expect.stringContaining("cacert"),
      });
    },
  );

  test("that never answers is an error when the time is up", async () => {
    const cloud = await listen(() => undefined);
    expect((await cloudError(ask(cloud, 300))).problem).toMatch(/gave no answer/);
  });

  test("GIVEN a proxy that never answers WHEN the time is up THEN that is an error, without waiting for the proxy", async () => {
    const cloud = await listen(() => undefined);
    server.on("connect", () => undefined);
    process.env["HTTPS_PROXY"] = new URL(cloud.auth.auth_url).origin;
    process.env["NO_PROXY"] = process.env["no_proxy"] = "";
    const behind = { ...cloud, auth: { ...cloud.auth, auth_url: "https://192.0.2.1/v3" } };
    expect((await cloudError(ask(behind, 300))).problem).toMatch(/gave no answer/);
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
  const token = (...endpoints: Token["catalog"][number]["endpoints"]): Token => ({
    id: "secret",
    roles: [],
    catalog: [{ type: "object-store", endpoints }],
  });

  test("is the public endpoint of the entry's region", () => {
    const found = token(endpoint("a", "internal"), endpoint("a"), endpoint("b"));
    expect(objectStore(found, "b")).toEqual({ url: "https://b", region: "b" });
    expect(objectStore(found, undefined)).toEqual({ url: "https://a", region: "a" });
  });

  test("GIVEN interface: internal WHEN a service is looked up THEN it is the internal one, but for what machines fetch", () => {
    const found = token(endpoint("a"), { ...endpoint("a", "internal"), url: "http://inside/" });
    expect(endpointOf(found, "c", "object-store", { region: "a", interface: "internal" })).toBe("http://inside");
    expect(objectStore(found, "a")?.url).toBe("https://a");
  });

  test("GIVEN a catalog whose region has another id WHEN a service is looked up THEN name and id are both taken", () => {
    const found = token({ ...endpoint("the-id"), region: "the name" });
    for (const region of ["the-id", "the name"])
      expect(endpointOf(found, "c", "object-store", { region, interface: "public" })).toBe("https://the-id");
  });

  test.each([
    ["by its id", { region: "a", interface: "public" } as const, "a"],
    ["without one in the entry", { region: undefined, interface: "public" } as const, "a"],
    ["by its name", { region: "the name", interface: "public" } as const, "the-id"],
  ])("GIVEN a region %s WHEN it is to be remembered THEN that is its id", (_, place, id) => {
    const found = token(endpoint("a"), { ...endpoint("the-id"), region: "the name" });
    expect(regionOf(found, "c", "object-store", place)).toBe(id);
  });

  test("GIVEN a catalog without regions WHEN one is to be remembered THEN it is empty", () => {
    const found = token({ interface: "public", url: "https://a/" });
    expect(regionOf(found, "c", "object-store", { region: undefined, interface: "public" })).toBe("");
  });

  test.each([
    ["another interface", token(endpoint("a", "internal")), "a"],
    ["another region", token(endpoint("a")), "b"],
  ])(
    "GIVEN a catalog with one of %s WHEN it is looked up THEN there is none, and for a request that is an error",
    (_, found, region) => {
      expect(objectStore(found, region)).toBeUndefined();
      expect(() => endpointOf(found, "c", "object-store", { region, interface: "public" })).toThrow(CloudError);
    },
  );
});
