import { expect, test } from "@jest/globals";
import { attempt } from "../../../../infra/discovery/attempt.ts";

const never = new Promise<never>(() => undefined);

test("GIVEN a request that is not answered in time WHEN it is attempted THEN the reason is the time, and no HTTP status", async () => {
  const { error, code } = await attempt(AbortSignal.timeout(1), never);
  expect(error).toBe("no answer in time");
  expect(code).toBeUndefined();
});

test("GIVEN a request that is refused WHEN it is attempted THEN the reason is its HTTP status", async () => {
  const refused = Object.assign(new Error("no"), { code: 403 });
  const { signal } = new AbortController();
  expect(await attempt(signal, Promise.reject(refused))).toEqual({ error: "HTTP 403", code: 403 });
});
