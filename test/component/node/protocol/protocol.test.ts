import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import provider from "@pulumi/pulumi/proto/provider_pb.js";
import empty from "google-protobuf/google/protobuf/empty_pb.js";
import { kubeSystem } from "../../../../components/kubernetes/cluster-identity.ts";
import { type Properties, read, unknown, write } from "../../../../components/node/operation/property-values.ts";
import { nodeInputs, owner, worker } from "../../../support/node-fixtures.ts";
import { eventually, NodeHarness } from "../../support/node-harness.ts";
import {
  checkRequest,
  configureRequest,
  createRequest,
  deleteRequest,
  diffRequest,
  failureOf,
  type Plugin,
  readRequest,
  startPlugin,
  updateRequest,
  urn,
} from "../../support/plugin-client.ts";

// What the engine may rely on, whatever the resource: previews, secrets, time limits and Ctrl-C.

// a process is started for every test

const state = { ...nodeInputs, nodeUid: "uid", providerId: "p", internalIp: "10.0.0.10", state: "Ready", timeline: [] };
const claim = { nodeName: worker.nodeName, owner, removeTimeout: 60 };
const membership = { pool: "metal", owner, members: [], cordonTimeout: 60, configPath: "pools[0]" };

let harness: NodeHarness;
let node: Plugin;
beforeEach(async () => {
  harness = new NodeHarness();
  await harness.start();
  node = await startPlugin();
  await node.call(
    "configure",
    configureRequest({ kubeconfig: harness.api.kubeconfig(), clusterUid: harness.api.clusterUid }),
  );
});
afterEach(async () => {
  await node.end("SIGINT");
  harness.stop();
});

describe("GIVEN a preview", () => {
  const kinds: [kind: "node" | "claim" | "membership", inputs: Properties][] = [
    ["node", { ...nodeInputs, serverId: unknown, fixedIps: unknown, labels: { rack: unknown } }],
    ["claim", { ...claim, nodeName: unknown }],
    ["membership", { ...membership, members: unknown }],
  ];
  test.each(kinds)(
    "of a %s with values that are not known yet THEN nothing is sent to the cluster",
    async (kind, inputs) => {
      const checked = await node.call<provider.CheckResponse>("check", checkRequest(urn(kind), inputs));
      expect(checked.getFailuresList()).toEqual([]);
      const created = await node.call<provider.CreateResponse>(
        "create",
        createRequest(urn(kind), inputs, { preview: true }),
      );
      expect(read(created.getProperties()).properties).toMatchObject(inputs);
      const update = updateRequest(urn(kind), kind === "node" ? state : inputs, inputs);
      update.setPreview(true);
      const updated = await node.call<provider.UpdateResponse>("update", update);
      expect(read(updated.getProperties()).properties).toMatchObject(inputs);
      expect(harness.api.requests).toEqual([]);
    },
  );
});

describe("GIVEN inputs of which some are secret", () => {
  const secretly = (properties: Properties) => write(properties, ["labels"]);
  const secrets = (message: { getProperties(): Parameters<typeof read>[0] }) => read(message.getProperties()).secret;

  test("THEN they are secret in what Check, previews, Create, Read and Update give back", async () => {
    const check = checkRequest(urn("node"), {});
    check.setNews(secretly(nodeInputs));
    expect(read((await node.call<provider.CheckResponse>("check", check)).getInputs()).secret).toEqual(["labels"]);
    const create = createRequest(urn("node"), {}, { preview: true });
    create.setProperties(secretly(nodeInputs));
    expect(secrets(await node.call<provider.CreateResponse>("create", create))).toEqual(["labels"]);
    create.setPreview(false);
    harness.node();
    await harness.request("csr-serving", "serving");
    expect(secrets(await node.call<provider.CreateResponse>("create", create))).toEqual(["labels"]);
    const refresh = readRequest(urn("node"), {});
    refresh.setId(worker.nodeName);
    refresh.setProperties(secretly(state));
    refresh.setInputs(secretly(nodeInputs));
    const found = await node.call<provider.ReadResponse>("read", refresh);
    expect([secrets(found), read(found.getInputs()).secret]).toEqual([["labels"], ["labels"]]);
    const update = updateRequest(urn("node"), state, {});
    update.setNews(secretly(nodeInputs));
    expect(secrets(await node.call<provider.UpdateResponse>("update", update))).toEqual(["labels"]);
  });

  test("THEN they are secret in what is kept of a creation that failed", async () => {
    const create = createRequest(urn("node"), {});
    create.setProperties(secretly({ ...nodeInputs, timeouts: { ...nodeInputs.timeouts, boot: 0.2 } }));
    const { metadata } = await failureOf(node.call("create", create));
    // the signature of a secret, pulumi/pulumi sdk/go/common/resource/properties.go
    expect(String(metadata.get("grpc-status-details-bin")[0])).toContain("1b47061264138c4ac30d75fd1eb44270");
  });
});

describe("GIVEN customTimeouts that are shorter than the phases", () => {
  const short = 0.4;

  test.each([
    ["create", () => createRequest(urn("node"), { ...nodeInputs }, { timeout: short })],
    [
      "update",
      () => {
        const request = updateRequest(urn("node"), { ...state, state: "Joining" }, { ...nodeInputs });
        request.setTimeout(short);
        return request;
      },
    ],
  ] as const)("THEN they end a %s, and are named", async (verb, request) => {
    const { details } = await failureOf(node.call(verb, request()));
    expect(details).toMatch(new RegExp(`by the resource's customTimeouts\\.${verb}`));
  });

  test("THEN they end a delete, and are named", async () => {
    harness.node({ metadata: { annotations: { "openstack-baremetal-compute/owner": owner } } });
    harness.pod("web-1");
    harness.api.onEvict = () => [429, { message: "no" }];
    const { details } = await failureOf(node.call("delete", deleteRequest(urn("node"), state, short)));
    expect(details).toMatch(/by the resource's customTimeouts\.delete/);
  });
});

describe("GIVEN Ctrl-C, WHEN an operation waits for the cluster", () => {
  const calls: [what: string, call: () => Promise<unknown>, says: RegExp][] = [
    [
      "a comparison",
      () => node.call("diff", diffRequest(urn("node"), state, nodeInputs, nodeInputs)),
      /Nothing was changed/,
    ],
    ["a refresh", () => node.call("read", readRequest(urn("node"), state)), /Nothing was changed/],
    [
      "a claim",
      () => node.call("create", createRequest(urn("claim"), claim)),
      /Run the same command again to continue/,
    ],
    [
      "a join",
      () => node.call("create", createRequest(urn("node"), { ...nodeInputs })),
      /Run `pulumi up` again to continue/,
    ],
    ["a detach", () => node.call("delete", deleteRequest(urn("node"), state)), /Nothing was changed.*same command/],
    ["a release", () => node.call("delete", deleteRequest(urn("claim"), claim)), /Nothing was changed.*same command/],
  ];
  test.each(calls)("THEN %s ends and says what is half done, and nothing else begins", async (_, call, says) => {
    harness.api.down = true;
    const ended = failureOf(call());
    await new Promise((resolve) => setTimeout(resolve, 300));
    await node.call("cancel", new empty.Empty());
    const { details } = await ended;
    expect(details).toMatch(/cancelled/);
    expect(details).toMatch(says);
    harness.api.down = false;
    expect((await failureOf(node.call("create", createRequest(urn("claim"), claim)))).details).toMatch(/cancelled/);
    // which cluster it is all operations ask together: that may have been on its way already, once
    expect([[], [`GET ${kubeSystem}`]]).toContainEqual(harness.api.requests);
  });

  test("THEN an eviction that waits for its budget ends too, and the node stays cordoned", async () => {
    harness.node({ metadata: { annotations: { "openstack-baremetal-compute/owner": owner } } });
    harness.pod("web-1");
    harness.api.onEvict = () => [429, { message: "no" }];
    const ended = failureOf(node.call("delete", deleteRequest(urn("node"), state)));
    await eventually(() => harness.api.requests.some((it) => it.endsWith("/eviction")));
    await node.call("cancel", new empty.Empty());
    expect((await ended).details).toMatch(/cancelled in phase "drain".*stays cordoned/);
  });
});
