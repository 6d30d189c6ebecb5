import type { ServiceError } from "@grpc/grpc-js";
import { beforeEach, describe, expect, test } from "@jest/globals";
import { annotations } from "../../../components/kubernetes/types.ts";
import { defaultDrain } from "../../../components/lifecycle/defaults.ts";
import { type Properties, read } from "../../../components/node/operation/property-values.ts";
import { drainInputs, nodeInputs, owner, worker } from "../../support/node-fixtures.ts";
import { initFailure, updateRequest, urn } from "../support/plugin-client.ts";
import { errorOf, noChanges, sharedPlugin } from "../support/plugin-harness.ts";

// What the engine asks of the plugin in `pulumi import`, and in the preview and the update after it (pulumi/pulumi,
// pkg/resource/deploy/step.go, ImportStep).

const harness = sharedPlugin();

describe("GIVEN a worker that somebody attached by hand", () => {
  /** What the program declares of it. */
  const program: Properties = {
    ...nodeInputs,
    fixedIps: ["10.0.0.10"],
    labels: { tier: "gold" },
    taints: [],
    specHash: "00ff",
    serverUrn: "urn:pulumi:x",
    drain: { ...nodeInputs.drain, timeout: 7, deleteEmptyDirData: false },
  };

  beforeEach(() => {
    const labels = { "node-role.kubernetes.io/worker": "", tier: "gold" };
    harness.cluster.node({ metadata: { labels }, spec: { taints: [{ key: "by-hand", effect: "NoSchedule" }] } });
  });

  test("WHEN it is imported THEN its inputs are complete and pass Check as they are", async () => {
    const { id, inputs, state } = await harness.read("node", worker.nodeName);
    expect(id).toBe(worker.nodeName);
    expect(state).toMatchObject({ ...inputs, state: "Ready", internalIp: "10.0.0.10", imported: true });
    const checked = await harness.check("node", inputs);
    expect(checked.getFailuresList()).toEqual([]);
    expect(read(checked.getInputs()).properties).toEqual(inputs);
    expect(harness.cluster.api.requests.some((it) => /^(PATCH|PUT|POST|DELETE)/.test(it))).toBe(false);
  });

  test("WHEN the code that the engine wrote is previewed THEN nothing changes", async () => {
    const imported = await harness.read("node", worker.nodeName);
    expect(await harness.diff("node", imported, imported.inputs)).toEqual(noChanges);
  });

  test("WHEN the program's own worker is previewed THEN nothing changes, nor after the engine kept its inputs", async () => {
    const imported = await harness.read("node", worker.nodeName);
    expect(await harness.diff("node", imported, program)).toEqual(noChanges);
    expect(await harness.diff("node", { ...imported, inputs: program }, program)).toEqual(noChanges);
  });

  test("WHEN the program asks for another label or server THEN that is what changes", async () => {
    const imported = await harness.read("node", worker.nodeName);
    const labelled = { ...program, labels: { tier: "lead" } };
    expect(await harness.diff("node", imported, labelled)).toEqual({ changed: ["labels.tier"], replaces: [] });
    const moved = await harness.diff("node", imported, {
      ...program,
      serverId: "99999999-2222-4333-8444-555555555555",
    });
    expect(moved.replaces).toEqual(["serverId"]);
  });

  test("WHEN it is refreshed THEN it stays imported, without a change", async () => {
    const imported = await harness.read("node", worker.nodeName);
    expect(await harness.read("node", worker.nodeName, imported.inputs, imported.state)).toEqual(imported);
  });

  test("WHEN it is updated for a reason THEN it is marked, and is like any other from then on", async () => {
    const { state } = await harness.read("node", worker.nodeName);
    harness.cluster.node({ metadata: { creationTimestamp: "2026-01-01T12:00:00Z" } });
    const news = { ...program, labels: { tier: "lead" } };
    const updated = await harness.update(state, news);
    expect(updated["imported"]).toBeUndefined();
    expect(harness.cluster.api.get("nodes", worker.nodeName)?.metadata).toMatchObject({
      labels: { tier: "lead" },
      annotations: { [annotations.owner]: owner, [annotations.specHash]: "00ff" },
    });
    const known = { id: worker.nodeName, inputs: news, state: updated };
    expect(await harness.diff("node", known, news)).toEqual(noChanges);
    expect((await harness.diff("node", known, { ...news, specHash: "11" })).changed).toEqual(["specHash"]);
  });

  test("WHEN it is detached THEN by the policies that the program gave it since", async () => {
    const { state } = await harness.read("node", worker.nodeName);
    harness.cluster.pod("db-0", { spec: { volumes: [{ name: "scratch", emptyDir: {} }] } });
    expect(await errorOf(harness.detach({ state: state, inputs: program }))).toMatch(
      /pools\[0\]\.drain\.deleteEmptyDirData/,
    );
    expect(harness.cluster.annotations()).toHaveProperty([annotations.cordonedBy], owner);
  });

  test("WHEN its name is imported THEN the claim is complete, and neither code nor program changes it", async () => {
    const claim = await harness.read("claim", worker.nodeName);
    expect(claim.inputs).toEqual({
      nodeName: worker.nodeName,
      owner: "imported/imported/imported",
      removeTimeout: 300,
      deleteTimeout: 3600,
      drain: { ...defaultDrain, timeout: 1800 },
    });
    expect((await harness.check("claim", claim.inputs)).getFailuresList()).toEqual([]);
    expect(await harness.diff("claim", claim, claim.inputs)).toEqual(noChanges);
    const news = { nodeName: worker.nodeName, owner, removeTimeout: 60, configPath: "pools[0]" };
    expect(await harness.diff("claim", claim, news)).toEqual(noChanges);
    expect((await harness.diff("claim", claim, { ...news, nodeName: "w9" })).replaces).toEqual(["nodeName"]);
  });

  test("WHEN its first update fails half-way THEN it can be detached all the same", async () => {
    const { state } = await harness.read("node", worker.nodeName);
    const taints = [{ key: "by-hand", value: "gpu", effect: "NoSchedule" }];
    const failure = await harness.plugin.call("update", updateRequest(urn("node"), state, { ...program, taints })).then(
      () => undefined,
      (error: unknown) => error as ServiceError,
    );
    expect(failure?.details).toMatch(/a taint of the same key and effect that this stack did not set/);
    expect(harness.cluster.annotations()).toHaveProperty([annotations.owner], owner);
    const kept = initFailure(failure?.metadata.get("grpc-status-details-bin")[0] as Buffer);
    expect(kept).toMatchObject({ owner, state: "NotReady" });
    await harness.detach({ state: kept, inputs: program });
    expect(harness.cluster.annotations()).toHaveProperty([annotations.cordonedBy], owner);
  });

  test("WHEN the program has made it its own since THEN its claim removes the Node that the program's stack has cordoned", async () => {
    const { state } = await harness.read("claim", worker.nodeName);
    harness.cluster.leavingNode();
    await harness.detach({ state, inputs: { nodeName: worker.nodeName, owner, removeTimeout: 60 } }, "claim");
    expect(harness.cluster.api.get("nodes", worker.nodeName)).toBeUndefined();
  });

  test("WHEN its drain is imported THEN it is complete, and neither code nor program changes it", async () => {
    const drain = await harness.read("drain", worker.nodeName);
    const { nodeName, serverId } = worker;
    expect(drain.inputs).toMatchObject({ nodeName, serverId, owner: "imported/imported/imported", configPath: "args" });
    expect(drain.state).toEqual({ ...drain.inputs, imported: true });
    expect((await harness.check("drain", drain.inputs)).getFailuresList()).toEqual([]);
    expect(await harness.diff("drain", drain, drain.inputs)).toEqual(noChanges);
    expect(await harness.diff("drain", drain, drainInputs)).toEqual(noChanges);
    const moved = await harness.diff("drain", drain, { ...drainInputs, serverId: "other" });
    expect(moved.replaces).toEqual(["serverId"]);
  });

  test("WHEN its imported drain is deleted THEN by the policies that the program gave it since", async () => {
    const { state } = await harness.read("drain", worker.nodeName);
    harness.cluster.pod("db-0", { spec: { volumes: [{ name: "scratch", emptyDir: {} }] } });
    const inputs = { ...drainInputs, drain: { ...drainInputs.drain, deleteEmptyDirData: false } };
    expect(await errorOf(harness.detach({ state, inputs }, "drain"))).toMatch(/pools\[0\]\.drain\.deleteEmptyDirData/);
  });

  test.each(["node", "claim", "drain"] as const)(
    "WHEN a %s is imported by a name that is not there THEN that is said",
    async (kind) => {
      expect(await errorOf(harness.read(kind, "lab-worker-9"))).toMatch(
        /node lab-worker-9: .* has no Node of that name.*oc get nodes/,
      );
    },
  );

  test("WHEN a Node of no server is imported THEN what is missing is said", async () => {
    harness.cluster.node({ serverId: null, ips: [] });
    expect(await errorOf(harness.read("node", worker.nodeName))).toMatch(
      /cannot be imported: its providerID .* no InternalIP/,
    );
  });
});

test("GIVEN secrets among the inputs, WHEN they are checked THEN they stay secrets, with the defaults filled in", async () => {
  const secret = (value: string) => ({ "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", value });
  const inputs = { ...nodeInputs, drain: null, timeouts: null, labels: { tier: secret("gold") } };
  const checked = await harness.check("node", inputs);
  expect(checked.getFailuresList()).toEqual([]);
  const { properties, secret: kept } = read(checked.getInputs());
  expect(kept).toEqual(["labels"]);
  expect(properties).toMatchObject({ labels: { tier: "gold" }, timeouts: { boot: 3600 }, drain: { timeout: 1800 } });
});
