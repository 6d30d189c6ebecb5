import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { numberOf, workerNumbers } from "../../../../infra/config/numbers.ts";
import { workersOf } from "../../../../infra/config/workers.ts";
import { accepted, diagnosticsOf, good, named, pool } from "../../../support/config-fixtures.ts";

const node = (number: number | string): string => `lab-7x2kq-metal-${number}`;
const of = (pool: Record<string, unknown>) =>
  accepted(good(pool)).pools.flatMap((it) =>
    workersOf(it, "lab-7x2kq").map(({ name, fixedIps }) => [name, fixedIps[0]]),
  );
const names = (pool: Record<string, unknown>) => of(pool).map(([name]) => name);

describe("GIVEN a pool of four WHEN one of them is removed by its name THEN the others keep theirs", () => {
  test.each<[number, number[]]>([
    [0, [1, 2, 3]],
    [1, [0, 2, 3]],
    [3, [0, 1, 2]],
  ])("%i", (removed, kept) => {
    expect(names(pool({ replicas: 3, remove: [node(removed)] }))).toEqual(kept.map(node));
  });
});

test("GIVEN a removed worker WHEN replicas stays as it was THEN another comes at the end", () => {
  expect(names(pool({ replicas: 4, remove: [node(1)] }))).toEqual([0, 2, 3, 4].map(node));
});

test("GIVEN a removed worker WHEN its entry is deleted THEN its number is back, and the highest goes", () => {
  expect(names(pool({ replicas: 3, remove: [] }))).toEqual([0, 1, 2].map(node));
});

test("GIVEN fixed addresses WHEN a worker is removed THEN each of the others keeps its own, without an edit of the list", () => {
  const fixedIps = ["10.0.0.1", "10.0.0.2", "10.0.0.3"];
  expect(of(pool({ replicas: 2, remove: [node(1)], fixedIps }))).toEqual([
    [node(0), "10.0.0.1"],
    [node(2), "10.0.0.3"],
  ]);
  expect(of(pool({ replicas: 2, remove: [node(2)], fixedIps }))).toEqual([
    [node(0), "10.0.0.1"],
    [node(1), "10.0.0.2"],
  ]);
});

test("GIVEN any pool WHEN workers are removed one after the other THEN each time exactly that one goes", () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 12 }), fc.infiniteStream(fc.nat()), (replicas, choices) => {
      const remove: string[] = [];
      for (let left = replicas; left > 0; left--) {
        const before = workerNumbers({ name: "metal", replicas: left, remove });
        const gone = before[(choices.next().value ?? 0) % left] ?? -1;
        remove.push(node(gone));
        const after = workerNumbers({ name: "metal", replicas: left - 1, remove });
        expect(after).toEqual(before.filter((it) => it !== gone));
      }
    }),
  );
});

test("GIVEN any pool WHEN it grows THEN nobody's number changes, and as many are there as replicas says", () => {
  const removed = fc.uniqueArray(fc.integer({ min: 0, max: 9 }));
  fc.assert(
    fc.property(fc.integer({ min: 10, max: 30 }), removed, fc.nat(20), (replicas, gone, more) => {
      const remove = gone.map(node);
      const before = workerNumbers({ name: "metal", replicas, remove });
      const after = workerNumbers({ name: "metal", replicas: replicas + more, remove });
      expect(after).toHaveLength(replicas + more);
      expect(after.slice(0, replicas)).toEqual(before);
    }),
  );
});

test.each<[string, string, number | undefined]>([
  ["metal", node(12), 12],
  ["metal", node("01"), undefined],
  ["metal", node("r1"), undefined],
  ["metal", "metal-1", undefined],
  ["metal", "lab-7x2kq-metal-a-1", undefined],
  ["metal-a", "lab-7x2kq-metal-a-1", 1],
  ["m1", "lab-m1-m1-1", 1],
])("GIVEN pool %s WHEN the Node is %s THEN its number is %s", (name, of, number) => {
  expect(numberOf(name, of)).toBe(number);
});

describe("GIVEN an entry of remove that removes nobody WHEN the config is read THEN it is an error that names the pool's Nodes", () => {
  test.each<[string, Record<string, unknown>, Record<string, string>]>([
    [
      "a number that the pool never had",
      pool({ replicas: 2, remove: [node(12)] }),
      { "pools[metal].remove[0]": `the pool has no Node "${node(12)}"` },
    ],
    [
      "another pool's Node",
      pool({ remove: ["lab-7x2kq-gpu-0"] }),
      { "pools[metal].remove[0]": 'the pool has no Node "lab-7x2kq-gpu-0"' },
    ],
    ["a number alone", pool({ remove: ["1"] }), { "pools[metal].remove[0]": 'the pool has no Node "1"' }],
    [
      "a worker twice",
      pool({ remove: [node(1), node(1)] }),
      { "pools[metal].remove[1]": `"${node(1)}" is listed twice` },
    ],
    [
      "a pool of named workers",
      named({ workers: [{ name: "r1" }], remove: [node("r1")] }),
      { "pools[metal].remove": "set together with workers" },
    ],
  ])("%s", (_, it, expected) => {
    expect(diagnosticsOf(good(it))).toEqual(expected);
  });
});

describe("GIVEN a removed worker WHEN the fixed addresses do not reach all the others THEN it is an error", () => {
  const addresses = (count: number) => Array.from({ length: count }, (_, i) => `10.0.0.${i + 1}`);

  test.each([2, 5])("%i addresses", (count) => {
    const it = pool({ replicas: 3, remove: [node(1)], fixedIps: addresses(count) });
    expect(diagnosticsOf(good(it))).toEqual({
      "pools[metal].fixedIps": `${count} addresses for the numbers 0 to 3`,
    });
  });
});

test("GIVEN a worker of another pool with the name of a number WHEN that number is left out THEN the names are unique", () => {
  const others = (remove: string[]) => [
    pool({ name: "a-1", replicas: 2, remove }),
    named({ name: "a", workers: [{ name: "1-0" }] }),
  ];
  expect(diagnosticsOf(good(...others([])))).toEqual({
    "pools[a].workers[1-0].name": "gives a worker the same name as pools[a-1].name",
  });
  accepted(good(...others(["lab-7x2kq-a-1-0"])));
});
