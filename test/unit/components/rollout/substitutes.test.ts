import { expect, test } from "@jest/globals";
import type { NodeState } from "../../../../components/rollout/gate.ts";
import { Roll } from "../../../../components/rollout/roll.ts";

const node = (name: string, change: Partial<NodeState>): NodeState => ({
  ...{ name, serving: true, specHash: "old", labels: {}, updating: false },
  ...change,
});

/** Rolls a pool of which c is out, and the cordoned surge worker s runs its pods; gives the waves in which all are declared. */
async function wavesOf(comesBack: boolean): Promise<string[][]> {
  const nodes = new Map(
    [node("a", {}), node("b", {}), node("c", { serving: false }), node("s", { cordoned: true })].map((it) => [
      it.name,
      it,
    ]),
  );
  const waves: string[][] = [];
  const nothing = (): Promise<void> => Promise.resolve();
  let looks = 0;
  const roll = new Roll({
    pool: "metal",
    configPath: "pools[metal]",
    members: ["a", "b", "c", "s"].map((name) => ({ name, specHash: "new", replaced: false })),
    rollout: { maxUnavailable: 0, surge: ["s"], ignore: [] },
    machineConfigPool: "worker",
    machineConfigPools: [],
    preview: undefined,
    currentNodes: () => {
      looks += 1;
      return Promise.resolve([...nodes.values()]);
    },
    currentMachineConfigPools: () => Promise.resolve([]),
    ...{ warn: nothing, info: nothing, status: nothing },
  });
  const done = roll.run(({ name }) => {
    (waves[looks] ??= []).push(name);
    const isBack = name !== "c" || comesBack;
    nodes.set(name, node(name, { specHash: "new", serving: isBack }));
    return { joined: () => (isBack ? Promise.resolve() : Promise.reject(new Error("it has not joined"))) };
  });
  if (comesBack) await done;
  else await expect(done).rejects.toThrow("the roll stops, because c did not come back into service");
  return waves.filter((wave) => wave.length > 0);
}

test("GIVEN a worker that is out, and a cordoned surge worker that runs its pods WHEN an edit replaces both THEN the first has to come back before the other is drained", async () => {
  expect(await wavesOf(true)).toEqual([["c"], ["s"], ["a"], ["b"]]);
  expect(await wavesOf(false)).toEqual([["c"]]);
});
