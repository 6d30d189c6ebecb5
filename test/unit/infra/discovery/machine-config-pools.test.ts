import { expect, test } from "@jest/globals";
import { parseMachineConfigPools } from "../../../../infra/discovery/cluster/machine-config-pools.ts";

test("GIVEN a MachineConfigPool that is paused while an update waits WHEN it is read THEN all of that is known", () => {
  const matchLabels = { "node-role.kubernetes.io/worker": "" };
  const pool = {
    metadata: { name: "worker" },
    spec: { paused: true, nodeSelector: { matchLabels }, configuration: { name: "rendered-worker-b" } },
    status: {
      configuration: { name: "rendered-worker-a" },
      conditions: [
        { type: "Updated", status: "False" },
        { type: "Updating", status: "True" },
      ],
      updatedMachineCount: 1,
    },
  };
  expect(parseMachineConfigPools({ items: [pool] })).toEqual([
    {
      name: "worker",
      nodeSelector: { matchLabels, matchExpressions: [] },
      paused: true,
      updating: true,
      wanted: "rendered-worker-b",
      current: "rendered-worker-a",
      updated: 1,
    },
  ]);
});

test.each<[string, object[], string | undefined]>([
  [
    "is degraded by a Node",
    [
      ["Degraded", "True"],
      ["NodeDegraded", "True", "node w-1: no space"],
    ],
    "node w-1: no space",
  ],
  ["is degraded without a word", [["Degraded", "True"]], "the operator gives no reason"],
  [
    "was degraded",
    [
      ["Degraded", "False", "old"],
      ["NodeDegraded", "False"],
    ],
    undefined,
  ],
])("GIVEN a MachineConfigPool that %s WHEN it is read THEN it is known why", (_, given, expected) => {
  const conditions = (given as string[][]).map(([type, status, message]) => ({ type, status, message }));
  const [pool] = parseMachineConfigPools({ items: [{ metadata: { name: "worker" }, status: { conditions } }] });
  expect(pool?.degraded).toBe(expected);
});

test("GIVEN a MachineConfigPool of which the operator has not said anything WHEN it is read THEN nothing is made up", () => {
  expect(parseMachineConfigPools({ items: [{ metadata: { name: "new" } }] })).toEqual([
    {
      name: "new",
      nodeSelector: { matchLabels: {}, matchExpressions: [] },
      paused: false,
      updating: false,
      wanted: "",
      current: "",
      updated: 0,
    },
  ]);
});
