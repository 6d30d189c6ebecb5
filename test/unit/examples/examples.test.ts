import { describe, expect, test } from "@jest/globals";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { z } from "zod";
import { managingPool } from "../../../components/rollout/machine-config.ts";
import { infraPool } from "../../../examples/infra-pool/machine-config-pool/machine-config-pool.ts";
import { overviewOf } from "../../../examples/stack-per-rack/overview/overview.ts";
import { stackSchema } from "../../../infra/config/json-schema.ts";
import { type Config, parseConfig } from "../../../infra/config/load.ts";
import { workersOf } from "../../../infra/config/workers.ts";
import { repo } from "../../lab/settings.ts";
import { configIn, exampleFiles, project, readExample } from "../../support/examples.ts";
import { machineConfigPool } from "../../support/preflight-facts.ts";

const judge = z.fromJSONSchema(stackSchema(project));

/** The config as the program reads it. */
async function load(file: string): Promise<Config> {
  const { config, diagnostics } = parseConfig(configIn(await readExample(file)));
  expect(diagnostics).toBeUndefined();
  if (!config) throw new Error(`${file} is refused`);
  return config;
}

const workersIn = ({ pools, cluster }: Config): string[] =>
  pools.flatMap((pool) => workersOf(pool, cluster.expect?.infraId ?? "").map(({ name }) => name));

describe.each(exampleFiles)("GIVEN %s", (file) => {
  test("WHEN an editor opens it THEN its first line names the schema, which accepts it", async () => {
    const text = await readFile(path.join(repo, file), "utf8");
    const [, named = ""] = /^# yaml-language-server: \$schema=(.*)\n/.exec(text) ?? [];
    expect(path.join(path.dirname(file), named)).toBe("stacks/schema.json");
    expect(judge.safeParse(await readExample(file)).error?.issues).toBeUndefined();
  });

  test("WHEN the program reads it THEN it has no error, and another cluster is refused", async () => {
    const { cluster } = await load(file);
    expect(cluster.expect?.infraId).toMatch(/^[a-z]+-[a-z0-9]{5}$/);
  });
});

test("GIVEN the examples WHEN they are listed THEN there is one of each way to run the program", () => {
  expect(exampleFiles).toEqual([
    "examples/gpu-pool/Pulumi.gpu.yaml",
    "examples/infra-pool/Pulumi.infra.yaml",
    "examples/stack-per-cluster/Pulumi.east.yaml",
    "examples/stack-per-cluster/Pulumi.west.yaml",
    "examples/stack-per-rack/Pulumi.r1.yaml",
    "examples/stack-per-rack/Pulumi.r2.yaml",
  ]);
});

test("GIVEN stacks of two clusters WHEN they are compared THEN each has a cloud, a context and a cluster of its own", async () => {
  const [east, west] = await Promise.all(
    ["east", "west"].map((name) => load(`examples/stack-per-cluster/Pulumi.${name}.yaml`)),
  );
  expect(east?.cloud).not.toBe(west?.cloud);
  expect(east?.cluster.context).not.toBe(west?.cluster.context);
  expect(east?.cluster.expect?.infraId).not.toBe(west?.cluster.expect?.infraId);
});

test("GIVEN stacks of two racks of a cluster WHEN they are compared THEN no worker or address is in both", async () => {
  const racks = await Promise.all(["r1", "r2"].map((name) => load(`examples/stack-per-rack/Pulumi.${name}.yaml`)));
  const names = racks.flatMap(workersIn);
  const addresses = racks.flatMap(({ pools }) => pools.flatMap(({ workers = [] }) => workers.map((it) => it.fixedIp)));
  expect(new Set(racks.map(({ cluster }) => cluster.expect?.infraId)).size).toBe(1);
  expect(names).toHaveLength(4);
  expect(new Set(names).size).toBe(names.length);
  expect(new Set(addresses).size).toBe(addresses.length);
});

test("GIVEN the outputs of two racks WHEN they are put together THEN each worker has its rack, and each rack its Ready ones", () => {
  const state = (name: string, ...states: string[]) => states.map((it, i) => ({ name: `${name}-${i}`, state: it }));
  const racks = { r1: state("a", "Ready", "NotReady"), r2: state("b", "Ready"), r3: [] };
  expect(overviewOf(racks)).toEqual({
    workers: [
      { rack: "r1", name: "a-0", state: "Ready" },
      { rack: "r1", name: "a-1", state: "NotReady" },
      { rack: "r2", name: "b-0", state: "Ready" },
    ],
    ready: { r1: "1 of 2", r2: "1 of 1", r3: "0 of 0" },
  });
});

describe("GIVEN the MachineConfigPool of the infra workers, and their stack", () => {
  const declared = machineConfigPool(infraPool.metadata.name, {
    nodeSelector: { matchLabels: infraPool.spec.nodeSelector.matchLabels, matchExpressions: [] },
  });
  const pools = [machineConfigPool("master"), machineConfigPool("worker"), declared];
  const read = async (): Promise<Config["pools"][number]> => {
    const [pool] = (await load("examples/infra-pool/Pulumi.infra.yaml")).pools;
    if (!pool) throw new Error("no pool");
    return pool;
  };

  test("WHEN a worker has joined THEN the pool that selects it is the one that it has booted with", async () => {
    const { labels, ignition } = await read();
    const asNode = { "node-role.kubernetes.io/worker": "", ...labels };
    expect(managingPool(asNode, pools)).toBe(declared);
    expect(ignition.machineConfigPool).toBe(declared.name);
  });

  test("WHEN it renders a config THEN that of the workers is part of it", () => {
    const [{ key, operator, values } = { key: "", operator: "", values: [] }] =
      infraPool.spec.machineConfigSelector.matchExpressions;
    expect({ key, operator, values }).toEqual({
      key: "machineconfiguration.openshift.io/role",
      operator: "In",
      values: ["worker", infraPool.metadata.name],
    });
  });
});

test("GIVEN the GPU pool WHEN it is drained THEN no pod is deleted, and it is protected", async () => {
  const [pool] = (await load("examples/gpu-pool/Pulumi.gpu.yaml")).pools;
  expect(pool?.drain.onTimeout).toBe("fail");
  expect(pool?.protect).toBe(true);
  expect(pool?.taints).toEqual([{ key: "nvidia.com/gpu", value: "present", effect: "NoSchedule" }]);
});
