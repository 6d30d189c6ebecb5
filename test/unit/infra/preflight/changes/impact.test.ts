import { expect, test } from "@jest/globals";
import { impactOf, noImpact } from "../../../../../infra/preflight/changes/impact.ts";
import { configOf, factsOf } from "../../../../support/preflight-facts.ts";

test("GIVEN the load of a Node WHEN the change that would have taken it is refused THEN nothing is said of it", () => {
  const load = {
    pods: { error: "HTTP 403" },
    budgets: { error: "HTTP 403" },
    attachments: { error: "HTTP 403" },
    localData: undefined,
  };
  expect(impactOf(configOf(), factsOf({}).cluster, [], [], load)).toEqual(noImpact);
});
