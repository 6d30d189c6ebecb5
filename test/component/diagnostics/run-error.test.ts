import { expect, test } from "@jest/globals";
import { RunError as SdkRunError } from "@pulumi/pulumi";
import { ConfigError } from "../../../infra/diagnostics/diagnostic.ts";
import { RunError } from "../../../infra/diagnostics/run-error.ts";

test("GIVEN an error that ends the program WHEN the SDK looks at it THEN it is one to print without a stack trace", () => {
  expect(SdkRunError.isInstance(new RunError("only looked"))).toBe(true);
  expect(SdkRunError.isInstance(new ConfigError([]))).toBe(true);
  expect(SdkRunError.isInstance(new Error("a bug"))).toBe(false);
});
