import { describe, expect, test } from "@jest/globals";
import type { MachineConfigPool } from "../../../../../components/rollout/machine-config.ts";
import type { Config } from "../../../../../infra/config/load.ts";
import type { Diagnostic } from "../../../../../infra/diagnostics/diagnostic.ts";
import type { NodeFacts } from "../../../../../infra/discovery/facts.ts";
import type { PreflightFacts } from "../../../../../infra/preflight/index.ts";
import {
  answer,
  configOf,
  diagnosticsOf,
  existingServer,
  factsOf,
  machineConfigPool,
  nodeOf,
  owner,
} from "../../../../support/preflight-facts.ts";

const worker = "lab-7x2kq-metal-0";
const labels = { "node-role.kubernetes.io/worker": "" };
const updating = machineConfigPool("worker", { updating: true, wanted: "rendered-worker-b" });
const paused = machineConfigPool("worker", { paused: true });

/** A cluster in which the only worker serves. */
const facts = (pools: MachineConfigPool[], change: Partial<NodeFacts> = {}, image = "rhcos"): PreflightFacts => {
  const server = existingServer("0", worker, owner);
  return factsOf({
    cluster: {
      nodes: [
        { ...nodeOf(worker, owner, "v1.34.1"), labels, ...change },
        { ...nodeOf("installer-0", undefined, "v1.34.1"), labels, updating: true },
      ],
      machineConfigPools: answer(pools),
    },
    checks: { servers: answer([{ ...server, made: { ...server.made, image } }]) },
  });
};
/** The same, with an image that the worker was not made from. */
const replacing = (pools: MachineConfigPool[], change: Partial<NodeFacts> = {}): PreflightFacts =>
  facts(pools, change, "rhcos-old");

const found = (config: Config, given: PreflightFacts): Diagnostic[] =>
  diagnosticsOf(config, given).filter(({ check }) => check.startsWith("machine-config"));

describe("GIVEN a MachineConfigPool that the operator updates", () => {
  test("WHEN a serving worker of it is to be replaced THEN a warning names pool, config, Node and what to type", () => {
    expect(found(configOf(), replacing([updating]))).toEqual([
      {
        check: "machine-config-update",
        path: "pools[metal].rollout",
        problem:
          "the machine-config operator updates MachineConfigPool worker to rendered-worker-b (in progress: installer-0)",
        expected: expect.stringContaining("`pulumi up` stops before it takes a serving worker out of service"),
        remedy: expect.stringContaining("oc wait machineconfigpool/worker --for=condition=Updated"),
        warning: true,
      },
    ]);
  });

  test.each<[string, PreflightFacts]>([
    ["nothing is replaced", facts([updating])],
    ["the worker does not serve", replacing([updating], { serving: false })],
    [
      "the worker is of another pool",
      replacing([updating, machineConfigPool("infra")], {
        labels: { ...labels, "node-role.kubernetes.io/infra": "" },
      }),
    ],
  ])("WHEN %s THEN nothing is said", (_, given) => {
    expect(found(configOf(), given)).toEqual([]);
  });

  test("WHEN the check is skipped THEN nothing is said", () => {
    const skip = configOf({}, { preflight: { skip: ["machine-config-update"] } });
    expect(found(skip, replacing([updating]))).toEqual([]);
  });
});

test("GIVEN a pool that is Updating while no update takes its Nodes WHEN a worker is to be replaced THEN that is a warning, too", () => {
  const quiet = replacing([machineConfigPool("worker", { updating: true })]);
  const nodes = quiet.cluster.nodes.map((node) => ({ ...node, updating: false }));
  expect(found(configOf(), { ...quiet, cluster: { ...quiet.cluster, nodes } })).toMatchObject([
    { problem: expect.stringMatching(/^MachineConfigPool worker is Updating, although/), warning: true },
  ]);
});

describe("GIVEN a paused MachineConfigPool", () => {
  test.each<[string, Config, PreflightFacts]>([
    ["replaced", configOf(), replacing([paused])],
    ["attached", configOf({ replicas: 2 }), facts([paused])],
  ])("WHEN a worker is %s THEN a warning says what it boots with, and how to resume it", (_, config, given) => {
    expect(found(config, given)).toMatchObject([
      {
        check: "machine-config-update",
        path: "pools[metal].ignition.machineConfigPool",
        problem: expect.stringContaining(
          "MachineConfigPool worker is paused: a new machine boots with rendered-worker-a",
        ),
        remedy: expect.stringContaining(`--patch='{"spec":{"paused":false}}'`),
        warning: true,
      },
    ]);
  });

  test("WHEN it is the one of a new worker's labels THEN it is named, too", () => {
    const pools = [machineConfigPool("worker"), machineConfigPool("infra", { paused: true })];
    const config = configOf({ replicas: 2, labels: { "node-role.kubernetes.io/infra": "" } });
    expect(found(config, facts(pools)).map(({ problem }) => problem)).toEqual([
      "a worker boots with the config of MachineConfigPool worker, but its labels are those of infra",
      "MachineConfigPool infra is paused: a new machine keeps the config of worker until it is resumed",
    ]);
  });

  test("WHEN no worker is made THEN nothing is said", () => {
    expect(found(configOf(), facts([paused]))).toEqual([]);
  });
});

describe("GIVEN a degraded MachineConfigPool", () => {
  const pool = machineConfigPool("worker", { degraded: "node w-1 is reporting: no space" });

  test("WHEN a worker is attached THEN a warning says why, before its machine is built", () => {
    expect(found(configOf({ replicas: 2 }), facts([pool]))).toMatchObject([
      {
        check: "machine-config-update",
        path: "pools[metal].ignition.machineConfigPool",
        problem: "MachineConfigPool worker is degraded: node w-1 is reporting: no space",
        remedy: "mend it first: oc describe machineconfigpool/worker",
        warning: true,
      },
    ]);
  });

  test("WHEN no worker is made THEN nothing is said", () => {
    expect(found(configOf(), facts([pool]))).toEqual([]);
  });
});

describe("GIVEN MachineConfigPools that cannot be read", () => {
  const unread = (code: number): PreflightFacts => {
    const given = replacing([]);
    return { ...given, cluster: { ...given.cluster, machineConfigPools: { error: `HTTP ${code}`, code } } };
  };

  test("WHEN the account may not list them THEN one warning says so, and nothing fails", () => {
    expect(found(configOf(), unread(403))).toMatchObject([
      { check: "machine-config-pool", problem: "the MachineConfigPools cannot be read: HTTP 403", warning: true },
    ]);
  });

  test("WHEN the cluster does not have the kind THEN there is nothing to check", () => {
    expect(found(configOf(), unread(404))).toEqual([]);
  });
});
