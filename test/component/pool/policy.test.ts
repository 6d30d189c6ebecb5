import { beforeAll, expect, test } from "@jest/globals";
import { parseDuration } from "../../../components/lib/duration.ts";
import {
  type Declared,
  deleteBeforeReplace,
  metalBounds,
  noForcedDrain,
  privateContainer,
  protectedInProduction,
  serverTimeouts,
} from "../../../policy/rules.ts";
import { args, types } from "../support/pool-fixtures.ts";
import { recordRegistrations, type Registration, valueOf } from "../support/recorder.ts";

/** Every stack is production. */
const everywhere = "";

const seconds = (text: string): number => parseDuration(text) ?? 0;

const declared = ({ type, name, inputs, protect, deleteBeforeReplace: first, timeouts }: Registration): Declared => ({
  type,
  name,
  urn: `urn:pulumi:test::openstack-baremetal-compute::${type}::${name}`,
  props: inputs,
  opts: {
    protect,
    deleteBeforeReplace: first,
    customTimeouts: { createSeconds: seconds(timeouts.create), deleteSeconds: seconds(timeouts.delete) },
  },
});

let seen: Registration[];
beforeAll(async () => {
  seen = await recordRegistrations({
    [types.port]: { allFixedIps: ["10.0.0.20"] },
    [types.server]: { created: "2026-01-02 03:04:05 +0000 UTC", powerState: "active" },
    [types.node]: { state: "Ready", timeline: [] },
  });
  const { WorkerPool } = await import("../../../components/worker-pool.ts");
  const attached = await new WorkerPool("metal", { ...args, protect: true }).attach();
  await Promise.all(attached.map(({ state }) => valueOf(state)));
});

test("GIVEN a protected pool with default timeouts and drain WHEN it is declared THEN it breaks no rule of the policy pack", () => {
  const violations = seen
    .map(declared)
    .flatMap((each) => [
      ...serverTimeouts(each, metalBounds),
      ...deleteBeforeReplace(each),
      ...privateContainer(each),
      ...protectedInProduction(each, everywhere),
      ...noForcedDrain(each, everywhere, []),
    ]);
  expect(seen.length).toBeGreaterThan(10);
  expect(violations).toEqual([]);
});
