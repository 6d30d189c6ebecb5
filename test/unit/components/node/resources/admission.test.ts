import { describe, expect, test } from "@jest/globals";
import type { Admission } from "../../../../../components/node/csr/types.ts";
import type { Properties } from "../../../../../components/node/operation/property-values.ts";
import {
  activeSinceOf,
  admissionOf,
  keptAdmission,
  spentOf,
} from "../../../../../components/node/resources/admission.ts";
import { nodeInputs } from "../../../../support/node-fixtures.ts";

const [own, other] = ["aa", "bb"].map((digits) => `SHA256:${digits.repeat(32)}`);
const joined: Properties = { ...nodeInputs, clientKey: own ?? null };
const readmit = { ...nodeInputs, readmit: true };
const asked = (readmission: string | null): Properties => ({ ...joined, readmit: true, readmission });

describe("GIVEN the state of a worker, WHEN it is updated", () => {
  test.each<[string, Properties, typeof nodeInputs, Admission]>([
    ["its key alone may be approved", joined, nodeInputs, { clientKey: own, readmit: false }],
    ["an earlier release's has no key", { ...nodeInputs }, nodeInputs, { clientKey: undefined, readmit: false }],
    ["a null is no key", { ...joined, clientKey: null }, nodeInputs, { clientKey: undefined, readmit: false }],
    ["another key may, once `readmit` is set", joined, readmit, { clientKey: own, readmit: true }],
    ["so it may after an update that failed", asked("open"), readmit, { clientKey: own, readmit: true }],
    ["not after it was used", asked("used"), readmit, { clientKey: own, readmit: false }],
    ["not after it was not needed", asked("unused"), readmit, { clientKey: own, readmit: false }],
    ["not when it is set no more", asked("open"), nodeInputs, { clientKey: own, readmit: false }],
    ["again, once an update without it has passed", joined, readmit, { clientKey: own, readmit: true }],
  ])("THEN %s", (_, state, inputs, expected) => {
    expect(admissionOf(state, inputs)).toEqual(expected);
  });

  test("THEN a key that is none is an error, not a worker without a key", () => {
    expect(() => admissionOf({ ...joined, clientKey: "SHA256:x" }, nodeInputs)).toThrow(
      /lab-worker-0: its properties in the state cannot be used: clientKey must be SHA256: and 64/,
    );
    expect(() => admissionOf({ ...joined, readmission: "yes" }, nodeInputs)).toThrow(/readmission must be open/);
  });

  test.each<[string, Properties, typeof nodeInputs, string | undefined]>([
    ["used", asked("used"), readmit, "used"],
    ["not needed", asked("unused"), readmit, "unused"],
    ["open", asked("open"), readmit, undefined],
    ["removed", asked("used"), nodeInputs, undefined],
    ["new", joined, readmit, undefined],
  ])("THEN a readmit that is %s is told as such", (_, state, inputs, expected) => {
    expect(spentOf(state, inputs)).toBe(expected);
  });
});

describe("GIVEN a join that ended, WHEN its state is kept", () => {
  const open: Admission = { clientKey: own, readmit: true };
  const closed: Admission = { clientKey: own, readmit: false };
  const got: Admission = { clientKey: other, readmit: false };
  const state = joined;

  test.each<[string, Parameters<typeof keptAdmission>, object]>([
    ["none was approved yet", [nodeInputs, {}, {}, { ended: false }], {}],
    ["one was approved", [nodeInputs, {}, got, { ended: false }], { clientKey: other }],
    ["it is still the same", [nodeInputs, closed, closed, { ended: true, state }], { clientKey: own }],
    ["a new worker needs no readmit", [readmit, {}, got, { ended: true }], { clientKey: other, readmission: "unused" }],
    ["nor one whose join failed", [readmit, {}, {}, { ended: false }], { readmission: "unused" }],
    ["another was admitted", [readmit, open, got, { ended: true, state }], { clientKey: other, readmission: "used" }],
    [
      "another was admitted, and the join failed",
      [readmit, open, got, { ended: false, state }],
      { clientKey: other, readmission: "used" },
    ],
    ["nobody asked", [readmit, open, open, { ended: true, state }], { clientKey: own, readmission: "unused" }],
    [
      "nobody asked, and the join failed",
      [readmit, open, open, { ended: false, state }],
      { clientKey: own, readmission: "open" },
    ],
    [
      "readmit was used before",
      [readmit, closed, closed, { ended: false, state: asked("used") }],
      { clientKey: own, readmission: "used" },
    ],
  ])("THEN %s", (_, args, expected) => {
    expect(keptAdmission(...args)).toEqual(expected);
  });
});

describe("GIVEN a worker whose machine is known by its address", () => {
  const byAddress = { ...nodeInputs, identity: "address" as const };
  const since = "2026-01-01T12:00:00.000Z";
  const now = Date.parse("2026-01-02T12:00:00Z");

  test.each<[string, Properties, Parameters<typeof activeSinceOf>[1], string | undefined]>([
    ["now, of a new one", {}, byAddress, "2026-01-02T12:00:00.000Z"],
    ["as before, of one that is in the state", { activeSince: since }, byAddress, since],
    ["not at all where the providerID tells the machine", { activeSince: since }, nodeInputs, undefined],
  ])("WHEN it is asked since when its server is active THEN %s", (_, state, inputs, expected) => {
    expect(activeSinceOf({ ...nodeInputs, ...state }, inputs, now)).toBe(expected);
  });

  test("WHEN its join ends THEN the state keeps it, with or without a key", () => {
    const ended = { ended: false, activeSince: since };
    expect(keptAdmission(byAddress, {}, {}, ended)).toEqual({ activeSince: since });
    expect(keptAdmission(byAddress, {}, { clientKey: own }, ended)).toEqual({ clientKey: own, activeSince: since });
  });
});
