import { beforeEach, describe, expect, test } from "@jest/globals";
import { annotations } from "../../../components/kubernetes/types.ts";
import type { Properties } from "../../../components/node/operation/property-values.ts";
import {
  allTimeouts,
  generateKeys,
  keyOfPair,
  type Keys,
  nodeInputs,
  otherServer,
  owner,
  worker,
} from "../../support/node-fixtures.ts";
import { eventually } from "../support/node-harness.ts";
import { partialOf, readyState, sharedPlugin } from "../support/plugin-harness.ts";

// The state loses a worker's client key with its OpenShiftNode, while its server stays if what follows fails: the Node keeps it.

const harness = sharedPlugin();
const ago = (seconds: number) => new Date(Date.now() - seconds * 1000).toISOString();

let inputs: Properties;
let keys: Keys;
let clientKey: string;
const registers = (changes: Parameters<typeof harness.cluster.node>[0], marks: Record<string, string>) => {
  const metadata = { uid: "node-uid", creationTimestamp: ago(7_200), annotations: marks };
  harness.cluster.node({ metadata, ...changes });
};
const detach = (state: Properties) => harness.detach({ inputs, state: { ...state, hasDrain: true } });
const noted = () => harness.cluster.annotations()[annotations.clientKey];
beforeEach(async () => {
  inputs = { ...nodeInputs, serverCreated: ago(9_000), timeouts: { ...allTimeouts(1), boot: 4, ready: 2 } };
  keys = await generateKeys();
  clientKey = await keyOfPair(keys);
  registers({}, { [annotations.owner]: owner, [annotations.serverId]: worker.serverId });
});

describe("GIVEN a worker whose detach stopped after its OpenShiftNode had left the state", () => {
  beforeEach(async () => {
    await detach({ ...readyState(inputs), clientKey });
    await harness.configure();
  });

  test("WHEN it is taken back THEN the state has its key again, and the Node no longer", async () => {
    expect(noted()).toBe(clientKey);
    expect(await harness.create(inputs)).toMatchObject({ state: "Ready", clientKey });
    expect(noted()).toBeUndefined();
  });

  test("WHEN it is silent by then THEN the update that takes it back admits its own key and no other", async () => {
    registers({ ready: "Unknown", lastHeartbeatTime: ago(60) }, harness.cluster.annotations());
    await harness.cluster.request("csr-other", "client");
    await harness.cluster.request("csr-own", "client", { keys });
    const creating = partialOf(harness.create(inputs));
    await eventually(() => harness.cluster.approved("csr-own"));
    expect((await creating).state).toMatchObject({ clientKey });
    expect(harness.cluster.approved("csr-other")).toBe(false);
  });

  test("WHEN the Node is another server's by then THEN its note tells nothing", async () => {
    const marks = { ...harness.cluster.annotations(), [annotations.serverId]: otherServer };
    registers({ serverId: otherServer }, marks);
    const { state } = await partialOf(harness.create(inputs));
    expect(state).not.toHaveProperty("clientKey");
  });
});

test("GIVEN a worker that an administrator had cordoned before its detach stopped WHEN it is taken back THEN the key goes from its Node, and the cordon stays", async () => {
  const marks = { [annotations.owner]: owner, [annotations.serverId]: worker.serverId };
  registers({ spec: { unschedulable: true }, manager: "kubectl-cordon" }, marks);
  await detach({ ...readyState(inputs), clientKey });
  expect(noted()).toBe(clientKey);
  await harness.configure();
  expect(await harness.create(inputs)).toMatchObject({ clientKey });
  expect(noted()).toBeUndefined();
  expect(harness.cluster.api.get("nodes", worker.nodeName)?.["spec"]).toMatchObject({ unschedulable: true });
});

test("GIVEN a worker whose key is not known, WHEN its OpenShiftNode is deleted, THEN nothing is noted", async () => {
  await detach(readyState(inputs));
  expect(noted()).toBeUndefined();
});

test("GIVEN a state whose key is none, WHEN its OpenShiftNode is deleted, THEN that keeps nothing from being detached", async () => {
  await detach({ ...readyState(inputs), clientKey: "lost" });
  expect(noted()).toBeUndefined();
  expect(harness.cluster.annotations()[annotations.cordonedBy]).toBe(owner);
});
