import { describe, expect, test } from "@jest/globals";
import { annotations } from "../../../../../components/kubernetes/types.ts";
import { registrationOf } from "../../../../../components/node/cluster/readiness.ts";
import { lapsedRequest } from "../../../../../components/node/csr/judge.ts";
import type { Csr, Registration } from "../../../../../components/node/csr/types.ts";
import { asProperties } from "../../../../../components/node/operation/types.ts";
import { driftOf } from "../../../../../components/node/resources/drift.ts";
import { type CsrCase, judge, judges } from "../../../../support/csr-table.ts";
import {
  clientCsr,
  node,
  nodeInputs,
  otherServer,
  owner,
  registration,
  request,
  servingCsr,
  worker,
} from "../../../../support/node-fixtures.ts";

const unreachable: Registration = { ...registration, silentSince: "2026-01-05T12:00:00Z" };
const again = (changes: Partial<Csr> = {}) => clientCsr({ created: "2026-01-05T12:01:00Z", ...changes });
const second = (changes: Partial<Csr> = {}) =>
  again({ name: "csr-second", request: request({ publicKey: "cc" }), ...changes });

describe("GIVEN a worker whose certificate expired, so that it requests another, WHEN its request is judged", () => {
  judges([
    ["LAPSE: silent before it asked", { csr: again(), node: unreachable, expected: "approve lapsed" }],
    [
      "LAPSE: it asked in the second of its last report",
      { csr: again({ created: "2026-01-05T12:00:00Z" }), node: unreachable, expected: "approve lapsed" },
    ],
    [
      "LAPSE: the machine was off for a month",
      { csr: again({ created: "2026-02-05T12:00:00Z" }), node: unreachable, expected: "approve lapsed" },
    ],
    [
      "LAPSE: never initialized by the cloud controller, marked by us",
      {
        csr: again(),
        node: { ...unreachable, providerId: undefined, markedServer: worker.serverId },
        expected: "approve lapsed",
      },
    ],
    [
      "KEY: the key that lapsed was approved before the silence",
      {
        csr: again(),
        node: unreachable,
        others: [clientCsr({ name: "csr-first", state: "approved", request: request({ publicKey: "cc" }) })],
        expected: "approve lapsed",
      },
    ],
    [
      "KEY: the same key again after an approval",
      {
        csr: again(),
        node: unreachable,
        others: [again({ name: "csr-x", state: "approved" })],
        expected: "approve lapsed",
      },
    ],
    [
      "KEY: a stranger's request does not compete",
      {
        csr: again(),
        node: unreachable,
        others: [second({ username: "mallory" })],
        expected: "approve lapsed",
      },
    ],

    ["CMA: the kubelet reports", { csr: again(), node: registration, expected: "refuse node-absent" }],
    [
      "LAPSE: it asked while the kubelet reported",
      { csr: again({ created: "2026-01-05T11:59:59Z" }), node: unreachable, expected: "refuse node-absent" },
    ],
    [
      "LAPSE: a silence that cannot be dated",
      { csr: again(), node: { ...unreachable, silentSince: "lately" }, expected: "refuse node-absent" },
    ],
    [
      "REG: the Node is another server's",
      {
        csr: again(),
        node: { ...unreachable, providerId: `openstack:///${otherServer}`, markedServer: worker.serverId },
        expected: "refuse node-absent",
      },
    ],
    [
      "REG: the Node is nobody's",
      { csr: again(), node: { ...unreachable, providerId: undefined }, expected: "refuse node-absent" },
    ],
    [
      "REG: marked for a former server",
      {
        csr: again(),
        node: { ...unreachable, providerId: undefined, markedServer: otherServer },
        expected: "refuse node-absent",
      },
    ],
    [
      "KEY: another key is pending",
      { csr: again(), node: unreachable, others: [second()], expected: "refuse one-key" },
    ],
    [
      "KEY: another key is pending from before the silence",
      {
        csr: again(),
        node: unreachable,
        others: [second({ created: "2026-01-04T12:00:00Z" })],
        expected: "refuse one-key",
      },
    ],
    [
      "KEY: another key was approved since the silence",
      { csr: again(), node: unreachable, others: [second({ state: "approved" })], expected: "refuse one-key" },
    ],
    [
      "WINDOW: of a former server",
      { csr: again({ created: "2025-12-31T12:00:00Z" }), node: unreachable, expected: "refuse window" },
    ],
    ["CMA: another user", { csr: again({ username: "mallory" }), node: unreachable, expected: "refuse user" }],
    [
      "CMA: an alternative name",
      { csr: again({ request: request({ dns: [worker.nodeName] }) }), node: unreachable, expected: "refuse names" },
    ],
    [
      "CMA: too many pending",
      { csr: again(), node: unreachable, load: { pending: 102, limit: 101 }, expected: "refuse flood" },
    ],
  ] satisfies [string, CsrCase][]);

  test("THEN two keys are reported with both names", () => {
    const verdict = judge({ csr: again(), node: unreachable, others: [second()] });
    expect(verdict).toMatchObject({ detail: expect.stringMatching(/csr-client, csr-second/) as unknown });
  });
});

describe("GIVEN the requests of a worker, WHEN an update asks for one by which it may come back", () => {
  test.each<[string, Csr[], Registration | undefined, string | undefined]>([
    ["the approvable one of a silent node", [servingCsr(), again()], unreachable, "csr-client"],
    ["none of a node that reports", [again()], registration, undefined],
    ["none without a Node: the join approves", [again()], undefined, undefined],
    ["none of two keys", [again(), second()], unreachable, undefined],
    ["none that is approved already", [again({ state: "approved" })], unreachable, undefined],
    [
      "none about another worker",
      [again({ request: request({ commonNames: ["system:node:x"] }) })],
      unreachable,
      undefined,
    ],
    ["none that fails a check", [again({ usages: [] })], unreachable, undefined],
  ])("%s", (_, requests, it, expected) => {
    expect(lapsedRequest(requests, worker, it)?.name).toBe(expected);
  });
});

describe("GIVEN a Node (kubernetes, node_lifecycle_controller.go: Unknown keeps the last heartbeat), WHEN its registration is read", () => {
  const times = { lastHeartbeatTime: "2026-01-05T12:00:00Z", lastTransitionTime: "2026-01-05T12:00:45Z" };
  const condition = (status: string, more: object = times) =>
    node({ status: { conditions: [{ type: "Ready", status, ...more }] } });
  test.each([
    ["Unknown: silent since the last report", condition("Unknown"), times.lastHeartbeatTime],
    [
      "Unknown without a report",
      condition("Unknown", { lastTransitionTime: times.lastTransitionTime }),
      times.lastTransitionTime,
    ],
    ["Unknown without a time", condition("Unknown", {}), undefined],
    ["ready", condition("True"), undefined],
    ["not ready, but reporting", condition("False"), undefined],
    ["no condition", node({ status: {} }), undefined],
  ])("%s", (_, it, expected) => {
    expect(registrationOf(it).silentSince).toBe(expected);
  });

  test("our own mark is read", () => {
    const marked = node({ metadata: { annotations: { [annotations.serverId]: worker.serverId } } });
    expect(registrationOf(marked).markedServer).toBe(worker.serverId);
  });
});

test("GIVEN a worker that was Ready and whose kubelet does not report, WHEN a preview looks for drift, THEN its approvable request is one", () => {
  const marks = { [annotations.owner]: owner, [annotations.serverId]: worker.serverId };
  const conditions = [{ type: "Ready", status: "Unknown", lastHeartbeatTime: "2026-01-05T12:00:00Z" }];
  const unreachableNode = node({ metadata: { annotations: marks }, status: { ...node().status, conditions } });
  const state = asProperties(nodeInputs, { state: "Ready", nodeUid: "node-uid" });
  expect(driftOf(unreachableNode, state, state, [again()])).toEqual([
    { path: "state", what: expect.stringMatching(/certificate, which expired.*csr-client/) },
  ]);
  expect(driftOf(unreachableNode, state, state, [again(), second()])).toEqual([]);
  expect(driftOf(node({ metadata: { annotations: marks } }), state, state, [again()])).toEqual([]);
});
