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
