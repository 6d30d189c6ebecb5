import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import {
  describePaused,
  type MachineConfigPool,
  type ManagedNode,
  managingPool,
  type PlannedWave,
  updatesBeside,
  waveVerdict,
} from "../../../../components/rollout/machine-config.ts";
import { machineConfigPool } from "../../../support/preflight-facts.ts";

const role = (...names: string[]): Record<string, string> =>
  Object.fromEntries(names.map((name) => [`node-role.kubernetes.io/${name}`, ""]));
const node = (name: string, updating = false, labels = role("worker")): ManagedNode => ({ name, labels, updating });

const master = machineConfigPool("master");
const worker = machineConfigPool("worker");
const infra = machineConfigPool("infra");
const updating: MachineConfigPool = { ...worker, updating: true, wanted: "rendered-worker-b", updated: 1 };
const paused: MachineConfigPool = { ...worker, paused: true };

describe("GIVEN the MachineConfigPools of a cluster (machine-config-operator, pkg/helpers/helpers.go)", () => {
  const byName = (name: string, ...matchExpressions: MachineConfigPool["nodeSelector"]["matchExpressions"]) => ({
    ...machineConfigPool(name),
    nodeSelector: { matchLabels: {}, matchExpressions },
  });
  const rack = (operator: string, ...values: string[]): MachineConfigPool =>
    byName("rack", { key: "rack", operator, values });
  test.each<[string, Record<string, string>, MachineConfigPool[], string | undefined]>([
    ["a worker is of the pool worker", role("worker"), [master, worker], "worker"],
    ["a custom pool comes before worker", role("worker", "infra"), [worker, infra], "infra"],
    [
      "the control plane comes before a custom pool",
      role("worker", "infra", "master"),
      [worker, infra, master],
      "master",
    ],
    [
      "one of two custom pools is left alone",
      role("worker", "infra", "gpu"),
      [worker, infra, machineConfigPool("gpu")],
      undefined,
    ],
    ["one without a role is of none", {}, [master, worker], undefined],
    ["another value is another label", { "node-role.kubernetes.io/worker": "no" }, [worker], undefined],
    ["an empty selector selects nothing", role("worker"), [byName("all")], undefined],
    ["In", { rack: "r1" }, [rack("In", "r1", "r2")], "rack"],
    ["In, with another value", { rack: "r3" }, [rack("In", "r1", "r2")], undefined],
    ["NotIn", { rack: "r3" }, [rack("NotIn", "r1")], "rack"],
    ["NotIn, without the label", {}, [rack("NotIn", "r1")], "rack"],
    ["Exists", { rack: "" }, [rack("Exists")], "rack"],
    ["Exists, without the label", {}, [rack("Exists")], undefined],
    ["DoesNotExist", {}, [rack("DoesNotExist")], "rack"],
    ["DoesNotExist, with the label", { rack: "" }, [rack("DoesNotExist")], undefined],
    [
      "a label that every object has",
      {},
      [byName("odd", { key: "toString", operator: "Exists", values: [] })],
      undefined,
    ],
  ])("WHEN a Node is looked up THEN %s", (_, labels, pools, expected) => {
    expect(managingPool(labels, pools)?.name).toBe(expected);
  });
});

describe("GIVEN a wave that takes a worker out of service", () => {
  const own = node("own");
  test.each<[string, MachineConfigPool, ManagedNode[], string[] | undefined]>([
    ["the operator rolls out a new config", updating, [own, node("b", true)], ["b"]],
    ["it is about to begin with the first Node", updating, [own, node("b")], []],
    ["the new config is rendered, and the condition is not yet there", { ...updating, updating: false }, [own], []],
    ["it has begun with a Node of the same config, as for an OS image", worker, [own, node("b", true)], ["b"]],
    ["it has begun with the worker itself", worker, [node("own", true)], ["own"]],
    ["it reports no config, and Updating", { ...worker, wanted: "", updating: true }, [own], []],
    ["nothing is going on", worker, [own, node("b")], undefined],
    [
      "a Node is drained, by us, so that the condition is True",
      { ...worker, updating: true },
      [own, node("b")],
      undefined,
    ],
    ["it is paused with a config that waits", { ...updating, paused: true }, [own, node("b", true)], undefined],
    ["it has begun with a Node of another pool", worker, [own, node("m", true, role("master"))], undefined],
  ])("WHEN %s THEN the update is named, or there is none", (_, pool, nodes, inProgress) => {
    const found = updatesBeside([nodes[0] ?? own], nodes, [master, pool]);
    expect(found.map((it) => it.inProgress)).toEqual(inProgress === undefined ? [] : [inProgress]);
  });

  test("WHEN another pool's Nodes are updated THEN that is no update beside it", () => {
    expect(updatesBeside([node("a", false, role("worker", "infra"))], [], [updating, infra])).toEqual([]);
  });

  const planned: PlannedWave = {
    wave: [own],
    leaving: [own],
    nodes: [own, node("b", true)],
    pools: [updating],
    boot: "worker",
  };

  test("WHEN the operator updates its Nodes THEN the refusal names pool, config and Node, and what to type", () => {
    expect(waveVerdict(planned)).toEqual({
      warnings: [],
      refusal:
        "the machine-config operator updates MachineConfigPool worker to rendered-worker-b (in progress: b), and takes Nodes " +
        "out of service, too: wait until it is done (oc wait machineconfigpool/worker --for=condition=Updated --timeout=4h), " +
        `or pause it (oc patch machineconfigpool/worker --type=merge --patch='{"spec":{"paused":true}}')`,
    });
  });

  test("WHEN the wave replaces only workers that are out already THEN it may begin beside an update", () => {
    expect(waveVerdict({ ...planned, leaving: [] }).refusal).toBeUndefined();
  });

  test("WHEN the cluster has no MachineConfigPools THEN nothing is said", () => {
    expect(waveVerdict({ ...planned, pools: [] })).toEqual({ warnings: [], refusal: undefined });
  });

  test("THEN a wave of a paused pool is never refused, and one that takes nobody out of service neither", () => {
    const given = fc.record({ paused: fc.boolean(), updating: fc.boolean(), updated: fc.nat({ max: 3 }) });
    const names = fc.record({ wanted: fc.constantFrom("", "a", "b"), current: fc.constantFrom("", "a", "b") });
    fc.assert(
      fc.property(given, names, fc.boolean(), fc.boolean(), (state, configs, leaves, busy) => {
        const pool = { ...worker, ...state, ...configs };
        const { refusal } = waveVerdict({
          ...planned,
          leaving: leaves ? [own] : [],
          nodes: [own, node("b", busy)],
          pools: [pool],
        });
        if (pool.paused || !leaves) expect(refusal).toBeUndefined();
        else if (busy) expect(refusal).toContain("in progress: b");
      }),
    );
  });
});

describe("GIVEN a paused MachineConfigPool (machine-config-operator, pkg/server/cluster_server.go, GetConfig)", () => {
  test.each<[string, Partial<MachineConfigPool>, string]>([
    [
      "all its Nodes have its config",
      {},
      "boots with rendered-worker-a, and no later config reaches it until it is resumed",
    ],
    [
      "a config waits that no machine has",
      { wanted: "rendered-worker-b", updated: 0 },
      "boots with rendered-worker-a, and does not get rendered-worker-b until it is resumed",
    ],
    [
      "a config waits that one machine has",
      { wanted: "rendered-worker-b", updated: 1 },
      "boots with rendered-worker-b, although not all of its Nodes have it",
    ],
  ])("WHEN %s THEN it is said what a new machine boots with", (_, change, expected) => {
    expect(describePaused({ ...paused, ...change }, "worker")).toBe(
      `MachineConfigPool worker is paused: a new machine ${expected}`,
    );
  });

  test("WHEN it reports no config THEN none is made up", () => {
    expect(describePaused({ ...paused, wanted: "", current: "" }, "worker")).toBe(
      "MachineConfigPool worker is paused: no later config reaches a new machine until it is resumed",
    );
  });

  test("WHEN machines boot with the config of another pool THEN they keep that", () => {
    expect(describePaused({ ...infra, paused: true }, "worker")).toBe(
      "MachineConfigPool infra is paused: a new machine keeps the config of worker until it is resumed",
    );
  });

  test("WHEN a wave replaces workers of it THEN that is a warning with the command that resumes it", () => {
    const wave = [node("a", false, role("worker", "infra"))];
    const pools = [worker, { ...infra, paused: true }];
    expect(waveVerdict({ wave, leaving: wave, nodes: wave, pools, boot: "worker" })).toEqual({
      refusal: undefined,
      warnings: [
        "MachineConfigPool infra is paused: a new machine keeps the config of worker until it is resumed; to resume it: " +
          `oc patch machineconfigpool/infra --type=merge --patch='{"spec":{"paused":false}}'`,
      ],
    });
  });
});
