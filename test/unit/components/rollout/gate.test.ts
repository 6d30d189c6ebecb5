import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { blockers, type Member, type NodeState } from "../../../../components/rollout/gate.ts";
import { waveSize } from "../../../../components/rollout/surge.ts";

const members = (...names: string[]): Member[] => names.map((name) => ({ name, specHash: "new", replaced: false }));
const serving = (name: string, specHash: string | undefined = "old"): NodeState => ({
  name,
  serving: true,
  specHash,
  labels: {},
  updating: false,
});
const broken = (name: string): NodeState => ({ ...serving(name), serving: false });
const pool = members("a", "b", "c");

describe("GIVEN a pool that an edit rolls (design.md 11: every member that is not Ready counts as out)", () => {
  test.each<[string, Member[], NodeState[], number, string[], string[]]>([
    ["all serve", members("a"), [serving("a"), serving("b"), serving("c")], 1, [], []],
    ["another is broken", members("a"), [serving("a"), broken("b"), serving("c")], 1, [], ["b"]],
    ["another has no Node", members("a"), [serving("a"), serving("c")], 1, [], ["b"]],
    ["the broken one is to be ignored", members("a"), [serving("a"), broken("b"), serving("c")], 1, ["b"], []],
    ["two may be out", members("a"), [serving("a"), broken("b"), serving("c")], 2, [], []],
    ["two may be out, and two are", members("a"), [serving("a"), broken("b"), broken("c")], 2, [], ["b", "c"]],
    ["nothing is replaced", members("a"), [serving("a", "new"), broken("b"), serving("c")], 1, [], []],
    [
      "nobody knows what it was made from",
      members("a"),
      [{ ...serving("a"), specHash: undefined }, broken("b")],
      1,
      [],
      [],
    ],
    [
      "nothing but the cloud shows that it is replaced",
      [{ name: "a", specHash: "new", replaced: true }],
      [serving("a", "new"), broken("b"), serving("c")],
      1,
      [],
      ["b"],
    ],
    [
      "the cloud shows that it is replaced, and it does not serve",
      [{ name: "a", specHash: "new", replaced: true }],
      [broken("a"), broken("b"), serving("c")],
      1,
      [],
      [],
    ],
    [
      "the machine-config operator has begun with another",
      members("a"),
      [serving("a"), { ...serving("b"), updating: true }, serving("c")],
      1,
      [],
      ["b"],
    ],
    [
      "the machine-config operator has begun with another, which is to be ignored",
      members("a"),
      [serving("a"), { ...serving("b"), updating: true }, serving("c")],
      1,
      ["b"],
      [],
    ],
    ["the wave itself is out", members("a"), [broken("a"), broken("b"), serving("c")], 1, [], []],
  ])(
    "WHEN %s THEN its wave begins or is held up by whom it says",
    (_, wave, nodes, maxUnavailable, ignore, expected) => {
      expect(blockers(wave, pool, nodes, { maxUnavailable, ignore })).toEqual(expected);
    },
  );

  test("THEN with surge workers never fewer serve than the pool has, less those that may be out", () => {
    const state = fc.record({ serving: fc.boolean(), updating: fc.boolean() });
    const small = fc.nat({ max: 3 });
    const states = fc.array(state, { minLength: 4, maxLength: 8 });
    fc.assert(
      fc.property(states, small, small, fc.integer({ min: 1, max: 4 }), (given, maxUnavailable, spare, size) => {
        const nodes = given.map((each, i) => ({ name: `w${i}`, labels: {}, specHash: "old", ...each }));
        const names = nodes.map(({ name }) => name);
        const surge = names.slice(names.length - spare);
        const limits = { maxUnavailable, surge, ignore: [] };
        const leaving = nodes.filter((it) => it.serving).slice(0, Math.min(size, waveSize(limits)));
        const wave = members(...leaving.map(({ name }) => name));
        if (wave.length === 0 || blockers(wave, members(...names), nodes, limits).length > 0) return;
        const left = nodes.filter((it) => it.serving && !it.updating && !leaving.includes(it));
        const out = nodes.filter((it) => (!it.serving || it.updating) && !leaving.includes(it));
        expect(left.length + out.length + wave.length).toBe(names.length);
        expect(left.length).toBeGreaterThanOrEqual(names.length - spare - maxUnavailable);
      }),
    );
  });

  test("THEN a wave that begins never leaves more out than allowed, unless it replaces no worker", () => {
    const state = fc.record({
      serving: fc.boolean(),
      updating: fc.boolean(),
      specHash: fc.constantFrom("old", "new", undefined),
    });
    const states = fc.tuple(state, state, state, state);
    fc.assert(
      fc.property(
        states,
        fc.integer({ min: 1, max: 3 }),
        fc.integer({ min: 1, max: 3 }),
        (given, size, maxUnavailable) => {
          const names = ["a", "b", "c", "d"];
          const nodes = given.map((each, i) => ({ name: names[i] ?? "", labels: {}, ...each }));
          const wave = members(...names.slice(0, Math.min(size, maxUnavailable)));
          if (blockers(wave, members(...names), nodes, { maxUnavailable, ignore: [] }).length > 0) return;
          const inWave = new Set(wave.map(({ name }) => name));
          const replaced = nodes.filter((it) => inWave.has(it.name) && it.serving && it.specHash === "old");
          const out = nodes.filter((it) => !inWave.has(it.name) && (!it.serving || it.updating));
          if (replaced.length > 0 && out.length > 0)
            expect(replaced.length + out.length).toBeLessThanOrEqual(maxUnavailable);
        },
      ),
    );
  });
});
