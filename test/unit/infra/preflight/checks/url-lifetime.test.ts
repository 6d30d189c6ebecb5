import { describe, expect, test } from "@jest/globals";
import { sumOf } from "../../../../../components/ignition/url-lifetime.ts";
import type { Diagnostic } from "../../../../../infra/diagnostics/diagnostic.ts";
import { queuedTerms } from "../../../../../infra/preflight/checks/url-lifetime.ts";
import { evaluate } from "../../../../../infra/preflight/index.ts";
import { configOf, factsOf, nodeOf, owner } from "../../../../support/preflight-facts.ts";

const path = "pools[metal].ignition.urlLifetime";
const workers = Array.from({ length: 12 }, (_, i) => `lab-7x2kq-metal-${i}`);

interface Case {
  readonly urlLifetime: string | undefined;
  readonly parallel: number | undefined;
  /** names of the workers that serve; the others are to be attached */
  readonly serving?: readonly string[];
  readonly maxUnavailable?: number;
}

/** The errors about the lifetime of a pool of twelve workers. */
function errors({ urlLifetime, parallel, serving = [], maxUnavailable = 1 }: Case): Diagnostic[] {
  const config = configOf({ replicas: workers.length, ignition: { urlLifetime }, rollout: { maxUnavailable } });
  const facts = factsOf({ cluster: { nodes: serving.map((name) => nodeOf(name, owner, "v1.34.1")) } });
  return evaluate(config, facts, parallel).diagnostics.filter((diagnostic) => diagnostic.path === path);
}

describe("GIVEN a pool of twelve workers, of whose machines none fetches its config after 4h11m by itself", () => {
  test("WHEN they are attached eight at a time, and their URLs last no longer THEN that is an error with the sum and what to do", () => {
    expect(errors({ urlLifetime: "4h11m", parallel: 8 })).toEqual([
      {
        check: "config",
        path,
        problem: "4h11m",
        expected:
          "at least drain.timeout 30m + timeouts.delete 1h + timeouts.provision 1h40m + margin 1m + timeouts.boot 1h + " +
          "1 round of 3h11m before it, of 12 workers with --parallel 8: 3h11m = 7h22m: " +
          "a machine may fetch its config that late, and is refused for good afterwards",
        remedy:
          "remove it, then it is computed; or set it to 7h22m or more, " +
          "or let Pulumi work on more at a time (--parallel, PULUMI_PARALLEL)",
      },
    ]);
  });

  test.each<[string, Case]>([
    ["the URLs last as long as the queue", { urlLifetime: "7h22m", parallel: 8 }],
    ["Pulumi works on all of them at once", { urlLifetime: "4h11m", parallel: 12 }],
    ["Pulumi has no bound", { urlLifetime: "4h11m", parallel: undefined }],
    ["the config does not set the lifetime", { urlLifetime: undefined, parallel: 1 }],
    ["all serve, and are replaced one by one", { urlLifetime: "4h11m", parallel: 8, serving: workers }],
    ["four are new", { urlLifetime: "4h11m", parallel: 8, serving: workers.slice(4) }],
  ])("WHEN %s THEN there is no error", (_, given) => {
    expect(errors(given)).toEqual([]);
  });

  test.each<[string, Case, string]>([
    ["nine are new", { urlLifetime: "7h21m59s", parallel: 8, serving: workers.slice(9) }, "of 9 workers"],
    [
      "all serve, and more are replaced at a time than Pulumi works on",
      { urlLifetime: "4h11m", parallel: 2, serving: workers, maxUnavailable: 3 },
      "of 3 workers with --parallel 2",
    ],
  ])("WHEN %s THEN it is an error", (_, given, expected) => {
    expect(errors(given)).toMatchObject([{ expected: expect.stringContaining(expected) }]);
  });
});

test("GIVEN two pools whose first waves come at the same time WHEN they queue THEN the turn is the longest of both", () => {
  const pools = [
    { name: "a", flavor: "f", image: "i", replicas: 5 },
    { name: "b", flavor: "f", image: "i", replicas: 4, timeouts: { provision: "10h" } },
  ];
  const queued = queuedTerms(configOf({}, { pools }), { infraId: "lab-7x2kq", nodes: [] }, 8);
  expect(sumOf(queued)).toBe(1800 + 3600 + 36_000 + 60);
});
