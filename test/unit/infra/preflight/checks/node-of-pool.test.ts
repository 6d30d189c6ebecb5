import { expect, test } from "@jest/globals";
import { configOf, diagnosticsOf, factsOf } from "../../../../support/preflight-facts.ts";

const worker = (number: number): string => `lab-7x2kq-metal-${number}`;

test.each([
  ["rollout.ignore", { rollout: { ignore: [worker(1)] } }],
  ["readmit", { readmit: [worker(1)] }],
])(
  "GIVEN a worker in %s WHEN remove names it, too THEN the remedy is to delete the entry there, and not to write its neighbour",
  (key, listed) => {
    const config = configOf({ replicas: 2, remove: [worker(1)], ...listed });
    expect(diagnosticsOf(config, factsOf({})).filter(({ path }) => path.includes(key))).toMatchObject([
      { path: `pools[metal].${key}[0]`, problem: `the pool has no Node "${worker(1)}"`, remedy: "remove it" },
    ]);
  },
);

test("GIVEN a misspelled worker in rollout.ignore WHEN it is checked THEN the remedy is the one that was meant", () => {
  const config = configOf({ replicas: 2, rollout: { ignore: ["lab-7x2kq-metl-1"] } });
  expect(diagnosticsOf(config, factsOf({}))).toMatchObject([{ remedy: `write ${worker(1)} instead` }]);
});
