import { describe, expect, test } from "@jest/globals";
import type { Condition } from "../../../../../components/kubernetes/types.ts";
import {
  afterApproval,
  type Approval,
  approvalReason,
  keyOf,
  mayHaveKey,
  withApprovals,
  withNotedKey,
} from "../../../../../components/node/csr/keys.ts";
import type { Admission } from "../../../../../components/node/csr/types.ts";
import { clientCsr, request } from "../../../../support/node-fixtures.ts";

const csrOf = (publicKey: string) => clientCsr({ request: request({ publicKey }) });

/** An approval at a minute of an hour, by this program or by somebody else. */
function approved(publicKey: string, minute: number, reason = approvalReason): Approval {
  const lastTransitionTime = `2026-01-01T12:${String(minute).padStart(2, "0")}:00Z`;
  const conditions: Condition[] = [{ type: "Approved", status: "True", reason, lastTransitionTime }];
  return { csr: csrOf(publicKey), conditions };
}
const byHand = (publicKey: string, minute: number) => approved(publicKey, minute, "KubectlApprove");

const nothing: Admission = {};
const known: Admission = { clientKey: "SHA256:aa", readmit: false };
const admitting: Admission = { clientKey: "SHA256:aa", readmit: true };
const admittingAny: Admission = { readmit: true };

describe("GIVEN what the state knows of a server's key, WHEN approvals stand in the cluster", () => {
  test.each<[string, Admission, Approval[], Admission]>([
    ["none tells nothing", nothing, [], nothing],
    [
      "ours is the key: a process was killed before it saved its state",
      nothing,
      [approved("bb", 1)],
      { clientKey: "SHA256:bb", readmit: false },
    ],
    ["an administrator's is, too", nothing, [byHand("bb", 1)], { clientKey: "SHA256:bb", readmit: false }],
    [
      "of ours the last is",
      nothing,
      [approved("cc", 2), approved("bb", 1)],
      { clientKey: "SHA256:cc", readmit: false },
    ],
    [
      "ours outranks an administrator's",
      nothing,
      [approved("bb", 1), byHand("cc", 2)],
      { clientKey: "SHA256:bb", readmit: false },
    ],
    ["the state outranks ours", known, [approved("bb", 1)], known],
    ["the state outranks an administrator's", known, [byHand("bb", 1)], known],
    ["ours of the known key leaves readmit open", admitting, [approved("aa", 1)], admitting],
    [
      "ours of another key has used readmit",
      admitting,
      [approved("aa", 1), approved("bb", 2)],
      { clientKey: "SHA256:bb", readmit: false },
    ],
    ["ours of a former key has not", admitting, [approved("bb", 1), approved("aa", 2)], admitting],
    ["an administrator's of another key has not", admitting, [byHand("bb", 1)], admitting],
    [
      "ours has used readmit, when the state has no key",
      admittingAny,
      [approved("bb", 1)],
      { clientKey: "SHA256:bb", readmit: false },
    ],
    [
      "an administrator's has not, when the state has no key",
      admittingAny,
      [byHand("bb", 1)],
      { clientKey: "SHA256:bb", readmit: true },
    ],
  ])("THEN %s", (_, admission, approvals, expected) => {
    expect(withApprovals(admission, approvals)).toEqual(expected);
  });
});

const note = `SHA256:${"ab".repeat(32)}`;
test.each<[string, Admission, string | undefined, Admission]>([
  ["tells the key", nothing, note, { clientKey: note }],
  ["leaves readmit open", admittingAny, note, { clientKey: note, readmit: true }],
  ["does not outrank the state", known, note, known],
  ["tells nothing if it is no key", nothing, "SHA256:ab", nothing],
  ["tells nothing if it is not there", nothing, undefined, nothing],
])("GIVEN what the state knows, WHEN a Node has a note of its key, THEN it %s", (_, before, noted, expected) => {
  expect(withNotedKey(before, noted)).toEqual(expected);
});

test("GIVEN readmit, WHEN a request is approved, THEN its key is the server's and no other one is admitted", () => {
  expect(afterApproval(csrOf("bb"))).toEqual({ clientKey: "SHA256:bb", readmit: false });
});

test("GIVEN a request that cannot be read, WHEN its key is asked for, THEN it has none", () => {
  expect(keyOf(clientCsr({ request: undefined }))).toBeUndefined();
});

test.each<[string, Admission, boolean]>([
  ["none is known", nothing, true],
  ["it is the known one", { clientKey: "SHA256:bb" }, true],
  ["it is another one", known, false],
  ["it is another one that the user admits", admitting, true],
])("GIVEN a request, WHEN %s, THEN it is told whether it may be the server's: key bb, %j", (_, admission, expected) => {
  expect(mayHaveKey(csrOf("bb"), admission)).toBe(expected);
});
