import { beforeAll, describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { makeRequests } from "./actors/requests.ts";
import type { Declaration } from "./engine/declaration.ts";
import { resourceNames } from "./engine/worker-stack.ts";
import { plans } from "./faults/arbitraries.ts";
import { inOrder, trySchedules } from "./run/schedules.ts";
import { type LifeCase, Lives, quietLife, type Requests } from "./scenarios/lives.ts";

let requests: Requests;
beforeAll(async () => {
  // the client is loaded when it is first needed: in a run, the time that takes would be real
  await import("../../components/openstack/client.ts");
  const [impostor, ...disks] = await Promise.all(Array.from({ length: 6 }, makeRequests));
  if (!impostor) throw new Error("no requests");
  requests = { disks, impostor };
});

const wanted: Declaration = { image: "rhcos-a", labels: {}, readmit: false };

describe("GIVEN nothing, WHEN a worker is attached and detached", () => {
  test("THEN without any fault both commands succeed, and nothing is left", async () => {
    const lives = new Lives(inOrder(), quietLife, requests);
    expect(await lives.up(wanted)).toBeUndefined();
    expect([...lives.stack.state.keys()]).toEqual(resourceNames);
    expect(await lives.destroy()).toBeUndefined();
    expect({ left: lives.left, state: [...lives.stack.state.keys()] }).toEqual({ left: [], state: [] });
  });
});

/** `up`, killed after that write, then `destroy`: what is left, and what the last command ended with. */
async function killedAfter(write: number): Promise<{ left: string[]; last: string | undefined }> {
  const lives = new Lives(inOrder(), { ...quietLife, plan: [{ kind: "killed", write }] }, requests);
  await lives.up(wanted);
  const results = await lives.repeat(() => lives.destroy());
  return { left: lives.left, last: results.at(-1) };
}

describe("GIVEN an up that is killed with its plugin after write i, for every i, WHEN destroy follows at once", () => {
  test("THEN nothing is left, and no live node has lost its server", async () => {
    const undisturbed = new Lives(inOrder(), quietLife, requests);
    await undisturbed.up(wanted);
    const { length } = undisturbed.setting.disturbances.written;
    expect(length).toBeGreaterThan(4);
    for (let write = 1; write <= length; write += 1) {
      const { left, last } = await killedAfter(write);
      expect({ write, left, last }).toEqual({ write, left: [], last: undefined });
    }
  });
});

const within = (max: number): fc.Arbitrary<number> => fc.integer({ min: 0, max });

const cases: fc.Arbitrary<LifeCase> = fc.record({
  plan: plans(20, 80),
  deeds: fc.array(
    fc.record({
      who: fc.constantFrom("administrator", "autoscaler"),
      what: fc.constantFrom("cordons", "uncordons", "labels", "taints", "deletes the Node"),
      at: within(200_000),
    }),
    { maxLength: 2 },
  ),
  update: fc.option(within(200_000), { nil: undefined }),
  impostors: fc.array(fc.record({ at: within(200_000), asks: fc.constant("with another key") }), { maxLength: 1 }),
  seed: fc.integer(),
});

describe("GIVEN an up during which anything may happen, WHEN destroy follows", () => {
  const cleared = "THEN nothing is left, no pod ends with its server, and nobody else's key was let in";
  test("THEN nothing is left, no pod ends with its server, and nobody else's key was let in", () =>
    trySchedules("lives", cleared, [cases], async (scheduler, drawn) => {
      const lives = new Lives(scheduler, drawn, requests);
      await lives.up(wanted);
      const results = await lives.repeat(() => lives.destroy());
      expect({ left: lives.left, last: results.at(-1) }).toEqual({ left: [], last: undefined });
    }));
});
