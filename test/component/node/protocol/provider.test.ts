import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import type plugin from "@pulumi/pulumi/proto/plugin_pb.js";
import provider from "@pulumi/pulumi/proto/provider_pb.js";
import empty from "google-protobuf/google/protobuf/empty_pb.js";
import { annotations } from "../../../../components/kubernetes/types.ts";
import { type Properties, unknown } from "../../../../components/node/operation/property-values.ts";
import { allTimeouts, nodeInputs, owner, worker } from "../../../support/node-fixtures.ts";
import { eventually, NodeHarness } from "../../support/node-harness.ts";
import {
  checkRequest,
  configureRequest,
  createRequest,
  deleteRequest,
  diffRequest,
  failureOf,
  initFailure,
  type Plugin,
  propertiesOf,
  readRequest,
  startPlugin,
  updateRequest,
  urn,
} from "../../support/plugin-client.ts";
import { readyState } from "../../support/plugin-harness.ts";

// The plugin as the engine runs it: its own process, by gRPC, against a scripted API server.

const token = "canary-token-4f1d";
const state = readyState(nodeInputs);

let harness: NodeHarness;
let node: Plugin;
beforeAll(async () => {
  node = await startPlugin();
});
afterAll(() => node.end("SIGINT"));
beforeEach(async () => {
  harness = new NodeHarness();
  await harness.start();
  node.messages.length = 0;
});
afterEach(() => {
  harness.stop();
});

/** The Node as the last update left it. */
const marked = (annotations: Record<string, string> = {}) => ({
  uid: "node-uid",
  annotations: {
    "openstack-baremetal-compute/owner": owner,
    "openstack-baremetal-compute/server-id": worker.serverId,
    ...annotations,
  },
});
const configure = (plugin = node) =>
  plugin.call("configure", configureRequest({ kubeconfig: harness.api.kubeconfig(token) }));
const diff = (news: Properties, olds: Properties = state) =>
  node.call<provider.DiffResponse>("diff", diffRequest(urn("node"), olds, { ...nodeInputs }, news));
describe("GIVEN the plugin's process", () => {
  test("WHEN it is started THEN it serves, and says which version it is", async () => {
    const info = await node.call<plugin.PluginInfo>("getPluginInfo", new empty.Empty());
    expect(info.getVersion()).toMatch(/^\d+\.\d+\.\d+$/);
  });

  test.each(["SIGINT", "SIGTERM"] as const)(
    "WHEN it gets %s at work THEN it ends the work and exits by itself",
    async (signal) => {
      const own = await startPlugin();
      await configure(own);
      const creating = failureOf(own.call("create", createRequest(urn("node"), { ...nodeInputs })));
      await eventually(() => harness.api.requests.some((it) => it.startsWith("WATCH")));
      expect(await own.end(signal)).toBe(0);
      await creating;
    },
  );
});

describe("GIVEN a resource", () => {
  test("WHEN its inputs are wrong THEN all errors come at once as property failures", async () => {
    const request = checkRequest(urn("node"), { ...nodeInputs, owner: "", fixedIps: ["x"], timeouts: { boot: 0 } });
    const failures = (await node.call<provider.CheckResponse>("check", request)).getFailuresList();
    expect(failures.map((it) => it.getProperty())).toEqual(["fixedIps[0]", "owner", "timeouts.boot"]);
  });

  test("WHEN its type is unknown THEN it is refused", async () => {
    const { details } = await failureOf(
      node.call("check", checkRequest("urn:pulumi:s::p::openshift-node:index:Nod::w", {})),
    );
    expect(details).toMatch(/no resource type openshift-node:index:Nod/);
  });

  test("WHEN its creation is previewed THEN outputs are unknown and the cluster is not touched", async () => {
    const inputs = { ...nodeInputs, serverId: unknown };
    const request = createRequest(urn("node"), inputs, { preview: true });
    const created = propertiesOf(await node.call<provider.CreateResponse>("create", request));
    expect(created).toMatchObject({ nodeName: worker.nodeName, serverId: unknown, nodeUid: unknown, state: unknown });
    expect(harness.api.requests).toEqual([]);
  });

  test("WHEN its creation is previewed THEN a server that is not active is told, and none whose state is not known", async () => {
    for (const powerState of [unknown, "shutoff"])
      await node.call("create", createRequest(urn("node"), { ...nodeInputs, powerState }, { preview: true }));
    const told = () => node.messages.filter((it) => it.text.includes("not active"));
    await eventually(() => told().length > 0);
    expect(told()).toMatchObject([{ text: expect.stringContaining('is "shutoff", not active') }]);
  });

  test("WHEN another server comes THEN it is replaced, deleted first, in detail", async () => {
    await configure();
    harness.node();
    const response = await diff({ ...nodeInputs, serverId: unknown });
    expect(response.getReplacesList()).toEqual(["serverId"]);
    expect(response.getDeletebeforereplace()).toBe(true);
    expect(response.getDetaileddiffMap().get("serverId")?.toObject()).toEqual({ kind: 5, inputdiff: true });
  });

  test("WHEN a bound changes THEN it is updated in place", async () => {
    await configure();
    harness.node({ metadata: marked() });
    const response = await diff({ ...nodeInputs, timeouts: { ...nodeInputs.timeouts, boot: 61 } });
    expect(response.getReplacesList()).toEqual([]);
    expect(response.getDetaileddiffMap().toArray()).toHaveLength(1);
    expect(response.getDetaileddiffMap().has("timeouts.boot")).toBe(true);
  });

  test("WHEN the program begins to declare its NodeDrain THEN that alone is no change", async () => {
    await configure();
    harness.node({ metadata: marked() });
    const response = await diff({ ...nodeInputs, hasDrain: true });
    expect(response.getDetaileddiffMap().toArray()).toEqual([]);
    expect(response.getChanges()).toBe(provider.DiffResponse.DiffChanges.DIFF_NONE);
  });

  test("WHEN an update is previewed THEN its line tells once what changes, and of a replacement nothing", async () => {
    await configure();
    harness.node({ metadata: marked() });
    await diff({ ...nodeInputs, serverId: unknown, labels: { tier: "lead" } });
    for (const tier of ["gold", "gold", "last"]) await diff({ ...nodeInputs, labels: { tier } });
    const lines = () => node.messages.filter((it) => it.text.includes("label tier"));
    const line = (tier: string) => ({
      urn: urn("node"),
      text: `${worker.nodeName}: in place (label tier none -> ${tier})`,
      ephemeral: false,
    });
    await eventually(() => lines().some((it) => it.text.includes("last")));
    expect(lines()).toMatchObject([line("gold"), line("last")]);
  });

  test.each([
    ["nothing changed", {}, 1],
    ["the join was not completed", { state: "Joining" }, 2],
    ["it was not ready at the last refresh", { state: "NotReady" }, 2],
  ])("WHEN %s THEN the diff says so", async (_, changes, expected) => {
    await configure();
    harness.node({ metadata: marked() });
    expect((await diff({ ...nodeInputs }, { ...state, ...changes })).getChanges()).toBe(expected);
  });

  test("WHEN a detach was given up and the worker is still wanted THEN the diff uncordons it", async () => {
    await configure();
    harness.node({
      metadata: marked({ "openstack-baremetal-compute/cordoned-by": owner }),
      spec: { unschedulable: true },
    });
    expect((await diff({ ...nodeInputs })).getChanges()).toBe(2);
  });

  test("WHEN somebody deleted its Node THEN the diff shows it, and the update says so at once with the way out", async () => {
    await configure();
    expect((await diff({ ...nodeInputs })).getChanges()).toBe(2);
    const { details } = await failureOf(node.call("update", updateRequest(urn("node"), state, { ...nodeInputs })));
    expect(details).toMatch(/somebody deleted it.*systemctl restart kubelet.*pulumi up --replace/);
  });

  test("WHEN its server is not active THEN it is refused with the command to type", async () => {
    await configure();
    const inputs = { ...nodeInputs, powerState: "shutoff", serverUrn: "urn:pulumi:lab::p::S::w" };
    const { details, metadata } = await failureOf(node.call("create", createRequest(urn("node"), inputs)));
    expect(details).toMatch(/"shutoff", not active.*pulumi up --replace 'urn:pulumi:lab::p::S::w'/);
    expect(details).toMatch(/if the deletion fails, repeat it/);
    expect(metadata.get("grpc-status-details-bin")).toEqual([]);
  });

  test("WHEN its join fails THEN it is kept as half done, its messages came to its own line, and no secret is told", async () => {
    await configure();
    const inputs = { ...nodeInputs, timeouts: { ...allTimeouts(1), boot: 0.3 } };
    const { details, metadata } = await failureOf(node.call("create", createRequest(urn("node"), inputs)));
    expect(details).toMatch(/phase "boot"/);
    expect(String(metadata.get("grpc-status-details-bin")[0])).toMatch(/ErrorResourceInitFailed[^]*Joining/);
    expect(node.messages.every((it) => it.urn === urn("node"))).toBe(true);
    expect(node.messages.find((it) => it.ephemeral)?.text).toMatch(/^boot: 0s of/);
    expect(JSON.stringify([details, node.messages])).not.toContain(token);
  });

  describe("WHEN its update fails", () => {
    const raised = { ...nodeInputs, drain: { ...nodeInputs.drain, timeout: 7200, force: true } };
    const kept = async (olds: Properties, news: Properties): Promise<Properties> => {
      await configure();
      const { metadata } = await failureOf(node.call("update", updateRequest(urn("node"), olds, news)));
      return initFailure(metadata.get("grpc-status-details-bin")[0]);
    };

    test("THEN the new drain settings are kept for its detach, and it counts as not ready", async () => {
      harness.node({ ready: "Unknown" });
      const news = { ...raised, timeouts: allTimeouts(0.3) };
      expect(await kept(state, news)).toEqual({ ...state, ...news, state: "NotReady", ownTaints: [] });
    });

    test("THEN so are they on a server that is switched off, and a join that was never completed stays one", async () => {
      const news = { ...raised, powerState: "shutoff" };
      expect(await kept({ ...state, state: "Joining" }, news)).toEqual({
        ...state,
        ...news,
        state: "Joining",
        ownTaints: [],
      });
    });

    test("THEN a Node that was not marked anew stays its former owner's", async () => {
      const news = { ...raised, owner: "acme/openstack-baremetal-compute/renamed", powerState: "error" };
      expect(await kept(state, news)).toMatchObject({ owner, drain: raised.drain });
    });
  });

  test("WHEN the update is cancelled THEN every wait ends before its timeout and says what is kept", async () => {
    const own = await startPlugin();
    await configure(own);
    const creating = failureOf(own.call("create", createRequest(urn("node"), { ...nodeInputs })));
    await eventually(() => harness.api.requests.some((it) => it.startsWith("WATCH")));
    await own.call("cancel", new empty.Empty());
    expect((await creating).details).toMatch(/cancelled in phase "boot"/);
    await own.end("SIGINT");
  });
});

describe("GIVEN a refresh", () => {
  const refresh = async (known: Properties = state) => {
    await configure();
    const response = await node.call<provider.ReadResponse>("read", readRequest(urn("node"), known));
    return { id: response.getId(), state: propertiesOf(response)["state"] };
  };

  test("WHEN the Node is ready THEN nothing is different", async () => {
    harness.node();
    expect(await refresh()).toEqual({ id: worker.nodeName, state: "Ready" });
  });

  test("WHEN the Node is gone THEN the resource stays, so that its server can still be detached", async () => {
    expect(await refresh()).toEqual({ id: worker.nodeName, state: "Missing" });
  });

  test("WHEN the Node is not ready THEN the state says so", async () => {
    harness.node({ ready: "Unknown" });
    expect(await refresh()).toEqual({ id: worker.nodeName, state: "NotReady" });
  });

  test("WHEN the Node is another server's THEN ours is missing, and that is said", async () => {
    harness.node({ serverId: "99999999-2222-4333-8444-555555555555" });
    expect(await refresh()).toEqual({ id: worker.nodeName, state: "Missing" });
    expect(node.messages.map((it) => it.text).join()).toMatch(/a Node of that name is there, but its providerID/);
  });

  test("WHEN a join was never completed THEN it stays known, with and without a Node", async () => {
    expect(await refresh({ ...state, state: "Joining" })).toEqual({ id: worker.nodeName, state: "Joining" });
  });
});

test("GIVEN a worker, WHEN it is detached THEN it is drained, and its claim removes the Node", async () => {
  await configure();
  harness.node({ metadata: { annotations: { [annotations.owner]: owner } } });
  harness.pod("web-1");
  await node.call("delete", deleteRequest(urn("node"), state));
  expect(harness.api.get("pods", "web-1")).toBeUndefined();
  expect(harness.api.get("nodes", worker.nodeName)).toBeDefined();
  await node.call("delete", deleteRequest(urn("claim"), { nodeName: worker.nodeName, owner, removeTimeout: 5 }));
  expect(harness.api.get("nodes", worker.nodeName)).toBeUndefined();
});
