import { describe, expect, test } from "@jest/globals";
import type { EventObject } from "../../../../../components/kubernetes/types.ts";
import type { Admission, Csr } from "../../../../../components/node/csr/types.ts";
import { isMissing, missingReason, missingWarning } from "../../../../../components/node/join/missing.ts";
import { clientCsr, node, nodeInputs, request, servingCsr } from "../../../../support/node-fixtures.ts";

// A kubelet registers once, when it starts (kubernetes, pkg/kubelet/kubelet_node_status.go, registerWithAPIServer).

const urn = "urn:pulumi:lab::p::openstack:compute/instance:Instance::w0";
const inputs = { ...nodeInputs, serverUrn: urn };

describe("GIVEN a worker that had joined and has no Node any more, WHEN it is asked whether to wait", () => {
  test.each<[string, Csr[], boolean]>([
    ["not without a request", [], false],
    ["it is when its kubelet asks to join again", [clientCsr()], true],
    ["not for a request that was approved before", [clientCsr({ state: "approved" })], false],
    ["not for a serving request", [servingCsr()], false],
    [
      "not for a request of another machine",
      [clientCsr({ request: request({ commonNames: ["system:node:x"] }) })],
      false,
    ],
    ["not for a request from before its server", [clientCsr({ created: "2026-01-01T11:00:00Z" })], false],
    ["not for a request that somebody else made", [clientCsr({ username: "mallory" })], false],
  ])("THEN %s", (_, requests, waits) => {
    const reason = missingReason(inputs, requests);
    if (waits) expect(reason).toBeUndefined();
    else expect(reason).toMatch(new RegExp(`somebody deleted it.*systemctl restart kubelet.*--replace '${urn}'`));
  });
});

describe("GIVEN a worker that had joined with a key that is known, and has no Node any more, WHEN it is asked whether to wait", () => {
  const second = clientCsr({ name: "csr-second", request: request({ publicKey: "cc" }) });
  const clientKey = "SHA256:aa";

  test.each<[string, Csr[], Admission]>([
    ["the same key", [second, clientCsr()], { clientKey }],
    ["another key that the user admits", [second], { clientKey, readmit: true }],
    ["any key, when its own is not known", [second], {}],
  ])("THEN it is for %s", (_, requests, admission) => {
    expect(missingReason(inputs, requests, admission)).toBeUndefined();
  });

  test("THEN it is not for another key, and the reason names both and what to type", () => {
    const reason = missingReason(inputs, [second], { clientKey });
    expect(reason).toMatch(/somebody deleted it/);
    expect(reason).toMatch(/csr-second has another key.*SHA256:cc instead of SHA256:aa.*readmit: \[lab-worker-0\]/);
  });
});

describe("GIVEN a worker that is to join", () => {
  const { boot } = nodeInputs.timeouts;
  const at = (seconds: number) => Date.parse(nodeInputs.serverCreated) + seconds * 1000;
  const event = (reason: string, seconds: number): EventObject => ({
    metadata: { name: "e", uid: "e", resourceVersion: "1", creationTimestamp: new Date(at(seconds)).toISOString() },
    reason,
    message: `${reason} lab-worker-0`,
  });

  test.each<[string, Parameters<typeof isMissing>, boolean]>([
    ["it is when its server is older than a boot takes", [inputs, undefined, [], at(boot)], true],
    ["not while it may boot", [inputs, undefined, [], at(boot - 1)], false],
    ["not when it has a Node", [inputs, node(), [], at(boot)], false],
    ["not when it asks", [inputs, undefined, [clientCsr()], at(boot)], false],
    ["not when it was approved", [inputs, undefined, [clientCsr({ state: "approved" })], at(boot)], false],
    [
      "it is when only another requester asks",
      [inputs, undefined, [clientCsr({ username: "mallory" })], at(boot)],
      true,
    ],
  ])("WHEN it is asked whether nothing was heard of it THEN %s", (_, args, expected) => {
    expect(isMissing(...args)).toBe(expected);
  });

  test.each<[string, EventObject[], number, RegExp | undefined]>([
    ["nothing is said while Nova may have taken that long", [], 6000 + boot - 1, undefined],
    [
      "it is reported after that",
      [],
      6000 + boot,
      /created 1h41m ago.*neither a Node nor a certificate request for it\. If/,
    ],
    ["the way out is named", [], 6000 + boot, /systemctl restart kubelet.*--replace 'urn:/],
    ["it is reported at once when its Node was removed", [event("RemovingNode", 60)], 120, /\(1m ago RemovingNode: /],
    ["and when its Node was there", [event("RegisteredNode", 60)], 120, /\(1m ago RegisteredNode: /],
    ["a former server's Node does not count", [event("RemovingNode", -60)], 120, undefined],
    ["other events do not count", [event("Starting", 60)], 120, undefined],
  ])("WHEN it does not report THEN %s", (_, events, age, expected) => {
    const reason = missingWarning(inputs, events, at(age));
    if (expected) expect(reason).toMatch(expected);
    else expect(reason).toBeUndefined();
  });
});
