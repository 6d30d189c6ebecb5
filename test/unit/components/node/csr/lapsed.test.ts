import { describe, expect, test } from "@jest/globals";
import { annotations } from "../../../../../components/kubernetes/types.ts";
import { registrationOf } from "../../../../../components/node/cluster/readiness.ts";
import { lapsedRequest, readmittableRequests } from "../../../../../components/node/csr/judge.ts";
import type { Csr, Registration } from "../../../../../components/node/csr/types.ts";
import type { Properties } from "../../../../../components/node/operation/property-values.ts";
import { asProperties } from "../../../../../components/node/operation/types.ts";
import { driftOf, keyWarnings } from "../../../../../components/node/resources/drift.ts";
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
/** Of {@link again}: the key that the worker joined with. */
const clientKey = "SHA256:aa";
const second = (changes: Partial<Csr> = {}) =>
  again({ name: "csr-second", request: request({ publicKey: "cc" }), ...changes });

describe("GIVEN a worker whose certificate expired, so that it requests another, WHEN its request is judged", () => {
  judges([
    ["LAPSE: silent before it asked", { csr: again(), node: unreachable, clientKey, expected: "approve lapsed" }],
    [
      "LAPSE: it asked in the second of its last report",
      { csr: again({ created: "2026-01-05T12:00:00Z" }), node: unreachable, clientKey, expected: "approve lapsed" },
    ],
    [
      "LAPSE: the machine was off for a month",
      { csr: again({ created: "2026-02-05T12:00:00Z" }), node: unreachable, clientKey, expected: "approve lapsed" },
    ],
    [
      "LAPSE: never initialized by the cloud controller, marked by us",
      {
        csr: again(),
        node: { ...unreachable, providerId: undefined, markedServer: worker.serverId },
        clientKey,
        expected: "approve lapsed",
      },
    ],
    [
      "KEY: with readmit, another than the one that lapsed",
      {
        csr: again(),
        node: unreachable,
        clientKey: "SHA256:cc",
        readmit: true,
        others: [clientCsr({ name: "csr-first", state: "approved", request: request({ publicKey: "cc" }) })],
        expected: "approve readmit",
      },
    ],
    [
      "KEY: with readmit, of a worker whose key is not known",
      {
        csr: again(),
        node: unreachable,
        readmit: true,
        others: [clientCsr({ name: "csr-first", state: "approved", request: request({ publicKey: "cc" }) })],
        expected: "approve readmit",
      },
    ],
    [
      "KEY: another than the one that lapsed holds up nobody",
      { csr: again(), node: unreachable, clientKey, others: [second()], expected: "approve lapsed" },
    ],
    [
      "KEY: the same key again after an approval",
      {
        csr: again(),
        node: unreachable,
        others: [again({ name: "csr-x", state: "approved" })],
        clientKey,
        expected: "approve lapsed",
      },
    ],
    [
      "KEY: a stranger's request does not compete",
      {
        csr: again(),
        node: unreachable,
        others: [second({ username: "mallory" })],
        clientKey,
        expected: "approve lapsed",
      },
    ],

    ["KEY: silent, with another key", { csr: second(), node: unreachable, clientKey, expected: "refuse one-key" }],
    [
      "KEY: silent for a month, with another key",
      { csr: second({ created: "2026-02-05T12:00:00Z" }), node: unreachable, clientKey, expected: "refuse one-key" },
    ],
    ["KEY: silent, and its key is not known", { csr: again(), node: unreachable, expected: "refuse one-key" }],
    ["CMA: the kubelet reports", { csr: again(), node: registration, clientKey, expected: "refuse node-absent" }],
    [
      "CMA: the kubelet reports, even with readmit",
      { csr: second(), node: registration, clientKey, readmit: true, expected: "refuse node-absent" },
    ],
    [
      "REG: the Node is another server's, even with readmit",
      {
        csr: second(),
        node: { ...unreachable, providerId: `openstack:///${otherServer}` },
        clientKey,
        readmit: true,
        expected: "refuse node-absent",
      },
    ],
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
      "KEY: with readmit, two others are pending",
      {
        csr: again(),
        node: unreachable,
        clientKey: "SHA256:dd",
        readmit: true,
        others: [second()],
        expected: "refuse one-key",
      },
    ],
    [
      "KEY: with readmit, another is pending from before the silence",
      {
        csr: again(),
        node: unreachable,
        clientKey: "SHA256:dd",
        readmit: true,
        others: [second({ created: "2026-01-04T12:00:00Z" })],
        expected: "refuse one-key",
      },
    ],
    [
      "KEY: another key was approved since the silence",
      {
        csr: again(),
        node: unreachable,
        clientKey,
        others: [second({ state: "approved" })],
        expected: "refuse one-key",
      },
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
      { csr: again(), node: unreachable, clientKey, load: { pending: 102, limit: 101 }, expected: "refuse flood" },
    ],
  ] satisfies [string, CsrCase][]);

  test("THEN two keys are reported with both names", () => {
    const verdict = judge({ csr: again(), node: unreachable, readmit: true, others: [second()] });
    expect(verdict).toMatchObject({ detail: expect.stringMatching(/csr-client, csr-second/) as unknown });
  });
});

describe("GIVEN the requests of a worker, WHEN an update asks for one by which it may come back", () => {
  test.each<[string, Csr[], Registration | undefined, string | undefined]>([
    ["the approvable one of a silent node", [servingCsr(), again()], unreachable, "csr-client"],
    ["the one with its key of two", [second(), again()], unreachable, "csr-client"],
    ["none of a node that reports", [again()], registration, undefined],
    ["none without a Node: the join approves", [again()], undefined, undefined],
    ["none with another key", [second()], unreachable, undefined],
    ["none that is approved already", [again({ state: "approved" })], unreachable, undefined],
    [
      "none about another worker",
      [again({ request: request({ commonNames: ["system:node:x"] }) })],
      unreachable,
      undefined,
    ],
    ["none that fails a check", [again({ usages: [] })], unreachable, undefined],
  ])("THEN it is %s", (_, requests, node, expected) => {
    expect(lapsedRequest(worker, { node, requests, clientKey })?.name).toBe(expected);
  });

  test.each<[string, Csr[], Registration | undefined, string[]]>([
    ["the one with another key", [again(), second(), servingCsr()], unreachable, ["csr-second"]],
    ["none of a node that reports", [second()], registration, []],
    ["none that fails another check", [second({ username: "mallory" })], unreachable, []],
    ["none that is approved already", [second({ state: "approved" })], unreachable, []],
  ])("THEN the user is told of %s", (_, requests, node, expected) => {
    const told = readmittableRequests(worker, { node, requests, clientKey });
    expect(told.map(({ csr }) => csr.name)).toEqual(expected);
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

describe("GIVEN a worker that was Ready and whose kubelet does not report, WHEN a preview looks at it", () => {
  const marks = { [annotations.owner]: owner, [annotations.serverId]: worker.serverId };
  const conditions = [{ type: "Ready", status: "Unknown", lastHeartbeatTime: "2026-01-05T12:00:00Z" }];
  const unreachableNode = node({ metadata: { annotations: marks }, status: { ...node().status, conditions } });
  const [own, other] = ["aa", "cc"].map((digit) => digit.repeat(32));
  const ask = (name: string, publicKey = "") => again({ name, request: request({ publicKey }) });
  const state = asProperties(nodeInputs, { state: "Ready", nodeUid: "node-uid", clientKey: `SHA256:${own}` });
  const readmit = { ...state, readmit: true };
  const lapsed = { path: "state", what: expect.stringMatching(/certificate, which expired.*csr-own/) as unknown };
  const readmission = { path: "readmit", what: "its key: a new client key is admitted in this up" };

  test.each<[string, { requests: Csr[]; state?: Properties; news?: Properties; repairs: object[] }]>([
    ["its request with the same key is drift", { requests: [ask("csr-own", own)], repairs: [lapsed] }],
    ["so it is beside another one", { requests: [ask("csr-other", other), ask("csr-own", own)], repairs: [lapsed] }],
    ["another key is none", { requests: [ask("csr-other", other)], repairs: [] }],
    ["readmit is", { requests: [ask("csr-other", other)], news: readmit, repairs: [readmission] }],
    [
      "readmit of an update that failed is still",
      { requests: [], state: { ...readmit, readmission: "open" }, news: readmit, repairs: [readmission] },
    ],
    [
      "readmit that was used is none",
      { requests: [ask("csr-other", other)], state: { ...readmit, readmission: "used" }, news: readmit, repairs: [] },
    ],
    [
      "readmit that was not needed is none",
      { requests: [], state: { ...readmit, readmission: "unused" }, news: readmit, repairs: [] },
    ],
  ])("THEN %s", (_, { requests, state: before = state, news = state, repairs }) => {
    expect(driftOf(unreachableNode, before, news, requests)).toEqual(repairs);
  });

  test("THEN a Node that reports has no drift by any request", () => {
    expect(driftOf(node({ metadata: { annotations: marks } }), state, state, [ask("csr-own", own)])).toEqual([]);
  });

  test("THEN another key is told of with both keys, how to see whose it is, and what to type", () => {
    const [warning, ...more] = keyWarnings(unreachableNode, state, state, [ask("csr-other", other)]);
    expect(more).toEqual([]);
    expect(warning).toContain(`SHA256:${String(other)} instead of SHA256:${String(own)}`);
    expect(warning).toMatch(/^request csr-other stays pending \(one-key\)/);
    expect(warning).toMatch(
      /BMC.*openssl pkey -in \/var\/lib\/kubelet\/pki\/kubelet-client-current\.pem -pubout .*sha256sum/,
    );
    expect(warning).toMatch(/set pools\[0\]\.readmit: \[lab-worker-0\] and run `pulumi up`.*oc delete csr csr-other/);
  });

  test("THEN it is told that readmit was used, and what another one needs", () => {
    const used = { ...readmit, readmission: "used" };
    const [spent, other] = keyWarnings(unreachableNode, used, readmit, [ask("csr-third", "dd".repeat(32))]);
    expect(spent).toMatch(/^pools\[0\]\.readmit of lab-worker-0 was used.*remove it/);
    expect(other).toMatch(/csr-third.*has been used: remove it and run `pulumi up`, then add it again/);
    expect(keyWarnings(unreachableNode, { ...readmit, readmission: "unused" }, readmit, [])).toEqual([
      expect.stringMatching(/^pools\[0\]\.readmit of lab-worker-0 is over/),
    ]);
  });

  test("THEN nothing is told without a request, nor of one that is about to be admitted", () => {
    expect(keyWarnings(unreachableNode, state, state, [])).toEqual([]);
    expect(keyWarnings(undefined, state, state, [])).toEqual([]);
    expect(keyWarnings(unreachableNode, state, readmit, [ask("csr-other", other)])).toEqual([]);
  });
});
