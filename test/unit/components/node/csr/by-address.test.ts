import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import assert from "node:assert/strict";
import { judgeCsr, signers } from "../../../../../components/node/csr/judge.ts";
import { keyOf } from "../../../../../components/node/csr/keys.ts";
import { withJoinBy } from "../../../../../components/node/join/join-by.ts";
import { situations } from "../../../../support/csr-arbitraries.ts";
import { judge, judges } from "../../../../support/csr-table.ts";
import {
  clientCsr,
  nodeInputs,
  otherServer,
  registration,
  servingCsr,
  worker,
} from "../../../../support/node-fixtures.ts";

// A cluster without a cloud controller (platform None, External or BareMetal): nobody looks a machine up, and its Node has no
// providerID. What is approved stands on name, address and key, within the time that a machine has to boot.

const joinBy = "2026-01-01T13:00:00Z";
const byAddress = { ...worker, identity: "address" as const, joinBy };
const late = "2026-01-01T13:00:01Z";
const own = { ...registration, providerId: undefined, markedServer: worker.serverId };
const silent = { ...own, silentSince: "2026-01-01T12:30:00Z" };
const known = keyOf(clientCsr());

describe("GIVEN a machine that is known by its address, WHEN it asks", () => {
  judges([
    ["while it may boot", { facts: byAddress, csr: clientCsr(), expected: "approve client" }],
    ["at the last moment", { facts: byAddress, csr: clientCsr({ created: joinBy }), expected: "approve client" }],
    ["too late", { facts: byAddress, csr: clientCsr({ created: late }), expected: "refuse window" }],
    [
      "before its server was made",
      { facts: byAddress, csr: clientCsr({ created: "2026-01-01T11:00:00Z" }), expected: "refuse window" },
    ],
    [
      "late, and the user admits it",
      { facts: byAddress, csr: clientCsr({ created: late }), readmit: true, expected: "approve client" },
    ],
    [
      "late, with the key that was approved for it",
      { facts: byAddress, csr: clientCsr({ created: late }), clientKey: known, expected: "approve client" },
    ],
    [
      "late, with another key than that",
      { facts: byAddress, csr: clientCsr({ created: late }), clientKey: "SHA256:dd", expected: "refuse window" },
    ],
    [
      "again, with the key that was approved for it, after its certificate has lapsed",
      {
        facts: byAddress,
        csr: clientCsr({ created: late }),
        clientKey: known,
        node: silent,
        expected: "approve lapsed",
      },
    ],
    [
      "again, while its Node has another's address",
      {
        facts: byAddress,
        csr: clientCsr({ created: late }),
        clientKey: known,
        node: { ...silent, internalIps: ["10.0.0.99"] },
        expected: "refuse node-absent",
      },
    ],
    [
      "again, while its Node tells no address",
      {
        facts: byAddress,
        csr: clientCsr({ created: late }),
        clientKey: known,
        node: { ...silent, internalIps: [] },
        expected: "refuse node-absent",
      },
    ],
    [
      "for its serving certificate",
      { facts: byAddress, csr: servingCsr({ created: late }), node: own, expected: "approve serving" },
    ],
    [
      "for its serving certificate, before its Node tells an address",
      { facts: byAddress, csr: servingCsr(), node: { ...own, internalIps: [] }, expected: "wait" },
    ],
    [
      "for a serving certificate, as a Node of another's address",
      { facts: byAddress, csr: servingCsr(), node: { ...own, internalIps: ["10.0.0.99"] }, expected: "refuse address" },
    ],
    [
      "for a serving certificate, as a Node of another machine",
      {
        facts: byAddress,
        csr: servingCsr(),
        node: { ...own, providerId: "baremetalhost:///openshift-machine-api/host-1/uid" },
        expected: "refuse server",
      },
    ],
  ]);

  test("THEN a refusal for its time says by when it had to, and that the user may admit it", () => {
    expect(judge({ facts: byAddress, csr: clientCsr({ created: late }) })).toEqual({
      verdict: "refuse",
      rule: "window",
      detail: `created ${late}, after the machine had to ask (${joinBy}): no providerID tells whether it is the machine`,
      readmittable: true,
    });
  });
});

describe("GIVEN any request in any situation, WHEN the machine is known by its address", () => {
  test("THEN nothing is approved that would not be with a cloud controller", () => {
    fc.assert(
      fc.property(situations, ({ csr, situation }) => {
        const { verdict } = judgeCsr(csr, byAddress, situation);
        if (verdict === "approve") assert.equal(judgeCsr(csr, worker, situation).verdict, "approve");
      }),
      { numRuns: 10_000 },
    );
  });

  test("THEN a client request is approved in time, or by its key, or with readmit, and never with a foreign Node", () => {
    fc.assert(
      fc.property(situations, ({ csr, situation }) => {
        const verdict = judgeCsr(csr, byAddress, situation);
        if (verdict.verdict !== "approve") return;
        const { node, clientKey, readmit } = situation;
        assert.notEqual(node?.providerId, `openstack:///${otherServer}`);
        if (csr.signer !== signers.client) return;
        assert.ok(Date.parse(csr.created) <= Date.parse(joinBy) || readmit === true || keyOf(csr) === clientKey);
        if (node) assert.deepEqual(node.internalIps, ["10.0.0.10"]);
      }),
      { numRuns: 10_000 },
    );
  });
});

test("GIVEN when its server was found active WHEN a worker joins THEN it has to ask within its timeout of the boot", () => {
  expect(withJoinBy(nodeInputs, "2026-01-01T12:00:00.000Z").joinBy).toBe("2026-01-01T12:01:00.000Z");
  expect(withJoinBy(nodeInputs, undefined)).toBe(nodeInputs);
});
