import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { floodLimit, isPendingOfNode, PendingRequests } from "../../../../../components/node/csr/flood.ts";
import type { Csr } from "../../../../../components/node/csr/types.ts";
import { judges } from "../../../../support/csr-table.ts";
import { clientCsr, registration, request, servingCsr } from "../../../../support/node-fixtures.ts";

// Source: openshift/cluster-machine-approver, pkg/controller/controller.go (pendingNodeCertFilter, reconcileLimits) and
// csr_check.go (recentlyPendingNodeCSRs, maxPendingDelta 1 h, maxDiffBetweenPendingCSRsAndMachinesCount 100).

test.each([
  ["an empty cluster", { nodes: 0, expectedWorkers: 0, joins: 0 }, 100],
  ["the nodes there are", { nodes: 250, expectedWorkers: 3, joins: 1 }, 350],
  ["the workers of the config", { nodes: 3, expectedWorkers: 500, joins: 20 }, 600],
  ["the joins under way", { nodes: 3, expectedWorkers: 0, joins: 40 }, 140],
])("GIVEN %s, WHEN the limit is asked for, THEN it is the largest plus 100", (_, counts, limit) => {
  expect(floodLimit(counts)).toBe(limit);
});

/** Requests of node users to another signer than a kubelet's: a cluster has many, and they say nothing of new nodes. */
const foreignSigner = "kubernetes.io/kube-apiserver-client";
const nodeUser = { username: "system:node:x", groups: ["system:nodes", "system:authenticated"] };
const ofNode = (commonName: string, changes: Partial<Csr> = {}) =>
  clientCsr({ ...nodeUser, signer: foreignSigner, request: request({ commonNames: [commonName] }), ...changes });

test.each<[string, Csr, boolean]>([
  ["CMA: a bootstrapper's", clientCsr(), true],
  ["CMA: a bootstrapper's, in whatever groups", clientCsr({ groups: [] }), true],
  ["CMA: a bootstrapper's, unreadable", clientCsr({ request: undefined }), true],
  ["CMA: a node's serving request", servingCsr(), true],
  ["CMA: a node's serving request, unreadable", servingCsr({ request: undefined }), true],
  ["CMA: a serving request outside of system:nodes", servingCsr({ groups: ["system:authenticated"] }), false],
  ["CMA: a serving request of whoever is in system:nodes", servingCsr({ username: "jane" }), true],
  ["CMA: a renewal of a kubelet's client certificate", clientCsr(nodeUser), false],
  ["OVN-Kubernetes' on a node", ofNode("system:ovn-node:x"), false],
  ["Multus' on a node", ofNode("system:multus:x"), false],
  ["a node's to the signer of any client", ofNode("system:node:x"), false],
  ["a node's to a signer of its own", ofNode("x", { signer: "example.com/node" }), false],
  ["a bootstrapper's to another signer", clientCsr({ signer: foreignSigner }), false],
  ["a serving request to another signer", servingCsr({ signer: "example.com/serving" }), false],
  ["a user's", clientCsr({ username: "jane" }), false],
  ["approved", clientCsr({ state: "approved" }), false],
  ["denied", clientCsr({ state: "denied" }), false],
  ["failed", clientCsr({ state: "failed" }), false],
])("GIVEN a request (%s), WHEN it is counted, THEN it counts if it is undecided and a kubelet's", (_, csr, counts) => {
  expect(isPendingOfNode(csr)).toBe(counts);
});

test("GIVEN a flood of other components' requests on 200 nodes, WHEN the pending ones are counted, THEN only the kubelets' are", () => {
  const pending = new PendingRequests();
  for (let i = 0; i < 200; i++) {
    pending.update(`ovn-${i}`, ofNode(`system:ovn-node:${i}`));
    pending.update(`renewal-${i}`, clientCsr(nodeUser));
  }
  pending.update("kubelet", clientCsr());
  expect(pending.count(Date.parse(clientCsr().created))).toBe(1);
});

describe("GIVEN requests that come and go, WHEN the pending ones are counted", () => {
  const hour = 3_600_000;
  const start = Date.parse("2026-01-01T12:00:00Z");
  const at = (ms: number) => new Date(start + ms).toISOString();

  test("THEN one that is decided, gone or an hour old counts no more", () => {
    const pending = new PendingRequests();
    pending.update("a", clientCsr({ created: at(0) }));
    pending.update("b", clientCsr({ created: at(60_000) }));
    pending.update("c", clientCsr({ created: at(120_000) }));
    pending.update("d", clientCsr({ created: at(120_000) }));
    expect(pending.count(start + 120_000)).toBe(4);
    pending.update("c", clientCsr({ created: at(120_000), state: "approved" }));
    pending.update("d", undefined);
    expect(pending.count(start + 120_000)).toBe(2);
    expect(pending.count(start + hour - 1)).toBe(2);
    expect(pending.count(start + hour)).toBe(1);
    expect(pending.count(start + hour + 60_000)).toBe(0);
  });

  test("THEN the count is what a walk over all of them gives", () => {
    const moves = fc.array(
      fc.record({
        uid: fc.nat(9),
        age: fc.integer({ min: -10, max: 90 }),
        state: fc.constantFrom("pending", "approved", "gone"),
      }),
    );
    fc.assert(
      fc.property(moves, fc.array(fc.nat(200), { maxLength: 3 }), (made, times) => {
        const pending = new PendingRequests();
        const known = new Map<string, Csr>();
        for (const { uid, age, state } of made) {
          const csr = clientCsr({ created: at(-age * 60_000), state: state === "gone" ? "failed" : state });
          pending.update(String(uid), state === "gone" ? undefined : csr);
          known.set(String(uid), csr);
        }
        for (const minutes of times.sort((a, b) => a - b)) {
          const now = start + minutes * 60_000;
          const walked = [...known.values()].filter(
            (it) => it.state === "pending" && Date.parse(it.created) > now - hour,
          );
          expect(pending.count(now)).toBe(walked.length);
        }
      }),
      { numRuns: 2_000 },
    );
  });
});

describe("GIVEN many pending node requests (CMA: nothing is approved above the limit), WHEN one is judged", () => {
  const calm = { pending: 101, limit: 101 };
  const flood = { pending: 102, limit: 101 };
  judges([
    ["CMA: as many as may be", { csr: clientCsr(), load: calm, expected: "approve client" }],
    ["CMA: one more, a client request", { csr: clientCsr(), load: flood, expected: "refuse flood" }],
    [
      "CMA: one more, a serving request",
      { csr: servingCsr(), node: registration, load: flood, expected: "refuse flood" },
    ],
    [
      "CMA: one that fails another check is told by that",
      { csr: clientCsr({ usages: [] }), load: flood, expected: "refuse usages" },
    ],
    ["CMA: one that must wait anyway", { csr: servingCsr(), load: flood, expected: "wait" }],
    [
      "CMA: somebody else's",
      { csr: clientCsr({ request: request({ commonNames: ["system:node:x"] }) }), load: flood, expected: "ignore" },
    ],
    [
      "CMA: a bootstrapper in another namespace's groups",
      { csr: clientCsr({ groups: [] }), load: flood, expected: "refuse groups" },
    ],
  ]);
});
