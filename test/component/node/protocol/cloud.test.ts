import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import type provider from "@pulumi/pulumi/proto/provider_pb.js";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { checkRequest, configureRequest, failureOf, type Plugin, startPlugin } from "../../support/plugin-client.ts";
import { ScriptedApi } from "../../support/scripted-api.ts";

// Which project the entry of clouds.yaml leads to, asked by the plugin's own process.

describe("GIVEN an identity service whose tokens are of project p1 in region r1", () => {
  let keystone: Server;
  let node: Plugin;
  let api: ScriptedApi;
  let folder = "";
  let status = 201;
  let logins = 0;

  beforeAll(async () => {
    keystone = createServer((_, response) => {
      logins += 1;
      const endpoint = { interface: "public", region: "r1", region_id: "r1", url: "http://127.0.0.1:1/v2.1" };
      const token = { project: { id: "p1", name: "p" }, catalog: [{ type: "compute", endpoints: [endpoint] }] };
      response.writeHead(status, { "x-subject-token": "t" }).end(JSON.stringify({ token }));
    });
    await new Promise<void>((resolve) => keystone.listen(0, "127.0.0.1", resolve));
    folder = await mkdtemp(path.join(tmpdir(), "plugin-cloud-"));
    const auth_url = `http://127.0.0.1:${(keystone.address() as AddressInfo).port}/v3`;
    const auth = { auth_url, username: "u", password: "p", project_name: "p", domain_name: "Default" };
    await writeFile(path.join(folder, "clouds.yaml"), JSON.stringify({ clouds: { prod: { auth } } }));
    api = new ScriptedApi();
    await api.start();
    node = await startPlugin(undefined, { OS_CLIENT_CONFIG_FILE: path.join(folder, "clouds.yaml") });
  });
  afterAll(async () => {
    await node.end("SIGINT");
    api.stop();
    keystone.closeAllConnections();
    keystone.close();
    await rm(folder, { recursive: true, force: true });
  });

  const configure = (args: Readonly<Record<string, string>>): Promise<provider.ConfigureResponse> =>
    node.call("configure", configureRequest({ kubeconfig: api.kubeconfig(), ...args }));

  test.each([
    ["of that project", { cloud: "prod", cloudProject: "p1", cloudRegion: "r1" }],
    ["of an earlier release, which names none", { clusterUid: "u" }],
    ["whose project could not be proven", { cloud: "prod" }],
  ])(
    "WHEN the provider is configured by a state %s THEN it is accepted, and the cluster asked nothing",
    async (_, args) => {
      expect((await configure(args)).getSupportspreview()).toBe(true);
      expect(api.requests).toEqual([]);
    },
  );

  test.each([
    ["project", { cloud: "prod", cloudProject: "p0", cloudRegion: "r1" }, "project p0 in region r1"],
    ["region", { cloud: "prod", cloudProject: "p1", cloudRegion: "r0" }, "project p1 in region r0"],
  ])(
    "WHEN the state is of another %s THEN that is refused with both, as a refresh would find nothing there",
    async (_, args, known) => {
      const { details } = await failureOf(configure(args));
      expect(details).toContain("clouds.prod in clouds.yaml leads to project p1 in region r1");
      expect(details).toContain(`this stack's servers and ports are in ${known}`);
    },
  );

  test("WHEN the program has just found that project itself THEN nobody logs in once more, and in another one it is refused", async () => {
    const args = { cloud: "prod", cloudProject: "p1", cloudRegion: "r1" };
    const check = (news: typeof args) => node.call("checkConfig", checkRequest("urn", news));
    await check(args);
    logins = 0;
    await configure(args);
    expect(logins).toBe(0);
    await check({ ...args, cloudProject: "p0" });
    expect((await failureOf(configure({ ...args, cloudRegion: "r0" }))).details).toContain("project p1 in region r0");
  });

  test("WHEN the identity service refuses THEN that is the error, and nothing is done without knowing", async () => {
    status = 401;
    const { details } = await failureOf(configure({ cloud: "prod", cloudProject: "p1", cloudRegion: "r1" }));
    expect(details).toMatch(/refused the credentials \(401\)/);
    status = 201;
  });
});
