import { expect, test } from "@jest/globals";
import { attempt } from "../../../../../infra/discovery/attempt.ts";
import { ApiError } from "../../../../../components/kubernetes/api-error.ts";
import { CloudError, HttpError } from "../../../../../components/openstack/error.ts";
import type { MachineFacts } from "../../../../../infra/discovery/facts.ts";
import { configOf, diagnosticsOf, factsOf } from "../../../../support/preflight-facts.ts";

const failed = (status: number): CloudError =>
  new CloudError({ problem: "no usable answer", expected: "one", remedy: "renew it", cause: new HttpError(status) });

test.each<[string, Error, string, string]>([
  ["is not allowed", new ApiError(403, "forbidden"), "permission to read it", "grant the account this permission"],
  ["has a fault", new ApiError(503, "unavailable"), "an answer", "repeat the command in a few minutes"],
  ["says itself what to do", failed(503), "an answer", "renew it"],
  ["says itself how to be allowed", failed(403), "permission to read it", "renew it"],
])(
  "GIVEN a fact whose request %s WHEN it is judged THEN the fix is that of the cause",
  async (_, error, ...expected) => {
    const machines = await attempt<MachineFacts[]>(new AbortController().signal, Promise.reject(error));
    expect(diagnosticsOf(configOf(), factsOf({ checks: { machines } }))).toMatchObject([
      {
        check: "machine-name",
        warning: true,
        expected: `${expected[0]}: without it, the check is incomplete`,
        remedy: `${expected[1]}, or skip the check: preflight.skip: [machine-name]`,
      },
    ]);
  },
);
