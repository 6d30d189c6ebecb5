import { beforeEach, describe, expect, test } from "@jest/globals";
import { annotations } from "../../../../components/kubernetes/types.ts";
import { StackCloud } from "../../../../components/node/leftovers/stack-cloud.ts";
import { nodeClaim } from "../../../../components/node/resources/node-claim.ts";
import { nodeInputs, owner, worker } from "../../../support/node-fixtures.ts";
import { cloudForEachTest } from "../../support/cloud-of-each-test.ts";
import { failureOf, harnessForEachTest } from "../../support/node-harness.ts";

// `pulumi up` takes over what its state has lost, the Node with its server: only the cloud tells whose that is.

const harness = harnessForEachTest();
const own = cloudForEachTest();

const { nodeName, serverId } = worker;
const ours = { annotations: { [annotations.owner]: owner } };

describe("GIVEN a Ready Node of the worker's name, WHEN its claim is created", () => {
  const creation = (from: () => StackCloud | undefined = () => own.session) => {
    const inputs = { nodeName, owner, removeTimeout: 0.5, deleteTimeout: 30, drain: nodeInputs.drain };
    const resource = nodeClaim(() => Promise.resolve(harness.cluster), from);
    return resource.create(harness.operation(), inputs);
  };
  beforeEach(() => harness.node({ metadata: ours }));

  test("THEN the name is ours where the Node runs on a server of this stack, as when the state is lost", async () => {
    own.cloud.addServer(serverId, nodeName, owner);
    expect((await creation()).id).toBe(nodeName);
    expect(own.cloud.writes).toEqual([]);
  });

  test.each<[string, () => void]>([
    ["another owner's server", () => own.cloud.addServer(serverId, nodeName, "a/b/c")],
    ["a server of another name", () => own.cloud.addServer(serverId, "lab-worker-9", owner)],
    ["a server that is gone", () => undefined],
    ["another server than the stack's", () => own.cloud.addServer("another", nodeName, owner)],
  ])("THEN it is refused where the Node runs on %s", async (_, there) => {
    there();
    expect(await failureOf(creation())).toMatch(/the name is taken by a Node/);
  });

  test("THEN it is refused where no cloud is known", async () => {
    expect(await failureOf(creation(() => undefined))).toMatch(/the name is taken by a Node/);
    expect(own.cloud.requests).toEqual([]);
  });
});
