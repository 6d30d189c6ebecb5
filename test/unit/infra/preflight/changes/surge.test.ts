import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { renderPlannedChanges, plannedChanges } from "../../../../../infra/preflight/changes/plan.ts";
import { withSurge } from "../../../../../infra/preflight/changes/surge.ts";
import { workersOf } from "../../../../../infra/config/workers.ts";
import type { PreflightFacts } from "../../../../../infra/preflight/index.ts";
import {
  answer,
  configOf,
  diagnosticsOf,
  existingPort,
  existingServer,
  factsOf,
  nodeOf,
  owner,
} from "../../../../support/preflight-facts.ts";
import { hostOf } from "../../../../support/hosts.ts";

const infraId = "lab-7x2kq";
const worker = (number: number): string => `${infraId}-metal-${number}`;
const note = "surge worker of the roll, detached by the next `pulumi up`";

interface Seen {
  readonly number: number;
  readonly image?: string;
  readonly isSurge?: boolean;
  readonly owner?: string;
}

const server = ({ number, image = "rhcos", isSurge = false, ...seen }: Seen) => ({
  ...existingServer(`s${number}`, worker(number), seen.owner ?? owner),
  made: { flavor: "baremetal", image, ...(isSurge && { surge: "true" }) },
});

/** Each server has a Node that serves. */
const factsWith = (servers: readonly Seen[], change: Parameters<typeof factsOf>[0] = {}): PreflightFacts =>
  factsOf({
    ...change,
    cluster: {
      nodes: servers.map(({ number, ...seen }) => nodeOf(worker(number), seen.owner ?? owner, "v1")),
      ...change.cluster,
    },
    checks: { servers: answer(servers.map(server)), ...change.checks },
  });

const pool = (change: object = {}, rest: object = {}) =>
  configOf({ replicas: 3, rollout: { maxUnavailable: 0, maxSurge: 1 }, ...change }, rest);

const twoPools = ({ cloud }: PreflightFacts): PreflightFacts["cloud"] => ({
  ...cloud,
  pools: [...cloud.pools, ...cloud.pools],
});

const surgeIn = (config: ReturnType<typeof configOf>, facts: PreflightFacts): readonly string[] =>
  withSurge(config, facts).pools[0]?.rollout.surge ?? [];

const old = (...numbers: number[]): Seen[] => numbers.map((number) => ({ number, image: "old" }));
const current = (...numbers: number[]): Seen[] => numbers.map((number) => ({ number }));
const surge = (number: number, image = "rhcos"): Seen => ({ number, image, isSurge: true });

describe("GIVEN a pool of three with maxSurge WHEN an update begins", () => {
  test.each<[string, readonly Seen[], object, number[]]>([
    ["it has a surge worker while workers are to be replaced", old(0, 1, 2), {}, [3]],
    ["it has none if it is attached", [], {}, []],
    ["it has none if nobody is to be replaced", current(0, 1, 2), {}, []],
    ["it has none once the roll is done", [...current(0, 1, 2), surge(3)], {}, []],
    ["an interrupted roll goes on with its own", [...current(0, 1), ...old(2), surge(3)], {}, [3]],
    ["so it does when only the edited surge worker is outdated, too", [...old(0, 1, 2), surge(3, "older")], {}, [3]],
    ["an outdated surge worker alone is no roll", [...current(0, 1, 2), surge(3, "older")], {}, []],
    ["it takes no number of a worker that is detached by the same edit", old(0, 1, 2, 3), {}, [4]],
    ["it takes no number that remove leaves out", old(0, 2, 3), { remove: [worker(1)] }, [4]],
    ["it takes no name of another stack's server", [...old(0, 1, 2), { number: 3, owner: "a/b/c" }], {}, [4]],
    ["it has none without the key", old(0, 1, 2), { rollout: {} }, []],
    [
      "it has no more than workers that are replaced",
      [...current(0), ...old(1, 2)],
      { rollout: { maxSurge: 9 } },
      [3, 4],
    ],
  ])("THEN %s", (_, servers, change, expected) => {
    expect(surgeIn(pool(change), factsWith(servers))).toEqual(expected.map(worker));
  });

  test("THEN a worker that is repaired, or whose build has failed, is no roll", () => {
    const failed = { ...server({ number: 0 }), failure: "no valid host" };
    const facts = factsOf({
      checks: { servers: answer([failed, server({ number: 1 }), server({ number: 2 })]) },
      state: answer({
        servers: Object.fromEntries([0, 1, 2].map((number) => [worker(number), { id: `s${number}` }])),
        ports: {},
      }),
    });
    expect(plannedChanges(pool(), facts)).toMatchObject([{ worker: worker(0), verdict: "replace" }]);
    expect(surgeIn(pool(), facts)).toEqual([]);
  });

  test("THEN a worker counts whose Node tells another specification, as the roll counts it", () => {
    const nodes = [{ ...nodeOf(worker(0), owner, "v1"), serverId: "s0", specHash: "other" }];
    expect(surgeIn(pool(), factsWith(current(0, 1, 2), { cluster: { nodes } }))).toEqual([worker(3)]);
  });

  describe("AND all are replaced, but one is out of service", () => {
    const done = [...current(0, 1, 2), surge(3)];
    const isServing = (number: number): boolean => number !== 2;
    const nodes = done.map(({ number }) => ({ ...nodeOf(worker(number), owner, "v1"), serving: isServing(number) }));

    test("THEN the surge worker stays in its place", () => {
      expect(surgeIn(pool(), factsWith(done, { cluster: { nodes } }))).toEqual([worker(3)]);
    });

    test("THEN it stays also if the last server is not there, as after an interruption of its replacement", () => {
      expect(surgeIn(pool(), factsWith([...current(0, 1), surge(3)]))).toEqual([worker(3)]);
    });

    test("THEN it does not stay for a worker that is to be ignored", () => {
      const rollout = { maxUnavailable: 0, maxSurge: 1, ignore: [worker(2)] };
      expect(surgeIn(pool({ rollout }), factsWith(done, { cluster: { nodes } }))).toEqual([]);
    });
  });

  describe("AND the roll is done, and the state is lost", () => {
    const done = [...current(0, 1, 2), surge(3)];
    const stateOf = (...numbers: number[]) =>
      answer({
        servers: Object.fromEntries(numbers.map((number) => [worker(number), { id: `s${number}` }])),
        ports: {},
      });

    test("THEN the surge worker is taken over first, so that the update after detaches it", () => {
      const description = `worker of ${owner}`;
      const port = existingPort(`${worker(3)}-port-0`, { tags: [`openshiftClusterID=${infraId}`], description });
      const facts = factsWith(done, { state: stateOf(), checks: { clusterPorts: answer([port]) } });
      expect(surgeIn(pool(), facts)).toEqual([worker(3)]);
      const changes = plannedChanges(withSurge(pool(), facts), facts);
      expect(changes.find((change) => change.worker === worker(3))).toMatchObject({ verdict: "taken over" });
      expect(surgeIn(pool(), factsWith(done, { state: stateOf(0, 1, 2, 3) }))).toEqual([]);
    });

    test("THEN one without a Node is left to the claim that an interrupted command has recorded", () => {
      const nodes = [0, 1, 2].map((number) => nodeOf(worker(number), owner, "v1"));
      expect(surgeIn(pool(), factsWith(done, { state: stateOf(0, 1, 2), cluster: { nodes } }))).toEqual([]);
    });
  });

  test("THEN it takes no name of a Node whose server is gone", () => {
    const nodes = [nodeOf(worker(3), owner, "v1")];
    expect(surgeIn(pool(), factsWith(old(0, 1, 2), { cluster: { nodes } }))).toEqual([worker(4)]);
  });

  test("THEN it takes no name that a named worker of another pool is to have", () => {
    const of = (number: number): string => `${infraId}-metal-1-${number}`;
    const [rolled] = pool({ name: "metal-1" }).pools;
    const [other] = configOf({ name: "metal", replicas: undefined, workers: [{ name: "1-4" }, { name: "1-5" }] }).pools;
    if (!rolled || !other) throw new Error("no pool");
    const servers = old(0, 1, 2, 3).map((seen) => ({ ...server(seen), name: of(seen.number) }));
    const facts = factsOf({ checks: { servers: answer(servers) } });
    const both = { ...pool(), pools: [rolled, other] };
    expect(withSurge(both, { ...facts, cloud: twoPools(facts) }).pools[0]?.rollout.surge).toEqual([of(6)]);
    const former = answer([...servers, { ...server(surge(4)), name: of(4) }]);
    const later = { ...facts, cloud: twoPools(facts), checks: { ...facts.checks, servers: former } };
    expect(withSurge(both, later).pools[0]?.rollout.surge).toEqual([of(6)]);
  });

  test("THEN without an outdated worker none is left, and the pool's own workers keep their names, whatever exists", () => {
    const seen = fc.uniqueArray(
      fc.record({
        number: fc.nat({ max: 8 }),
        image: fc.constantFrom("rhcos", "old"),
        isSurge: fc.boolean(),
      }),
      { selector: ({ number }) => number, maxLength: 9 },
    );
    fc.assert(
      fc.property(
        seen,
        fc.integer({ min: 1, max: 5 }),
        fc.integer({ min: 1, max: 3 }),
        (servers, replicas, maxSurge) => {
          const config = pool({ replicas, rollout: { maxUnavailable: 0, maxSurge } });
          const [before] = config.pools;
          const [after] = withSurge(config, factsWith(servers)).pools;
          if (!before || !after) throw new Error("no pool");
          const own = workersOf(before, infraId);
          const all = workersOf(after, infraId);
          expect(all.slice(0, replicas)).toEqual(own);
          const outdated = servers.filter(({ number, image }) => number < replicas && image === "old").length;
          const missing = replicas - servers.filter(({ number }) => number < replicas).length;
          const existing = servers.filter(({ number, isSurge }) => number >= replicas && isSurge).length;
          expect(all.length - replicas).toBe(
            Math.min(maxSurge, Math.max(outdated, Math.min(existing, outdated + missing))),
          );
          expect(new Set(all.map(({ name }) => name)).size).toBe(all.length);
        },
      ),
      { numRuns: 50 },
    );
  });
});

describe("GIVEN a surge worker WHEN the changes are planned THEN its line says what becomes of it", () => {
  const lines = (servers: readonly Seen[]): string[] => {
    const facts = factsWith(servers);
    return renderPlannedChanges(plannedChanges(withSurge(pool(), facts), facts)).filter((line) =>
      line.startsWith(`${worker(3)}:`),
    );
  };

  test.each<[string, readonly Seen[], string]>([
    ["it is attached", old(0, 1, 2), `attach (flavor baremetal, image rhcos; ${note})`],
    ["it stays for the rest of the roll", [...old(0, 1), ...current(2), surge(3)], `kept (${note})`],
    ["another edit replaces it", [...old(0, 1, 2), surge(3, "b")], `replace, drained (image b -> rhcos; ${note})`],
    [
      "the roll is done",
      [...current(0, 1, 2), surge(3)],
      "detach, drained (a surge worker that no roll needs any more)",
    ],
  ])("%s", (_, servers, expected) => {
    expect(lines(servers)).toEqual([`${worker(3)}: ${expected}`]);
  });
});

describe("GIVEN surge workers WHEN preflight checks the update", () => {
  const found = (check: string, config: ReturnType<typeof configOf>, facts: PreflightFacts) =>
    diagnosticsOf(withSurge(config, facts), facts).filter((each) => each.check === check);
  const under = (number: number) => hostOf(`u${number}`, { state: "active", serverId: `s${number}` });
  const hosts = (...more: ReturnType<typeof hostOf>[]) => ({
    checks: { hosts: answer({ source: "Ironic" as const, hosts: [0, 1, 2].map(under).concat(more) }) },
  });

  test("THEN with a spare host it is fine, and without one the error tells how many it takes", () => {
    const config = pool({}, { inventory: "lab-admin" });
    expect(found("hosts", config, factsWith(old(0, 1, 2), hosts(hostOf("spare"))))).toEqual([]);
    expect(found("hosts", config, factsWith(old(0, 1, 2), hosts()))).toMatchObject([
      {
        path: "pools[metal]",
        problem: expect.stringContaining(
          "creates 4 servers of class CUSTOM_BAREMETAL (1 surge worker: it takes 1 spare, there are 0), but only 3 of 3 hosts",
        ),
        remedy: expect.stringContaining("lower rollout.maxSurge"),
      },
    ]);
  });

  test("THEN maxDetach does not count the one that the roll has left, in the cloud or in the state alone", () => {
    const config = pool({}, { maxDetach: 0 });
    const state = answer({ servers: { [worker(3)]: { id: "s3", isSurge: true as const } }, ports: {} });
    const done = [...current(0, 1, 2), surge(3)];
    expect(found("max-detach", config, factsWith(done, { state }))).toEqual([]);
    expect(found("max-detach", config, factsWith(current(0, 1, 2, 3)))).toMatchObject([{ path: "maxDetach" }]);
  });

  test("THEN rollout.ignore may not name one", () => {
    const config = pool({ rollout: { maxUnavailable: 0, maxSurge: 1, ignore: [worker(3)] } });
    expect(found("rollout", config, factsWith(old(0, 1, 2)))).toMatchObject([
      { path: "pools[metal].rollout.ignore[0]", problem: `the pool has no Node "${worker(3)}"` },
    ]);
  });

  test("THEN its addresses and its quota are needed", () => {
    const allocationPools = [{ start: "10.0.0.100", end: "10.0.0.100" }];
    const facts = factsWith(old(0, 1, 2), { subnet: { allocationPools } });
    const needs = (config: ReturnType<typeof configOf>) => found("free-addresses", config, facts)[0]?.problem;
    expect(needs(pool())).toContain("needs 4 addresses");
    expect(needs(pool({ rollout: {} }))).toContain("needs 3 addresses");
  });
});
