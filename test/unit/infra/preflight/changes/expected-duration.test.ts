import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import type { ExistingServer, NodeFacts } from "../../../../../infra/discovery/facts.ts";
import {
  durationOf,
  expectedDuration,
  expectedLine,
  joinSeconds,
} from "../../../../../infra/preflight/changes/expected-duration.ts";
import type { PlannedChange } from "../../../../../infra/preflight/changes/plan.ts";
import { configOf, existingServer, nodeOf, owner } from "../../../../support/preflight-facts.ts";

const infraId = "lab-7x2kq";
const name = (i: number, pool = "metal"): string => `${infraId}-${pool}-${i}`;
const begin = Date.parse("2026-01-01T00:00:00Z");
const at = (seconds: number): string => new Date(begin + seconds * 1000).toISOString();

/** A worker whose server was requested at a time, and whose Node was registered and Ready so much later. */
function joined(worker: string, requested: number, registered: number, ready: number): [NodeFacts, ExistingServer] {
  const created = at(requested + registered);
  const readySince = at(requested + registered + ready);
  return [
    { ...nodeOf(worker, owner, "v1.34.1"), serverId: `id-${worker}`, created, readySince },
    { ...existingServer(`id-${worker}`, worker, owner), created: at(requested) },
  ];
}

/** Four workers that took 9, 10, 11 and 40 minutes. */
const four = [500, 560, 620, 2360].map((registered, i) => joined(name(i), i * 60, registered, 40));
const changes = (verdict: PlannedChange["verdict"], ...workers: string[]): PlannedChange[] =>
  workers.map((worker) => ({ worker, verdict, reason: "" }));
const all = changes("replace, drained", name(0), name(1), name(2), name(3));

function lineOf(
  pool: object,
  planned: PlannedChange[],
  workers: readonly (readonly [NodeFacts, ExistingServer])[] = four,
  parallel?: number,
): string | undefined {
  const config = configOf({ replicas: 4, ...pool });
  const cluster = { infraId, nodes: workers.map(([node]) => node) };
  const servers = workers.map(([, server]) => server);
  const expected = durationOf(config, cluster, servers, planned, parallel);
  return expected && expectedLine(expectedDuration.parse(expected));
}

const line = (total: string, pool: string): string =>
  `expected duration: about ${total}, drains and waits for hosts apart (pool metal ${pool})`;
const history = "the median of its last 4 joins";

describe("GIVEN a pool of four that took 9, 10, 11 and 40 minutes to join", () => {
  test.each<[string, object, PlannedChange[], string | undefined]>([
    ["nothing changes", {}, [], undefined],
    ["one is detached", {}, changes("detach, drained", name(3)), undefined],
    ["two are attached", { replicas: 6 }, changes("attach", name(4), name(5)), line("10m30s", `10m30s, ${history}`)],
    ["all are replaced, one by one", {}, all, line("42m", `4 times 10m30s, ${history}, drains of at most 4 times 30m`)],
    [
      "all are replaced, two at a time, and one is attached before",
      { replicas: 5, rollout: { maxUnavailable: 2 }, drain: { timeout: "5m" } },
      [...all, ...changes("attach", name(4))],
      line("31m30s", `3 times 10m30s, ${history}, drains of at most 2 times 5m`),
    ],
    [
      "a canary goes first",
      { rollout: { maxUnavailable: 3, canary: { count: 1, soak: "1h" } } },
      all,
      line("1h21m", `2 times 10m30s, ${history}, 1h of soak, drains of at most 2 times 30m`),
    ],
  ])("WHEN %s THEN it is expected to take so long", (_case, pool, planned, expected) => {
    expect(lineOf(pool, planned)).toBe(expected);
  });

  test("WHEN the build of one has failed THEN its next one is expected to take as long as the others took", () => {
    const others = four.toSpliced(1, 1);
    const failed = changes("replace", name(1));
    expect(lineOf({}, failed, others)).toBe(line("11m", "11m, the median of its last 3 joins"));
  });

  test("WHEN Pulumi works on two at a time THEN four that are attached take two rounds", () => {
    const attached = changes("attach", name(4), name(5), name(6), name(7));
    expect(lineOf({ replicas: 8 }, attached, four, 2)).toBe(line("21m", `2 times 10m30s, ${history}`));
  });

  test("WHEN workers of another pool are attached too THEN that pool is not known", () => {
    const gpu = { name: "gpu", replicas: 1, flavor: "baremetal", image: "rhcos" };
    const { pools } = configOf({ replicas: 5 });
    const config = { pools: [...pools, ...configOf(gpu).pools] };
    const planned = changes("attach", name(4), name(0, "gpu"));
    const nodes = four.map(([node]) => node);
    const servers = four.map(([, server]) => server);
    const expected = durationOf(config, { infraId, nodes }, servers, planned);
    expect(expected?.unknown).toEqual(["gpu"]);
    expect(expected && expectedLine(expected)).toContain("pool gpu not known, none of its workers is there");
  });

  test("WHEN they are the first THEN nothing is said", () => {
    expect(lineOf({}, changes("attach", name(0)), [])).toBeUndefined();
  });

  test("WHEN it has twelve workers THEN the last ten joins count", () => {
    const workers = Array.from({ length: 12 }, (_, i) => joined(name(i), i * 60, i < 2 ? 1000 : 500, 40));
    expect(lineOf({ replicas: 13 }, changes("attach", name(12)), workers)).toBe(
      line("9m", "9m, the median of its last 10 joins"),
    );
  });
});

describe("GIVEN a worker", () => {
  const [pool] = configOf().pools;
  if (!pool) throw new Error("the config has no pool");
  const [node, server] = joined(name(0), 0, 600, 30);
  test.each<[string, Partial<NodeFacts>, Partial<ExistingServer>, number | undefined]>([
    ["is Ready", {}, {}, 630],
    ["was not Ready meanwhile", { readySince: at(500_000) }, {}, 600],
    ["is not Ready", { readySince: undefined }, {}, 600],
    ["was registered again long after", { created: at(500_000) }, {}, undefined],
    ["is registered from before its server", { created: at(-1) }, {}, undefined],
    ["has the Node of another server", { serverId: "other" }, {}, undefined],
    ["has a Node without a providerID", { serverId: undefined }, {}, 630],
    ["has a server of which Nova does not say when", {}, { created: undefined }, undefined],
  ])("WHEN it %s THEN its join took so long", (_case, inNode, inServer, expected) => {
    expect(joinSeconds({ ...node, ...inNode }, { ...server, ...inServer }, pool.timeouts)).toBe(expected);
  });
});

test("GIVEN any joins WHEN workers are replaced THEN a round takes no less than the shortest and no more than the longest", () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 1800 }), { minLength: 1, maxLength: 10 }), (took) => {
      const workers = took.map((seconds, i) => joined(name(i), i, seconds, 0));
      const config = configOf({ replicas: took.length });
      const nodes = workers.map(([node]) => node);
      const planned = changes("replace, drained", ...took.map((_, i) => name(i)));
      const expected = durationOf(
        config,
        { infraId, nodes },
        workers.map(([, server]) => server),
        planned,
      );
      expect(expected?.seconds).toBeGreaterThanOrEqual(Math.min(...took) * took.length);
      expect(expected?.seconds).toBeLessThanOrEqual(Math.max(...took) * took.length);
    }),
  );
});
