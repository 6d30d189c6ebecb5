import { describe, expect, test } from "@jest/globals";
import type { Csr } from "../../../components/node/csr.ts";
import { missingReason, silentReason } from "../../../components/node/missing.ts";
import { clientCsr, node, nodeInputs, request, servingCsr } from "./fixtures.ts";

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

describe("GIVEN a worker that is to join, WHEN its server was made long ago", () => {
  const boot = nodeInputs.timeouts.boot;
  const at = (seconds: number) => Date.parse(nodeInputs.serverCreated) + seconds * 1000;
  const old = at(6000 + boot);
  test.each<[string, Parameters<typeof silentReason>, RegExp | undefined]>([
    ["it is said when nothing was heard of it", [inputs, undefined, [], old], /made 1h41m ago.*neither a Node/],
    ["the remark names the way out", [inputs, undefined, [], old], /systemctl restart kubelet.*--replace 'urn:/],
    ["a younger one may still be built or boot", [inputs, undefined, [], old - 1000], undefined],
    ["one that has a Node is there", [inputs, node(), [], old], undefined],
    ["one that asks is there", [inputs, undefined, [clientCsr()], old], undefined],
    [
      "one that was approved has been heard of",
      [inputs, undefined, [clientCsr({ state: "approved" })], old],
      undefined,
    ],
    [
      "somebody else's request is none of it",
      [inputs, undefined, [clientCsr({ username: "mallory" })], old],
      /neither/,
    ],
  ])("THEN %s", (_, args, expected) => {
    const reason = silentReason(...args);
    if (expected) expect(reason).toMatch(expected);
    else expect(reason).toBeUndefined();
  });
});
