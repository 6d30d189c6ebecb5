import { expect, test } from "@jest/globals";
import { CloudError, HttpError, isPassing } from "../../../../components/openstack/error.ts";

const coded = (code: string): Error => Object.assign(new Error("fetch failed"), { code });
const cloudError = (cause?: unknown): CloudError =>
  new CloudError({ problem: "p", expected: "e", remedy: "r", ...(cause !== undefined && { cause }) });

test.each<[string, unknown, boolean]>([
  ["a service that restarts", new HttpError(503), true],
  ["too many requests", new HttpError(429), true],
  ["something busy", new HttpError(409), true],
  ["a role that is missing", new HttpError(403), false],
  ["nobody at that address", new TypeError("fetch failed", { cause: coded("ECONNREFUSED") }), true],
  ["no answer in time", new DOMException("The operation timed out", "TimeoutError"), true],
  ["a certificate that is not trusted", coded("SELF_SIGNED_CERT_IN_CHAIN"), false],
  ["an answer of another shape", new Error("invalid"), false],
  ["a cloud's error that such a one caused", cloudError(cloudError(new HttpError(502))), true],
  ["credentials that are refused", cloudError(), false],
])("GIVEN %s WHEN a request fails for it THEN it is told whether the same may succeed later", (_, error, passing) => {
  expect(isPassing(error)).toBe(passing);
});
