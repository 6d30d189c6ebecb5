import { describe, expect, test } from "@jest/globals";
import type { NodeObject } from "../../../../../components/kubernetes/types.ts";
import { isStillDrained } from "../../../../../components/node/drain/once.ts";
import { drainInputs, node, otherServer, worker } from "../../../../support/node-fixtures.ts";

const of = (server: string, unschedulable?: boolean): NodeObject =>
  node({ spec: { providerID: `openstack:///${server}`, ...(unschedulable !== undefined && { unschedulable }) } });

describe("GIVEN a worker that was drained, WHEN it is looked at again", () => {
  test.each<[string, NodeObject | undefined, boolean]>([
    ["its Node is gone: drained", undefined, true],
    ["its Node is cordoned: drained", of(worker.serverId, true), true],
    ["its Node was uncordoned or registered again: not drained", of(worker.serverId), false],
    ["its Node takes pods expressly: not drained", of(worker.serverId, false), false],
    ["the Node is another server's: nothing of ours is left", of(otherServer), true],
  ])("THEN %s", (_, found, expected) => {
    expect(isStillDrained(found, drainInputs)).toBe(expected);
  });
});
