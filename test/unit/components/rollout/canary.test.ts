import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { canariesOf, canaryFault, soakEnd } from "../../../../components/rollout/canary.ts";
import { leavingNodes, type Member, type NodeState } from "../../../../components/rollout/gate.ts";
import { waves } from "../../../../components/rollout/waves.ts";

const at = (minute: number): string => new Date(Date.UTC(2026, 0, 1) + minute * 60_000).toISOString();
const node = (name: string, specHash: string, minute: number, change: Partial<NodeState> = {}): NodeState => ({
  name,
  serving: true,
  specHash,
  labels: {},
  updating: false,
  created: at(minute),
  readySince: at(minute),
  ...change,
});
const old = (name: string, change?: Partial<NodeState>): NodeState => node(name, "old", 1, change);
const fresh = (name: string, change?: Partial<NodeState>): NodeState => node(name, "new", 30, change);
const pool: Member[] = ["a", "b", "c", "d"].map((name) => ({ name, specHash: "new", replaced: false }));

describe("GIVEN a pool of four that an edit rolls WHEN its canaries are chosen", () => {
  test.each<[string, NodeState[], number, { done?: string[]; next?: string[]; failed?: string[] }]>([
    ["the first that serves", [old("a"), old("b"), old("c"), old("d")], 1, { next: ["a"] }],
    ["the first two", [old("a"), old("b"), old("c"), old("d")], 2, { next: ["a", "b"] }],
    ["no more than there are", [old("c"), old("d")], 9, { next: ["c", "d"] }],
    ["not one that is out", [old("a", { serving: false }), old("b"), old("c"), old("d")], 1, { next: ["b"] }],
    ["not one that is kept", [node("a", "new", 0), old("b"), old("c"), old("d")], 1, { next: ["b"] }],
    ["none where none is replaced", [fresh("a"), fresh("b"), fresh("c"), fresh("d")], 1, {}],
    ["the one of an earlier command", [fresh("a"), old("b"), old("c"), old("d")], 1, { done: ["a"] }],
    ["one more than that", [fresh("a"), old("b"), old("c"), old("d")], 2, { done: ["a"], next: ["b"] }],
    [
      "the one that was Ready first",
      [fresh("a", { readySince: at(50) }), fresh("b", { readySince: at(40) }), old("c"), old("d")],
      1,
      { done: ["b"] },
    ],
    ["one that is not Ready", [fresh("a", { serving: false }), old("b"), old("c")], 1, { next: ["b"], failed: ["a"] }],
    [
      "the same again when a second edit arrives while it soaks",
      [node("a", "mid", 30), old("b"), old("c"), old("d")],
      1,
      { next: ["a"] },
    ],
    [
      "it alone when the second edit takes the first back",
      [node("a", "mid", 30), node("b", "new", 1), node("c", "new", 1), node("d", "new", 1)],
      1,
      { next: ["a"] },
    ],
    [
      "none of those of a first edit that had reached the others",
      [node("a", "mid", 30), node("b", "mid", 40), old("c"), old("d")],
      1,
      { next: ["a"] },
    ],
    ["not one of unknown age", [fresh("a", { created: undefined }), old("b"), old("c")], 1, { next: ["b"] }],
  ])("THEN %s", (_, nodes, count, expected) => {
    const found = canariesOf(pool, nodes, { canary: { count, soak: 60 }, ignore: [] }, new Set());
    expect({ ...found, done: found.done.map(({ name }) => name) }).toEqual({
      done: [],
      next: [],
      failed: [],
      ...expected,
    });
  });

  test("THEN none that is a surge worker, whether it is Ready or not", () => {
    const nodes = [old("a"), old("b"), old("c")];
    const rollout = { canary: { count: 1, soak: 60 }, ignore: [], surge: ["d"] };
    for (const serving of [true, false]) {
      const found = canariesOf(pool, [...nodes, fresh("d", { serving })], rollout, new Set());
      expect(found).toEqual({ done: [], next: ["a"], failed: [] });
    }
    const outdated = canariesOf(pool, [old("d"), fresh("a"), fresh("b"), fresh("c")], rollout, new Set());
    expect(outdated).toEqual({ done: [], next: [], failed: [] });
  });

  test("THEN none that this command attaches, although the cloud said that it would be replaced", () => {
    const members = pool.map((member) => ({ ...member, replaced: true }));
    const nodes = [fresh("a"), old("b"), old("c"), old("d")];
    const rollout = { canary: { count: 1, soak: 60 }, ignore: [] };
    expect(canariesOf(members, nodes, rollout, new Set(["a"]))).toEqual({ done: [], next: ["b"], failed: [] });
  });

  test("THEN one that an edit of some workers alone leaves as it is, however young, is none; if it is out, it stops the roll", () => {
    const members = pool.map((member) => ({ ...member, isOwnEdit: ["b", "c"].includes(member.name) }));
    const rollout = { canary: { count: 1, soak: 60 }, ignore: [] };
    const nodes = (serving: boolean) => [fresh("a", { serving }), old("b"), old("c"), node("d", "new", 0)];
    expect(canariesOf(members, nodes(true), rollout, new Set())).toEqual({ done: [], next: ["b"], failed: [] });
    expect(canariesOf(members, nodes(false), rollout, new Set())).toMatchObject({ failed: ["a"] });
  });

  test("THEN one that is to be ignored does not stop the roll", () => {
    const nodes = [fresh("a", { serving: false }), old("b")];
    const rollout = { canary: { count: 1, soak: 60 }, ignore: ["a"] };
    expect(canariesOf(pool, nodes, rollout, new Set()).failed).toEqual([]);
  });

  test("THEN there are none without a canary in the config", () => {
    expect(canariesOf(pool, [fresh("a"), old("b")], { ignore: [] }, new Set())).toEqual({
      done: [],
      next: [],
      failed: [],
    });
  });
});

test("GIVEN any pool WHEN it is rolled with canaries THEN they go before the others that leave, none is out in excess, and each is declared once", () => {
  const start = fc.constantFrom("old", "fresh", "kept", "out", "none");
  fc.assert(
    fc.property(
      fc.array(start, { minLength: 1, maxLength: 12 }),
      fc.integer({ min: 1, max: 4 }),
      fc.integer({ min: 1, max: 5 }),
      (starts, maxUnavailable, count) => {
        const names = starts.map((_, i) => `w${i}`);
        const members = names.map((name): Member => ({ name, specHash: "new", replaced: false }));
        const nodes = starts.flatMap((each, i) => {
          const name = names[i] ?? "";
          if (each === "none") return [];
          if (each === "kept") return [node(name, "new", 0)];
          if (each === "fresh") return [fresh(name)];
          return [old(name, { serving: each === "old" })];
        });
        const rollout = { maxUnavailable, ignore: [], canary: { count, soak: 60 } };
        const { done, next } = canariesOf(members, nodes, rollout, new Set());
        const serving = new Set(nodes.flatMap((each) => (each.serving ? each.name : [])));
        const plan = waves(names, serving, rollout, new Set(next));
        expect(plan.flat().sort()).toEqual([...names].sort());
        const leaving = plan.map((wave) =>
          leavingNodes(
            members.filter(({ name }) => wave.includes(name)),
            nodes,
          ).map(({ name }) => name),
        );
        for (const wave of leaving) expect(wave.length).toBeLessThanOrEqual(maxUnavailable);
        expect(leaving.flat().slice(0, next.length)).toEqual(next);
        const all = leaving.flat().length;
        expect(next).toHaveLength(all === 0 ? 0 : Math.min(all, Math.max(0, count - done.length)));
      },
    ),
  );
});

describe("GIVEN canaries WHEN their soak of a minute begins", () => {
  const now = Date.parse(at(60));
  test.each<[string, NodeState[], string[], number]>([
    ["those of this command soak from now on", [], ["a"], now + 60_000],
    ["so do those of two commands", [fresh("a")], ["b"], now + 60_000],
    ["those of an earlier one soak what is left", [fresh("a", { readySince: at(59.5) })], [], now + 30_000],
    ["the last of them counts", [fresh("a"), fresh("b", { readySince: at(59.5) })], [], now + 30_000],
    ["a soak that is over is over", [fresh("a")], [], Date.parse(at(31))],
    [
      "the age of a Node counts where nothing else is known",
      [fresh("a", { readySince: undefined })],
      [],
      Date.parse(at(31)),
    ],
    ["a clock that is ahead lengthens no soak", [fresh("a", { readySince: at(70) })], [], now + 60_000],
  ])("THEN %s", (_, done, next, expected) => {
    expect(soakEnd({ done, next, failed: [] }, 60, now)).toBe(expected);
  });
});

describe("GIVEN canaries that soak WHEN their Nodes are read", () => {
  test.each<[string, NodeState[], string | undefined]>([
    ["all is well", [fresh("a"), fresh("b")], undefined],
    ["one is gone", [fresh("b")], "a has no Node any more"],
    ["one is not Ready", [fresh("a"), fresh("b", { serving: false, readySince: undefined })], "b is not Ready"],
    [
      "one was not Ready between two looks",
      [fresh("a", { readySince: at(45) }), fresh("b")],
      `a has not been Ready for a while (it is again since ${at(45)})`,
    ],
    ["another one is out", [fresh("a"), fresh("b"), old("c", { serving: false })], undefined],
  ])("THEN %s", (_, nodes, expected) => {
    expect(canaryFault([fresh("a"), fresh("b")], nodes)).toBe(expected);
  });
});
