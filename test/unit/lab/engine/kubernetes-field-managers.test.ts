import { describe, expect, test } from "@jest/globals";
import type { Properties } from "../../../../components/node/operation/property-values.ts";
import { handedOver, isNew } from "../../../lab/engine/kubernetes-plugin/field-managers.ts";

const label = (name: string): Properties => ({ "f:metadata": { "f:labels": { ".": {}, [`f:${name}`]: {} } } });
const entry = (manager: string, operation: string, fieldsV1: Properties, more: Properties = {}): Properties => ({
  manager,
  operation,
  fieldsType: "FieldsV1",
  fieldsV1,
  ...more,
});
const live = (...managedFields: Properties[]): Properties => ({ metadata: { managedFields } });

const own = "pulumi-kubernetes-0a1b2c3d";
const created = entry("pulumi-kubernetes", "Update", label("tier"));
const theirs = entry("somebody", "Update", label("theirs"));

describe("the fields of an object that has just been created", () => {
  const object = live(theirs, created);

  test("are the creator's", () => {
    expect(isNew(object)).toBe(true);
  });

  test("go to the resource's manager, and those of others stay", () => {
    expect(handedOver(object, own)).toEqual([theirs, entry(own, "Apply", label("tier"))]);
  });

  test("are the creator's no more once they were handed over", () => {
    expect(isNew(live(...handedOver(object, own)))).toBe(false);
  });
});

describe("the fields that the resource's manager has already", () => {
  test("are joined with the creator's", () => {
    const joined = { "f:metadata": { "f:labels": { ".": {}, "f:area": {}, "f:tier": {} } } };
    expect(handedOver(live(entry(own, "Apply", label("area")), created), own)).toEqual([entry(own, "Apply", joined)]);
  });
});

test("a status that a controller of the same name wrote is not handed over", () => {
  const status = entry("pulumi-kubernetes", "Update", { "f:status": {} }, { subresource: "status" });
  expect(isNew(live(status))).toBe(false);
  expect(handedOver(live(status, created), own)).toEqual([status, entry(own, "Apply", label("tier"))]);
});

test("an object without managers has nothing to hand over", () => {
  expect(isNew({ metadata: {} })).toBe(false);
  expect(handedOver(live(theirs), own)).toEqual([theirs]);
});
