import { beforeAll, describe, expect, test } from "@jest/globals";
import { args, types } from "../support/pool-fixtures.ts";
import { recordRegistrations, type Registration, valueOf } from "../support/recorder.ts";

const worker = "openstack-baremetal-compute:index:BaremetalWorker";
const ofWorker = [types.claim, types.port, types.server, types.drain, types.node];

let seen: Registration[];

/** Types of what is declared of the pool, and whether it is protected. */
const declared = (pool: string): Map<string, boolean> =>
  new Map(
    seen
      .filter(({ name }) => name === pool || name.includes(`-${pool}-0`) || name.startsWith(`${pool}-ignition`))
      .map(({ type, protect }) => [type, protect]),
  );

async function attach(pool: string, protect: boolean | undefined): Promise<void> {
  const { WorkerPool } = await import("../../../components/worker-pool.ts");
  const workers = [{ name: `lab-7x2kq-${pool}-0` }];
  const attached = await new WorkerPool(pool, { ...args, pool, workers, protect }).attach();
  await Promise.all(attached.map(({ state }) => valueOf(state)));
}

beforeAll(async () => {
  seen = await recordRegistrations({
    [types.port]: { allFixedIps: ["10.0.0.20"] },
    [types.server]: { created: "2026-01-02 03:04:05 +0000 UTC", powerState: "active" },
    [types.node]: { state: "Ready", timeline: [] },
  });
  await attach("kept", true);
  await attach("plain", undefined);
});

describe("GIVEN a pool that is protected WHEN it is declared", () => {
  test.each([...ofWorker, types.membership, worker])("THEN its %s is protected", (type) => {
    expect(declared("kept").get(type)).toBe(true);
  });

  test("THEN what its Ignition config is stored in is not: it may be written anew", () => {
    const stored = [types.container, types.object, types.containerClaim];
    expect(stored.map((type) => declared("kept").get(type))).toEqual([false, false, false]);
  });
});

test("GIVEN a pool that is not protected WHEN it is declared THEN nothing is", () => {
  expect([...declared("plain").values()]).not.toContain(true);
  expect(declared("plain").size).toBeGreaterThan(ofWorker.length);
});
