import { beforeEach, describe, expect, test } from "@jest/globals";
import { annotations } from "../../../components/kubernetes/types.ts";
import type { Properties } from "../../../components/node/operation/property-values.ts";
import {
  allTimeouts,
  generateKeys,
  keyOfPair,
  type Keys,
  nodeInputs,
  owner,
  worker,
} from "../../support/node-fixtures.ts";
import { eventually } from "../support/node-harness.ts";
import { errorOf, noChanges, partialOf, sharedPlugin } from "../support/plugin-harness.ts";

// One client key per server, in whichever process of the plugin. A command of the engine has one of its own, or one that is configured anew.

const harness = sharedPlugin();
const ago = (seconds: number) => new Date(Date.now() - seconds * 1000).toISOString();
const id = worker.nodeName;

let inputs: Properties;
let keys: Keys;
let clientKey: string;
beforeEach(async () => {
  inputs = { ...nodeInputs, serverCreated: ago(9_000), timeouts: { ...allTimeouts(1), boot: 4, ready: 2 } };
  keys = await generateKeys();
  clientKey = await keyOfPair(keys);
});

const marks = { [annotations.owner]: owner, [annotations.serverId]: worker.serverId };
/** Old enough for its serving request to be gone: it counts as served. */
const registers = () =>
  harness.cluster.node({ metadata: { uid: "node-uid", creationTimestamp: ago(7_200), annotations: marks } });
const isSilent = () =>
  harness.cluster.node({
    ready: "Unknown",
    lastHeartbeatTime: ago(60),
    metadata: { uid: "node-uid", creationTimestamp: ago(7_200), annotations: marks },
  });
const approves = (name: string) => eventually(() => harness.cluster.approved(name));
const warnings = () => harness.plugin.messages.filter(({ severity }) => severity === 2).map(({ text }) => text);
/** kube-controller-manager removes approved requests after an hour. */
const collects = (name: string) => harness.cluster.api.remove("csrs", name);

/** Its first join, by a process of its own. */
async function joined(): Promise<Properties> {
  await harness.cluster.request("csr-own", "client", { keys });
  const creating = harness.create(inputs);
  await approves("csr-own");
  registers();
  return creating;
}

describe("GIVEN a worker that has joined", () => {
  let state: Properties;
  beforeEach(async () => {
    state = await joined();
    collects("csr-own");
    await harness.configure();
  });

  test("WHEN it has THEN its key is in the state, and a refresh and a failed update keep it", async () => {
    expect(state).toMatchObject({ state: "Ready", clientKey });
    expect((await harness.read("node", id, inputs, state)).state).toEqual(state);
    harness.cluster.node({
      ready: "False",
      metadata: { uid: "node-uid", creationTimestamp: ago(7_200), annotations: marks },
    });
    const { state: kept } = await partialOf(harness.update(state, { ...inputs, labels: { tier: "gold" } }, inputs));
    expect(kept).toMatchObject({ state: "NotReady", clientKey });
    expect(kept).not.toHaveProperty("readmission");
  });

  test("WHEN its Node is deleted and another key asks THEN the next process does not approve it, and reports both keys", async () => {
    await harness.restart();
    harness.cluster.api.remove("nodes", id);
    await harness.cluster.request("csr-second", "client");
    const details = await errorOf(harness.update(state, inputs, inputs));
    expect(harness.cluster.approved("csr-second")).toBe(false);
    expect(details).toContain(`instead of ${clientKey}`);
    expect(details).toMatch(/csr-second has another key.*readmit: \[lab-worker-0\]/);
  });

  test("WHEN its Node is deleted and the same key asks THEN the next process approves it", async () => {
    harness.cluster.api.remove("nodes", id);
    await harness.cluster.request("csr-again", "client", { keys });
    const updating = harness.update(state, inputs, inputs);
    await approves("csr-again");
    registers();
    expect(await updating).toMatchObject({ state: "Ready", clientKey });
  });

  test("WHEN it is silent and another key asks THEN preview and update leave that alone, and say what to do", async () => {
    isSilent();
    await harness.cluster.request("csr-second", "client");
    expect(await harness.diff("node", { id, inputs, state }, inputs)).toEqual(noChanges);
    await harness.hasLogged(/csr-second stays/);
    expect(warnings()).toEqual([
      expect.stringMatching(/csr-second stays pending \(one-key\).*BMC.*sha256sum.*readmit/),
    ]);
    await errorOf(harness.update(state, { ...inputs, labels: { tier: "gold" } }, inputs));
    expect(harness.cluster.approved("csr-second")).toBe(false);
  });
});

describe("GIVEN a worker whose state an earlier release wrote, without its key", () => {
  let state: Properties;
  beforeEach(async () => {
    state = await joined();
    Reflect.deleteProperty(state, "clientKey");
    await harness.configure();
  });

  test("WHEN its approved request stands THEN the next update learns its key, and approves no other one", async () => {
    await harness.cluster.request("csr-second", "client");
    const updated = await harness.update(state, { ...inputs, labels: { tier: "gold" } }, inputs);
    expect(updated).toMatchObject({ state: "Ready", clientKey });
    expect(harness.cluster.approved("csr-second")).toBe(false);
  });

  test("WHEN its request is gone THEN its key is unknown, and an update has no reason by it", async () => {
    collects("csr-own");
    expect(await harness.diff("node", { id, inputs, state }, inputs)).toEqual(noChanges);
    const updated = await harness.update(state, { ...inputs, labels: { tier: "gold" } }, inputs);
    expect(updated).toMatchObject({ state: "Ready" });
    expect(updated).not.toHaveProperty("clientKey");
  });

  test("WHEN it is silent and somebody asks THEN no update admits that by itself", async () => {
    collects("csr-own");
    isSilent();
    await harness.cluster.request("csr-second", "client");
    expect(await harness.diff("node", { id, inputs, state }, inputs)).toEqual(noChanges);
    await errorOf(harness.update(state, { ...inputs, labels: { tier: "gold" } }, inputs));
    expect(harness.cluster.approved("csr-second")).toBe(false);
  });

  test("WHEN its Node is gone and it asks THEN the next approval is its key", async () => {
    collects("csr-own");
    harness.cluster.api.remove("nodes", id);
    await harness.cluster.request("csr-again", "client", { keys });
    const updating = harness.update(state, inputs, inputs);
    await approves("csr-again");
    registers();
    expect(await updating).toMatchObject({ state: "Ready", clientKey });
  });
});

describe("GIVEN a join that did not complete", () => {
  const failedJoin = async () => {
    await harness.cluster.request("csr-own", "client", { keys });
    const { state } = await partialOf(harness.create(inputs));
    expect(state).toMatchObject({ state: "Joining" });
    return state;
  };

  test("WHEN its request was approved THEN the key is in the state, and the next process approves no other one", async () => {
    const state = await failedJoin();
    expect(state).toMatchObject({ clientKey });
    collects("csr-own");
    await harness.restart();
    await harness.cluster.request("csr-second", "client");
    const { details, state: kept } = await partialOf(
      harness.update(state, { ...inputs, timeouts: allTimeouts(1) }, inputs),
    );
    expect(details).toMatch(/csr-second .*refused \(one-key\)/);
    expect(harness.cluster.approved("csr-second")).toBe(false);
    expect(kept).toMatchObject({ state: "Joining", clientKey });
  });

  test("WHEN the plugin is killed after the approval THEN the approved request tells the next process, while it stands", async () => {
    await harness.cluster.request("csr-own", "client", { keys });
    const creating = errorOf(harness.create(inputs));
    await approves("csr-own");
    await harness.restart("SIGKILL");
    await creating;
    await harness.cluster.request("csr-second", "client");
    const { state } = await partialOf(harness.create(inputs));
    expect(state).toMatchObject({ clientKey });
    expect(harness.cluster.approved("csr-second")).toBe(false);
    collects("csr-own");
    await harness.configure();
    await errorOf(harness.update(state, { ...inputs, timeouts: allTimeouts(1) }, inputs));
    expect(harness.cluster.approved("csr-second")).toBe(false);
  });

  test("WHEN its server is replaced THEN the new one's key is its own", async () => {
    await failedJoin();
    await harness.configure();
    collects("csr-own");
    await harness.cluster.request("csr-new", "client");
    const serverId = "99999999-2222-4333-8444-555555555555";
    const { state } = await partialOf(harness.create({ ...inputs, serverId, serverCreated: ago(5) }));
    expect(harness.cluster.approved("csr-new")).toBe(true);
    expect(state["clientKey"]).not.toBe(clientKey);
  });
});

describe("GIVEN a worker that is silent, and another key that asks", () => {
  let state: Properties;
  let readmit: Properties;
  let secondKey: string;
  let second: Keys;
  beforeEach(async () => {
    state = await joined();
    collects("csr-own");
    await harness.configure();
    isSilent();
    readmit = { ...inputs, readmit: true };
    second = await generateKeys();
    secondKey = await keyOfPair(second);
    await harness.cluster.request("csr-second", "client", { keys: second });
  });
  const preview = (state: Properties, before: Properties, news: Properties) =>
    harness.diff("node", { id, inputs: before, state }, news);
  /** The update that admits it, up to the state that it leaves. */
  const admitted = async (): Promise<Properties> => {
    const updating = harness.update(state, readmit, inputs);
    await approves("csr-second");
    registers();
    return updating;
  };

  test("WHEN the config names the worker THEN the preview says so, and the update admits the key", async () => {
    expect((await preview(state, inputs, readmit)).changed).toEqual(["readmit"]);
    await harness.hasLogged(/^lab-worker-0: in place \(a new client key is admitted in this up\)$/);
    expect(warnings()).toEqual([]);
    expect(await admitted()).toMatchObject({ state: "Ready", clientKey: secondKey, readmission: "used" });
  });

  test("WHEN the entry is left THEN it admits no third key, and the preview says that it is used", async () => {
    const used = await admitted();
    collects("csr-second");
    await harness.configure();
    harness.plugin.messages.length = 0;
    isSilent();
    await harness.cluster.request("csr-third", "client");
    expect(await preview(used, readmit, readmit)).toEqual(noChanges);
    await harness.hasLogged(/csr-third stays/);
    expect(warnings()).toEqual([
      expect.stringMatching(/^pools\[0\]\.readmit of lab-worker-0 was used.*remove it/),
      expect.stringMatching(/csr-third stays pending .*add it again/),
    ]);
    const { state: kept } = await partialOf(harness.update(used, { ...readmit, labels: { tier: "gold" } }, readmit));
    expect(harness.cluster.approved("csr-third")).toBe(false);
    expect(kept).toMatchObject({ clientKey: secondKey, readmission: "used" });
  });

  test("WHEN the entry is removed and added again THEN it admits another key", async () => {
    const used = await admitted();
    isSilent();
    collects("csr-second");
    await harness.configure();
    const without = await harness.update(used, inputs, readmit);
    expect(without).toMatchObject({ clientKey: secondKey });
    expect(without).not.toHaveProperty("readmit");
    expect(without).not.toHaveProperty("readmission");
    await harness.configure();
    await harness.cluster.request("csr-third", "client");
    const updating = harness.update(without, readmit, inputs);
    await approves("csr-third");
    registers();
    expect(await updating).toMatchObject({ readmission: "used" });
  });

  test("WHEN the plugin is killed after the approval THEN the next process admits no third key by the same entry", async () => {
    const updating = errorOf(harness.update(state, readmit, inputs));
    await approves("csr-second");
    await harness.restart("SIGKILL");
    await updating;
    await harness.cluster.request("csr-third", "client");
    const { state: kept } = await partialOf(harness.update(state, readmit, inputs));
    expect(harness.cluster.approved("csr-third")).toBe(false);
    expect(kept).toMatchObject({ clientKey: secondKey, readmission: "used" });
  });

  test("WHEN the update fails before anybody asks THEN the next one is of the same entry, and its preview says so", async () => {
    collects("csr-second");
    const { state: open } = await partialOf(harness.update(state, readmit, inputs));
    expect(open).toMatchObject({ state: "NotReady", clientKey, readmission: "open" });
    await harness.configure();
    expect((await preview(open, readmit, readmit)).changed).toEqual(["readmit", "state"]);
    await harness.hasLogged(/repairs .*a new client key is admitted in this up/);
    await harness.cluster.request("csr-late", "client");
    const updating = harness.update(open, readmit, readmit);
    await approves("csr-late");
    registers();
    expect(await updating).toMatchObject({ state: "Ready", readmission: "used" });
  });

  test("WHEN the worker is back without it THEN the entry is over with that update", async () => {
    collects("csr-second");
    registers();
    const updated = await harness.update(state, readmit, inputs);
    expect(updated).toMatchObject({ state: "Ready", clientKey, readmission: "unused" });
    await harness.configure();
    isSilent();
    await harness.cluster.request("csr-third", "client");
    await errorOf(harness.update(updated, { ...readmit, labels: { tier: "gold" } }, readmit));
    expect(harness.cluster.approved("csr-third")).toBe(false);
  });
});
