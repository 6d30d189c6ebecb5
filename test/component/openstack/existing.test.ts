import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { existingObjects, serverStatus } from "../../../components/openstack/existing.ts";
import { duplicateError } from "../../../components/server/duplicate.ts";

describe("GIVEN a cloud with servers and ports WHEN one is looked up by its name", () => {
  let server: Server;
  let folder = "";
  const asked: (string | undefined)[] = [];
  let answer: object = {};

  beforeAll(async () => {
    server = createServer((request, response) => {
      const { port } = server.address() as AddressInfo;
      const endpoints = (path: string) => [{ interface: "public", url: `http://127.0.0.1:${port}${path}` }];
      asked.push(`${request.url} ${String(request.headers["x-auth-token"])}`);
      if (request.method === "GET") return void response.writeHead(200).end(JSON.stringify(answer));
      const catalog = [
        { type: "compute", endpoints: endpoints("/v2.1/") },
        { type: "network", endpoints: endpoints("") },
      ];
      response
        .writeHead(201, { "x-subject-token": "a-token" })
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
    expect(await existingObjects("here").servers("w-1")).toEqual(["1"]);
    expect(asked).toContain("/v2.1/servers/detail?name=w-1 a-token");
  });

  test("THEN only those of an owner count where one is asked for", async () => {
    expect(await existingObjects("here").servers("w-1", "us")).toEqual(["1"]);
    expect(await existingObjects("here").servers("w-1", "others")).toEqual([]);
  });

  test("THEN the status of one is Nova's own word", async () => {
    answer = { server: { status: "BUILD" } };
    expect(await serverStatus("here", "1")).toBe("BUILD");
  });

  test("THEN all ports of the name are found", async () => {
    answer = {
      ports: [
        { id: "1", name: "p" },
        { id: "2", name: "p" },
      ],
    };
    expect(await existingObjects("here").ports("p")).toEqual(["1", "2"]);
    expect(asked).toContain("/v2.0/ports?name=p a-token");
  });

  test("THEN an answer that cannot be read is an error and not an empty list", async () => {
    answer = { unexpected: true };
    await expect(existingObjects("here").servers("w-1")).rejects.toThrow(/compute service gave no usable answer/);
  });
});

describe("GIVEN the ids that a name has in the cloud WHEN an object of that name is to be made", () => {
  test("THEN none is no error", () => {
    expect(duplicateError("server", "w-0", [], "urn")).toBeUndefined();
  });

  test("THEN one is refused with the command that takes it over", () => {
    const refusal = duplicateError("server", "w-0", ["the-id"], "production");
    expect(refusal).toContain("server w-0 exists already (id the-id)");
    expect(refusal).toContain("npm run adopt -- --stack production");
  });
});
