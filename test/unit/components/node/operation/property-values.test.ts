import { describe, expect, test } from "@jest/globals";
import rpc from "@pulumi/pulumi/runtime/rpc.js";
import {
  hasUnknown,
  outputSignature,
  type Plain,
  type Properties,
  read,
  secretSignature,
  signatureKey,
  unknown,
  write,
} from "../../../../../components/node/operation/property-values.ts";

// the plugin does not import them: that loads the whole SDK, which takes longer than the plugin itself
test("GIVEN the signatures of property values, WHEN they are compared with the SDK's THEN they are the same", () => {
  expect({ signatureKey, secretSignature, outputSignature, unknown }).toEqual({
    signatureKey: rpc.specialSigKey,
    secretSignature: rpc.specialSecretSig,
    outputSignature: rpc.specialOutputValueSig,
    unknown: rpc.unknownValue,
  });
});

describe("GIVEN property values on the wire, WHEN they are read and written", () => {
  const secret = (value: Plain) => ({ "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", value });
  const output = (value: Properties) => ({
    "4dabf18193072939515e22adb298388d": "d0e6a833031e9bbcd3f4e8bde6ca49a4",
    ...value,
  });
  test.each<[string, Properties, Properties, string[]]>([
    ["plain ones", { a: 1, b: [true, null, "x"], c: { d: "e" } }, { a: 1, b: [true, null, "x"], c: { d: "e" } }, []],
    ["a secret", { a: secret("s") }, { a: "s" }, ["a"]],
    ["a secret within", { a: { b: [secret("s")] } }, { a: { b: ["s"] } }, ["a"]],
    ["a secret in a secret", { a: secret(secret("s")) }, { a: "s" }, ["a"]],
    ["an output", { a: output({ value: 1 }) }, { a: 1 }, []],
    ["a secret output", { a: output({ value: 1, secret: true }) }, { a: 1 }, ["a"]],
    ["an output that is not known", { a: output({}) }, { a: unknown }, []],
    ["an unknown number", { a: "3eeb2bf0-c639-47a8-9e75-3b44932eb421" }, { a: unknown }, []],
  ])("%s", (_, wire, properties, secrets) => {
    expect(read(write(wire))).toEqual({ properties, secret: secrets });
  });

  test("a wrapped property comes back as a secret, an undefined one not at all", () => {
    expect(read(write({ a: "s", b: 1, c: undefined }, ["a"]))).toEqual({ properties: { a: "s", b: 1 }, secret: ["a"] });
  });

  test("an unknown is found however deep", () => {
    expect(hasUnknown({ a: [{ b: unknown }] })).toBe(true);
    expect(hasUnknown({ a: [{ b: "x" }] })).toBe(false);
  });
});
