import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { CloudClient } from "../../../components/openstack/client.ts";
import { existingObjects } from "../../../components/openstack/existing.ts";
import { duplicateError } from "../../../components/server/duplicate.ts";

describe("GIVEN a cloud with servers and ports WHEN one is looked up by its name", () => {
  let server: Server;
  let folder = "";
  const asked: (string | undefined)[] = [];
  let answer: object = {};
  /** tokens that the services take, and those given out */
  let valid: readonly string[] = ["token-1"];
  let given = 0;
  let client: CloudClient;

  beforeAll(async () => {
    server = createServer((request, response) => {
      const { port } = server.address() as AddressInfo;
      const endpoints = (path: string) => [{ interface: "public", url: `http://127.0.0.1:${port}${path}` }];
      asked.push(`${request.url} ${String(request.headers["x-auth-token"])}`);
      if (request.method === "GET" && !valid.includes(String(request.headers["x-auth-token"])))
        return void response.writeHead(401).end();
      if (request.method === "GET") return void response.writeHead(200).end(JSON.stringify(answer));
      const catalog = [
        { type: "compute", endpoints: endpoints("/v2.1/") },
        { type: "network", endpoints: endpoints("") },
      ];
      given += 1;
      response
        .writeHead(201, { "x-subject-token": `token-${given}` })
        .end(JSON.stringify({ token: { catalog, project: { id: "q", name: "q" } } }));
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    folder = await mkdtemp(path.join(tmpdir(), "existing-"));
    const { port } = server.address() as AddressInfo;
    const auth = {
      auth_url: `http://127.0.0.1:${port}/v3`,
      username: "u",
      password: "p",
      project_name: "q",
      domain_name: "Default",
    };
    await writeFile(path.join(folder, "clouds.yaml"), JSON.stringify({ clouds: { here: { auth } } }));
    process.env["OS_CLIENT_CONFIG_FILE"] = path.join(folder, "clouds.yaml");
    client = await CloudClient.login("here", AbortSignal.timeout(10_000));
  });
  afterAll(async () => {
    delete process.env["OS_CLIENT_CONFIG_FILE"];
    server.closeAllConnections();
    server.close();
    await rm(folder, { recursive: true, force: true });
  });

  test("THEN Nova's matches of a part of the name do not count", async () => {
    answer = {
      servers: [
        { id: "1", name: "w-1", metadata: { owner: "us" } },
        { id: "10", name: "w-10", metadata: {} },
      ],
    };
    expect(await existingObjects(client).servers("w-1")).toEqual(["1"]);
    expect(asked).toContain("/v2.1/servers/detail?name=w-1 token-1");
  });

  test("THEN the status of one is Nova's own word", async () => {
    answer = { server: { status: "BUILD" } };
    expect(await existingObjects(client).serverStatus("1")).toBe("BUILD");
  });

  test("THEN of the servers of its name those in ERROR are found, with Nova's fault", async () => {
    const fault = { code: 500, message: "No valid host was found.", created: "2026-01-02T00:00:00Z" };
    answer = {
      servers: [
        { id: "1", name: "w-1", status: "ERROR", fault },
        { id: "2", name: "w-1", status: "ACTIVE" },
        { id: "3", name: "w-1", status: "ERROR" },
        { id: "10", name: "w-10", status: "ERROR", fault },
      ],
      // as Nova shows the one that has none in the list
      server: { status: "ERROR" },
    };
    expect(await existingObjects(client).failedServers("w-1")).toEqual([
      { id: "1", fault: fault.message },
      { id: "3", fault: undefined },
    ]);
  });

  test("THEN all ports of the name are found", async () => {
    answer = {
      ports: [
        { id: "1", name: "p" },
        { id: "2", name: "p" },
      ],
    };
    expect(await existingObjects(client).ports("p")).toEqual(["1", "2"]);
    expect(asked).toContain("/v2.0/ports?name=p token-1");
  });

  test("THEN all lookups of a command use one token", async () => {
    await Promise.all(["p", "q", "r"].map(existingObjects(client).ports));
    expect(given).toBe(1);
  });

  test("THEN a token that has expired is renewed once for all that are refused", async () => {
    valid = ["token-2"];
    expect(await Promise.all(["p", "p", "p"].map(existingObjects(client).ports))).toEqual(
      Array.from({ length: 3 }, () => ["1", "2"]),
    );
    expect(given).toBe(2);
  });

  test("THEN a new token that is refused as well is an error", async () => {
    valid = [];
    await expect(existingObjects(client).ports("p")).rejects.toThrow(/network service gave no usable answer.*HTTP 401/);
    expect(given).toBe(3);
    valid = ["token-3"];
  });

  test("THEN an answer that cannot be read is an error and not an empty list", async () => {
    answer = { unexpected: true };
    await expect(existingObjects(client).servers("w-1")).rejects.toThrow(/compute service gave no usable answer/);
  });
});

describe("GIVEN the ids that a name has in the cloud WHEN an object of that name is to be made", () => {
  test("THEN none is no error", () => {
    expect(duplicateError("server", "w-0", [])).toBeUndefined();
  });

  test("THEN one is refused with what to do, where it is this stack's and where it is not", () => {
    const refusal = duplicateError("server", "w-0", ["the-id"]);
    expect(refusal).toContain("server w-0 exists already (id the-id)");
    expect(refusal).toMatch(/If this stack has created it .*: run `pulumi up` again, which takes it over/);
    expect(refusal).toContain("the cluster has no Node w-0 (oc get node w-0), delete it");
  });
});
