import { beforeAll, expect, test } from "@jest/globals";
import { args, serversDeclared, types } from "../support/pool-fixtures.ts";
import { recordRegistrations, type Registration } from "../support/recorder.ts";

let seen: Registration[];

beforeAll(async () => {
  seen = await recordRegistrations({
    [types.port]: { allFixedIps: ["10.0.0.20"] },
    [types.server]: { created: "2026-01-02 03:04:05 +0000 UTC", powerState: "active" },
    [types.node]: { id: "", state: "Ready", timeline: [] },
  });
});

test("GIVEN two serving workers that are replaced, and an engine that goes on after errors (--continue-on-error) WHEN the first does not join THEN the roll stops", async () => {
  const { WorkerPool } = await import("../../../components/worker-pool.ts");
  const names = args.workers.map(({ name }) => name);
  const nodes = names.map((name) => ({ name, labels: {}, serving: true, specHash: undefined, updating: false }));
  const pool = new WorkerPool("metal", {
    ...args,
    replaced: new Set(names),
    currentNodes: () => Promise.resolve(nodes),
  });
  await expect(pool.attach()).rejects.toThrow(/the roll stops, because lab-7x2kq-metal-\d did not come back/);
  expect(serversDeclared(seen, "metal")).toHaveLength(1);
});

test("GIVEN a new worker that the engine has left out (--target) WHEN a wave waits for it THEN the error says what may be the cause, and what to type", async () => {
  const { WorkerPool } = await import("../../../components/worker-pool.ts");
  const [, kept = ""] = args.workers.map(({ name }) => name);
  const nodes = [{ name: kept, labels: {}, serving: true, specHash: undefined, updating: false }];
  const pool = new WorkerPool("targeted", { ...args, currentNodes: () => Promise.resolve(nodes) });
  await expect(pool.attach()).rejects.toThrow(
    /because lab-7x2kq-metal-0 did not come back .*If there is no error of lab-7x2kq-metal-0, --target or --exclude has left out what is new: repeat pulumi up without/s,
  );
});
