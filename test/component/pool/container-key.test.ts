import { describe, expect, test } from "@jest/globals";
import * as pulumi from "@pulumi/pulumi";
import { keyOf } from "../../../components/ignition-store.ts";

describe("GIVEN a container WHEN its temporary URL key is to sign", () => {
  test("THEN it is that of its metadata", () => {
    expect(keyOf("c", { "Temp-URL-Key": "key" })).toBe("key");
  });

  test("THEN the error of one that was made while a key of the account signed says what to put back, without a stack", () => {
    const without = (): string => keyOf("c", { Owner: "organization/project/stack" });
    expect(without).toThrow(pulumi.RunError);
    expect(without).toThrow(/^container c has no temporary URL key.*manageAccountKey: true.*temporaryUrlKey/);
  });
});
