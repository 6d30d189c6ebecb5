import { beforeEach, describe, expect, test } from "@jest/globals";
import { annotations } from "../../../components/kubernetes/types.ts";
import { type Properties } from "../../../components/node/operation/property-values.ts";
import { nodeInputs, owner, worker } from "../../support/node-fixtures.ts";
import { errorOf, noChanges, readyState, sharedPlugin } from "../support/plugin-harness.ts";

// What the engine asks of the plugin in `pulumi refresh`, and in the preview and the update after it (pulumi/pulumi,
// pkg/resource/deploy/step.go, RefreshStep).

const harness = sharedPlugin();

describe("GIVEN a worker of this program, WHEN it is refreshed", () => {
  const gpu = { key: "dedicated", value: "gpu", effect: "NoSchedule" };
  const inputs: Properties = { ...nodeInputs, labels: { tier: "gold", zone: "a" }, taints: [gpu], specHash: "00ff" };
  const state = readyState(inputs);
  const marks = {
    [annotations.owner]: owner,
    [annotations.serverId]: worker.serverId,
    [annotations.specHash]: "00ff",
    [annotations.taints]: "dedicated:NoSchedule",
  };
  const put = (metadata: object = {}, taints: object[] = [gpu]) => {
    harness.cluster.node({
      metadata: { uid: "node-uid", labels: { tier: "gold", zone: "a" }, annotations: marks, ...metadata },
      spec: { taints },
    });
  };
  const refresh = () => harness.read("node", worker.nodeName, inputs, state);

  test("THEN nothing is different on a Node as it was left, whatever others put there", async () => {
    put({ labels: { tier: "gold", zone: "a", theirs: "x" } }, [gpu, { key: "theirs", effect: "NoExecute" }]);
    expect(await refresh()).toEqual({ id: worker.nodeName, inputs, state });
  });

  test("THEN the values of our labels and taints on the Node are in the state, and the preview repairs them", async () => {
    put({ labels: { tier: "lead", theirs: "x" } }, [{ ...gpu, value: "cpu" }]);
    const found = await refresh();
    const real = { labels: { tier: "lead" }, taints: [{ ...gpu, value: "cpu" }] };
    expect(found.state).toMatchObject(real);
    expect(found.inputs).toMatchObject(real);
    const { changed, replaces } = await harness.diff("node", found, inputs);
    expect(changed).toEqual(["labels.tier", "labels.zone", "taints", "taints[0].value"]);
    expect(replaces).toEqual([]);
  });

  test("THEN a Node that was deleted leaves the worker known as Missing, and the preview says so", async () => {
    const found = await refresh();
    expect(found).toEqual({ id: worker.nodeName, inputs, state: { ...state, state: "Missing" } });
    expect(await harness.diff("node", found, inputs)).toEqual({ changed: ["state"], replaces: [] });
    await harness.hasLogged(/there is no Node of server 11111111/);
  });

  test("THEN an update of a missing one refuses at once, with the command that repairs it", async () => {
    const { state: missing } = await refresh();
    const news = { ...inputs, serverUrn: "urn:pulumi:lab::p::S::w" };
    const details = await errorOf(harness.update(missing, news));
    expect(details).toMatch(
      /somebody deleted it.*systemctl restart kubelet.*pulumi up --replace 'urn:pulumi:lab::p::S::w'/,
    );
  });

  test("THEN a missing one whose kubelet was restarted is Ready again with the next update, marked anew", async () => {
    const { state: missing } = await refresh();
    const creationTimestamp = new Date(Date.now() - 7_200_000).toISOString();
    harness.cluster.node({ metadata: { uid: "new", creationTimestamp } });
    await harness.configure();
    expect((await harness.diff("node", { id: worker.nodeName, inputs, state: missing }, inputs)).changed).toContain(
      "nodeUid",
    );
    const updated = await harness.update(missing, inputs);
    expect(updated).toMatchObject({ state: "Ready", nodeUid: "new" });
    expect(harness.cluster.annotations()).toMatchObject(marks);
  });

  test("THEN a missing one that is detached is so without a Node", async () => {
    const { state: missing } = await refresh();
    await harness.detach({ state: missing, inputs: inputs });
  });

  test("THEN a Node that was registered anew is ours still, and the preview marks it again", async () => {
    harness.cluster.node({ metadata: { uid: "new" } });
    const found = await refresh();
    expect(found.state).toMatchObject({ state: "Ready", nodeUid: "new", labels: {}, taints: [] });
    expect((await harness.diff("node", found, inputs)).changed).toEqual(
      expect.arrayContaining(["labels.tier", "labels.zone", "taints", "owner", "specHash"]),
    );
  });

  test.each<[string, () => void, RegExp]>([
    [
      "another server's",
      () => harness.cluster.node({ serverId: "99999999-2222-4333-8444-555555555555" }),
      /a Node of that name is there, but its providerID/,
    ],
    [
      "another stack's, without a providerID yet",
      () => harness.cluster.node({ serverId: null, metadata: { annotations: { [annotations.owner]: "a/b/c" } } }),
      /annotated as a worker of a\/b\/c/,
    ],
  ])("THEN a Node that is %s is reported, and ours is missing", async (_, given, expected) => {
    given();
    expect((await refresh()).state["state"]).toBe("Missing");
    await harness.hasLogged(expected);
  });
});

describe("GIVEN a Node whose kubelet has noted an administrator's taint as ours", () => {
  const quarantine = { key: "quarantine", effect: "NoExecute" };
  const marks = {
    [annotations.owner]: owner,
    [annotations.serverId]: worker.serverId,
    [annotations.taints]: "quarantine:NoExecute",
  };
  const creationTimestamp = new Date(Date.now() - 7_200_000).toISOString();
  const inputs: Properties = { ...nodeInputs };
  beforeEach(() => {
    const metadata = { uid: "node-uid", creationTimestamp, annotations: marks };
    harness.cluster.node({ metadata, spec: { taints: [quarantine] } });
  });

  test("WHEN the worker is refreshed THEN the taint is none of its own", async () => {
    const state = readyState(inputs);
    expect((await harness.read("node", worker.nodeName, inputs, state)).state["taints"]).toEqual([]);
  });

  test("WHEN it is updated for another reason THEN the taint stays", async () => {
    const updated = await harness.update(readyState(inputs), { ...inputs, labels: { tier: "gold" } });
    expect(updated["ownTaints"]).toEqual([]);
    expect(harness.cluster.api.get("nodes", worker.nodeName)?.["spec"]).toMatchObject({ taints: [quarantine] });
  });
});

describe("GIVEN a taint that leaves the config, WHEN the worker is updated", () => {
  const gpu = { key: "dedicated", value: "gpu", effect: "NoSchedule" };
  const inputs: Properties = { ...nodeInputs, taints: [gpu] };
  const creationTimestamp = new Date(Date.now() - 7_200_000).toISOString();
  const taints = () => (harness.cluster.api.get("nodes", worker.nodeName)?.["spec"] as { taints?: object[] }).taints;

  test.each<[string, Properties, object[]]>([
    ["this stack has set it THEN it goes, whatever the annotation says", { ownTaints: ["dedicated:NoSchedule"] }, []],
    ["the last update of an earlier release has set it THEN it goes", {}, []],
    ["somebody else had set it alike THEN it stays", { ownTaints: [] }, [gpu]],
  ])("AND %s", async (_, changes, left) => {
    harness.cluster.node({ metadata: { uid: "node-uid", creationTimestamp }, spec: { taints: [gpu] } });
    const updated = await harness.update({ ...readyState(inputs), ...changes }, { ...inputs, taints: [] });
    expect(taints()).toEqual(left);
    expect(updated["ownTaints"]).toEqual([]);
  });
});

describe("GIVEN a state that the previous release wrote", () => {
  // of its release 0.1.0: no labels, taints and specHash, bounds of a join alone, and a drain of four settings
  const { boot, servingCsr, ready } = nodeInputs.timeouts;
  const { timeout, gracePeriod, deleteEmptyDirData, force } = nodeInputs.drain;
  const drain = { timeout, gracePeriod, deleteEmptyDirData, force };
  const inputs: Properties = { ...nodeInputs, timeouts: { boot, servingCsr, ready }, drain };
  delete inputs["labels"];
  delete inputs["taints"];
  const state = readyState(inputs);
  const known = { id: worker.nodeName, inputs, state };

  beforeEach(() => {
    const marks = { [annotations.owner]: owner, [annotations.serverId]: worker.serverId };
    harness.cluster.node({ metadata: { uid: "node-uid", annotations: marks } });
  });

  test("WHEN it is previewed THEN nothing changes but what is new, and that in place", async () => {
    expect(await harness.diff("node", known, { ...nodeInputs })).toEqual(noChanges);
    const news = { ...nodeInputs, specHash: "00ff", labels: { tier: "gold" } };
    const { changed, replaces } = await harness.diff("node", known, news);
    expect(changed).toEqual(["labels.tier", "specHash"]);
    expect(replaces).toEqual([]);
  });

  test("WHEN it is refreshed and detached THEN it is by the defaults of what it has not", async () => {
    const found = await harness.read("node", worker.nodeName, inputs, state);
    expect(found.state).toMatchObject({ state: "Ready" });
    harness.cluster.pod("web-1");
    await harness.detach({ state: found.state, inputs: found.inputs });
    expect(harness.cluster.api.get("pods", "web-1")).toBeUndefined();
  });
});
