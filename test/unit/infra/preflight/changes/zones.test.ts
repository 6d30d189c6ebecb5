import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import type { ExistingServer } from "../../../../../infra/discovery/facts.ts";
import { plannedChanges, renderPlannedChanges } from "../../../../../infra/preflight/changes/plan.ts";
import { spreadZones, workerZones, type ZonedWorker } from "../../../../../infra/preflight/changes/zones.ts";
import { answer, configOf, existingServer, factsOf, owner } from "../../../../support/preflight-facts.ts";

const abc = ["a", "b", "c"];
const worker = (name: string | number, change: Partial<ZonedWorker> = {}): ZonedWorker => ({
  name: String(name),
  own: undefined,
  current: undefined,
  number: typeof name === "number" ? name : undefined,
  ...change,
});
const placed = (zones: readonly string[], ...workers: readonly ZonedWorker[]): string =>
  [...spreadZones(zones, workers)]
    .toSorted(([one], [other]) => one.localeCompare(other))
    .map(([name, zone]) => `${name}:${zone}`)
    .join(" ");

test.each<[string, string, string]>([
  ["of a number", placed(abc, ...[0, 1, 2, 3].map((i) => worker(i))), "0:a 1:b 2:c 3:a"],
  ["of a number, beside one that is left out", placed(abc, worker(0), worker(2), worker(3)), "0:a 2:c 3:a"],
  ["of a name", placed(abc, ...["p", "q", "r", "s"].map((name) => worker(name))), "p:a q:b r:c s:a"],
  ["that runs, whatever its number", placed(abc, worker(0, { current: "c" }), worker(1)), "0:c 1:b"],
  ["of a name, where the fewest run", placed(abc, worker("p", { current: "a" }), worker("q")), "p:a q:b"],
  ["that runs in a zone that is not listed", placed(["a", "b"], worker(1, { current: "z" })), "1:b"],
  ["with a zone of its own", placed(abc, worker("p", { own: "a" }), worker("q")), "q:b"],
  ["on a machine of its own", placed(abc, worker("p", { own: "a:host:node" }), worker("q")), "q:b"],
  ["with a zone of its own that is not listed", placed(abc, worker("p", { own: "z" }), worker("q")), "q:a"],
])("GIVEN a worker %s WHEN zones are spread THEN %s", (_, found, expected) => {
  expect(found).toBe(expected);
});

const zoneList = fc.uniqueArray(fc.constantFrom("a", "b", "c", "d", "e"), { minLength: 1 });
const names = fc.uniqueArray(fc.string({ minLength: 1, maxLength: 3 }), { maxLength: 12 });

test("GIVEN workers of which none runs WHEN zones are spread THEN no zone has two more than another", () => {
  fc.assert(
    fc.property(zoneList, names, fc.boolean(), (zones, all, areNumbered) => {
      const workers = all.map((name, i) => worker(areNumbered ? i : name));
      const counts = zones.map((zone) => [...spreadZones(zones, workers).values()].filter((it) => it === zone).length);
      expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(1);
    }),
  );
});

test("GIVEN workers that run WHEN names or zones are added and removed THEN each that stays is where it was", () => {
  fc.assert(
    fc.property(zoneList, names, zoneList, names, fc.boolean(), (zones, before, added, after, areNumbered) => {
      const workersOf = (all: readonly string[]): ZonedWorker[] => all.map((name, i) => worker(areNumbered ? i : name));
      const attached = spreadZones(zones, workersOf(before));
      const running = workersOf(after).map((each) => ({ ...each, current: attached.get(each.name) }));
      const edited = spreadZones([...new Set([...zones, ...added])], running);
      for (const { name, current } of running) if (current !== undefined) expect(edited.get(name)).toBe(current);
    }),
  );
});

describe("GIVEN a pool whose workers run", () => {
  const name = (i: number | string): string => `lab-7x2kq-metal-${i}`;
  const inZone = (i: number | string, zone: string, change: Partial<ExistingServer> = {}): ExistingServer => ({
    ...existingServer(String(i), name(i), owner),
    actual: { zone },
    ...change,
  });
  const lines = (pool: object, ...servers: ExistingServer[]): string[] =>
    renderPlannedChanges(plannedChanges(configOf(pool), factsOf({ checks: { servers: answer(servers) } })));
  const running = [inZone(0, "a"), inZone(1, "b"), inZone(2, "a")];
  const two = { replicas: 3, availabilityZones: ["a", "b"] };

  test("WHEN nothing is edited THEN nothing is planned", () => {
    expect(lines(two, ...running)).toEqual([]);
  });

  test("WHEN a zone is appended THEN they stay, and the preview says so of those whose number it has", () => {
    expect(lines({ replicas: 3, availabilityZones: abc }, ...running)).toEqual([
      `${name(2)}: kept (it stays in zone a: zone c, which its number has in availabilityZones, is for a new worker)`,
    ]);
  });

  test("WHEN a zone is no longer listed THEN they stay, and the preview says so", () => {
    expect(lines({ replicas: 2, availabilityZones: ["a"] }, inZone(0, "a"), inZone(1, "b"))).toEqual([
      `${name(1)}: kept (it stays in zone b, which availabilityZones does not list)`,
    ]);
  });

  test("WHEN the list replaces zones of their own THEN they stay", () => {
    const made = { flavor: "baremetal", image: "rhcos", availabilityZone: "a" };
    const pool = { replicas: undefined, workers: [{ name: "u7" }], availabilityZones: ["b", "a"] };
    expect(lines(pool, inZone("u7", "a", { made }))).toEqual([]);
  });

  test("WHEN a worker is added THEN the preview has its zone", () => {
    const pool = { replicas: 3, availabilityZones: abc };
    expect(lines(pool, inZone(0, "a"), inZone(1, "b"))).toEqual([
      `${name(2)}: attach (flavor baremetal, image rhcos, zone c)`,
    ]);
  });

  test("WHEN a build has failed THEN its zone does not count", () => {
    const failed = inZone(0, "b", { failure: "No valid host was found" });
    const config = configOf({ replicas: 1, availabilityZones: ["a", "b"] });
    expect(workerZones(config, factsOf({ checks: { servers: answer([failed]) } })).get(name(0))).toBe("a");
  });
});
