import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import type provider from "@pulumi/pulumi/proto/provider_pb.js";
import type { Properties } from "../../../../components/node/operation/property-values.ts";
import { nodeInputs, owner, worker } from "../../../support/node-fixtures.ts";
import {
  checkRequest,
  configureRequest,
  deleteRequest,
  diffRequest,
  impatientPlugin,
  type Plugin,
  startPlugin,
  urn,
} from "../../support/plugin-client.ts";
import { ScriptedApi } from "../../support/scripted-api.ts";
import { ScriptedCloud } from "../../support/scripted-cloud.ts";

// What a deletion removes from the cloud besides, in the plugin's own process. It waits 0.6 s for a cluster that is down.

// a process is started for every test

let node: Plugin;
let api: ScriptedApi;
let cloud: ScriptedCloud;
beforeEach(async () => {
  api = new ScriptedApi();
  cloud = new ScriptedCloud();
  await Promise.all([api.start(), cloud.start()]);
  node = await startPlugin(impatientPlugin);
  cloud.addServer(worker.serverId, worker.nodeName, owner);
});
afterEach(async () => {
  await node.end("SIGINT");
  api.stop();
  await cloud.stop();
});

const configure = (args: Properties = {}) =>
  node.call("configure", configureRequest({ kubeconfig: api.kubeconfig(), cloud: cloud.name, ...args }));
const claim = { nodeName: worker.nodeName, owner, configPath: "pools[metal]" };
const container = { container: "lab-metal-ignition", owner, configPath: "pools[metal]" };
const release = () => node.call("delete", deleteRequest(urn("claim"), claim));

describe("GIVEN a server that an interrupted command has left", () => {
  test("WHEN its claim is deleted THEN it is removed, and the resource's line says so after the command", async () => {
    await configure();
    await release();
    expect(cloud.servers.size).toBe(0);
    const lasting = node.messages.filter(({ ephemeral }) => !ephemeral).map(({ text }) => text);
    expect(lasting).toEqual([
      expect.stringMatching(/^removed what an interrupted command had left in the cloud: server /),
    ]);
  });

  test("WHEN the claim is replaced THEN it is not touched, and the next command's deletion removes it", async () => {
    await configure();
    // of what the program declares, and of nothing else, the engine asks Check first
    await node.call("check", checkRequest(urn("claim"), claim));
    await release();
    expect(cloud.requests).toEqual([]);
    await configure();
    await release();
    expect(cloud.servers.size).toBe(0);
  });

  test("WHEN the cluster is gone and skipped THEN it is removed without it", async () => {
    await configure({ clusterUnreachable: "skip" });
    api.down = true;
    await release();
    expect(cloud.servers.size).toBe(0);
  });

  test("WHEN the provider's arguments have no cloud, as of an earlier release THEN nothing is asked", async () => {
    await node.call("configure", configureRequest({ kubeconfig: api.kubeconfig() }));
    await release();
    expect(cloud.requests).toEqual([]);
  });
});

test("GIVEN the claim of an earlier release WHEN it is previewed with settings for what is left over THEN nothing changes", async () => {
  await configure();
  const former = { ...claim, removeTimeout: 300 };
  const diff = (news: Properties) =>
    node.call<provider.DiffResponse>("diff", diffRequest(urn("claim"), former, former, news));
  const settings = { ...former, deleteTimeout: 900, drain: { ...nodeInputs.drain, timeout: 7 } };
  expect((await diff(settings)).getDiffsList()).toEqual([]);
  expect((await diff({ ...settings, removeTimeout: 60 })).getDiffsList()).toEqual(["removeTimeout"]);
});

test("GIVEN a container that an interrupted command has left WHEN its claim is deleted THEN it is removed, whether or not the cluster answers", async () => {
  cloud.containers.set(container.container, { owner, objects: new Set(["a.ign"]) });
  await configure();
  api.down = true;
  await node.call("delete", deleteRequest(urn("container"), container));
  expect(cloud.containers.size).toBe(0);
});
