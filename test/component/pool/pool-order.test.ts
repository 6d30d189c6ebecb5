import { beforeAll, expect, test } from "@jest/globals";
import { setTimeout } from "node:timers/promises";
import { configOf, factsOf } from "../../support/preflight-facts.ts";
import { args, types } from "../support/pool-fixtures.ts";
import { recordRegistrations, type Registration } from "../support/recorder.ts";

let seen: Registration[];

beforeAll(async () => {
  seen = await recordRegistrations({
    [types.port]: { allFixedIps: ["10.0.0.20"] },
    [types.server]: { created: "2026-01-02 03:04:05 +0000 UTC", powerState: "active" },
    [types.node]: { state: "Ready", timeline: [] },
  });
});

/** A pool of numbered workers, or of a named one with a port of its own. */
const pools: Readonly<Record<string, object>> = {
  metal: { replicas: 2 },
  gpu: { workers: [{ name: "r1", networks: [{ network: "net", subnet: "sub" }] }] },
  infra: { replicas: 1, labels: { "example.test/rack": "r1" }, timeouts: { boot: "45m" } },
};

/** The first of the pools in the other form. */
const listed = { metal: { workers: [{ name: "0" }, { name: "1" }] } };

/** Declares the pools as the program does. Returns what the engine compares with the state, by type and name. */
async function declare(names: readonly string[], changed: typeof pools = {}): Promise<Map<string, unknown>> {
  const { poolSpec } = await import("../../../infra/pool-spec.ts");
  const { WorkerPool } = await import("../../../components/worker-pool.ts");
  const config = configOf(
    {},
    { pools: names.map((name) => ({ name, flavor: "f", image: "i", ...(changed[name] ?? pools[name]) })) },
  );
  const facts = factsOf({});
  const of = facts.cloud.pools.flatMap((pool) => [{ ...pool, workerPorts: [pool.ports] }]);
  const cloud = { ...facts.cloud, pools: names.flatMap(() => of) };
  const start = seen.length;
  for (const [i, pool] of config.pools.entries()) {
    const { existing, currentNodes, currentMachineConfigPools, replaced, editedPorts, inCloud, urlLifetime } = args;
    const own = poolSpec(pool, i, { ...facts, cloud }, args);
    const lookups = { existing, currentNodes, currentMachineConfigPools };
    await new WorkerPool(pool.name, { ...own, ...lookups, replaced, editedPorts, inCloud, urlLifetime }).attach();
  }
  // the membership of a pool is the last of its resources
  while (seen.slice(start).filter(({ type }) => type === types.membership).length < names.length) await setTimeout(5);
  return new Map(seen.slice(start).map((each) => [`${each.type} ${each.name}`, comparable(each)]));
}

/** A registration without the inputs whose changes the engine ignores: those hold the signature of a single run. */
function comparable({ inputs, ...options }: Registration): unknown {
  const compared = Object.entries(inputs).filter(([key]) => !options.ignoreChanges.includes(key));
  return { ...options, inputs: Object.fromEntries(compared) };
}

test.each([
  ["the first pool is removed", ["gpu", "infra"]],
  ["a pool between two others is removed", ["metal", "infra"]],
  ["the pools are reordered", ["infra", "metal", "gpu"]],
])("GIVEN three pools WHEN %s THEN no other resource changes", async (_, kept) => {
  const before = await declare(["metal", "gpu", "infra"]);
  const after = await declare(kept);
  for (const type of Object.values(types))
    expect([...after.keys()].filter((key) => key.startsWith(type))).not.toEqual([]);
  for (const [key, registration] of after)
    expect({ key, registration }).toEqual({ key, registration: before.get(key) });
});

test("GIVEN a pool with replicas WHEN its workers are listed by their numbers instead THEN the same resources are declared", async () => {
  const before = await declare(["metal"]);
  const after = await declare(["metal"], listed);
  expect(before.size).toBeGreaterThan(10);
  expect(after).toEqual(before);
});
