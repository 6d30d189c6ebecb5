import { describe, expect, test } from "@jest/globals";
import { answer, configOf, diagnosticsOf, factsOf, machineConfigPool } from "../../../../support/preflight-facts.ts";

const facts = factsOf({
  cluster: {
    machineConfigPools: answer(["master", "worker", "infra", "gpu"].map((name) => machineConfigPool(name))),
  },
});
const role = (...names: string[]): Record<string, string> =>
  Object.fromEntries(names.map((name) => [`node-role.kubernetes.io/${name}`, ""]));
const booting = (pool: string, labels: object = {}, more: object = {}) =>
  diagnosticsOf(configOf({ ignition: { machineConfigPool: pool }, labels, ...more }), facts);

describe("GIVEN a cluster with the custom MachineConfigPools infra and gpu", () => {
  test("WHEN a worker has the roles of both THEN that is an error: the operator would degrade", () => {
    expect(booting("infra", role("infra", "gpu"))).toMatchObject([
      {
        check: "machine-config-pool",
        path: "pools[metal].labels",
        problem: "the MachineConfigPools infra and gpu both select the Node",
        remedy: "keep the labels of one of them, and set pools[metal].ignition.machineConfigPool to it",
      },
    ]);
    expect(booting("infra", role("infra", "gpu"))[0]?.warning).toBeUndefined();
  });

  test("WHEN one worker alone adds the second role THEN its labels are the place", () => {
    const workers = [{ name: "a" }, { name: "b", labels: role("gpu") }];
    expect(booting("infra", role("infra"), { replicas: undefined, workers })).toMatchObject([
      { path: "pools[metal].workers[b].labels" },
    ]);
  });

  test("WHEN the pool has no role label THEN a warning proposes both keys", () => {
    expect(booting("infra")).toMatchObject([
      {
        path: "pools[metal].ignition.machineConfigPool",
        problem: "a worker boots with the config of MachineConfigPool infra, but its labels are those of worker",
        remedy:
          'set both: machineConfigPool: infra and labels: { node-role.kubernetes.io/infra: "" }; or, for the config of worker, pools[metal].ignition.machineConfigPool: worker',
        warning: true,
      },
    ]);
  });

  test("WHEN the role label has no pool THEN a warning proposes both keys", () => {
    expect(booting("worker", role("gpu"), { replicas: 3 })).toMatchObject([
      {
        path: "pools[metal].labels",
        problem: "a worker boots with the config of MachineConfigPool worker, but its labels are those of gpu",
        remedy: "set both: pools[metal].ignition.machineConfigPool: gpu beside these labels",
        warning: true,
      },
    ]);
  });

  test.each<[string, string, object]>([
    ["a worker of no role", "worker", {}],
    ["a pool with its role", "infra", role("infra")],
    ["a role without a MachineConfigPool", "worker", role("storage")],
  ])("WHEN it is %s THEN nothing is said", (_, pool, labels) => {
    expect(booting(pool, labels)).toEqual([]);
  });
});

test("GIVEN MachineConfigPools that cannot be read WHEN roles are judged THEN only that is said", () => {
  const unread = factsOf({ cluster: { machineConfigPools: { error: "HTTP 403", code: 403 } } });
  const config = configOf({ labels: role("infra", "gpu") });
  expect(diagnosticsOf(config, unread)).toMatchObject([{ problem: "the MachineConfigPools cannot be read: HTTP 403" }]);
});
