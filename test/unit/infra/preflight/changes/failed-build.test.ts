import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import {
  type BuildCandidate,
  failedBuild,
  lastAttempt,
  type Recorded,
  wantedAttempt,
} from "../../../../../infra/preflight/changes/failed-build.ts";

const candidate: BuildCandidate = {
  server: { failure: "No valid host was found." },
  attempt: 1,
  attempts: 3,
  isEdited: false,
  hasNode: false,
  pool: "pools[metal]",
};

describe("GIVEN a server of the stack's state WHEN it is judged", () => {
  test.each<[string, Partial<BuildCandidate>, object]>([
    ["in ERROR, is replaced", {}, { verdict: "replace", attempt: 2, attempts: 3 }],
    ["in ERROR again, is replaced", { attempt: 2 }, { verdict: "replace", attempt: 3, attempts: 3 }],
    ["in ERROR for the last time, stays", { attempt: 3 }, { verdict: "used up", attempts: 3 }],
    ["in ERROR, stays where nothing is to be tried again", { attempts: 1 }, { verdict: "used up", attempts: 1 }],
    ["in ERROR beside its Node, stays", { hasNode: true }, { verdict: "has a Node" }],
    [
      "in ERROR after it has run, stays although its Node is gone",
      { server: { failure: "Reboot failed.", hasRun: true } },
      { verdict: "has run" },
    ],
    [
      "in ERROR for what would fail again, stays",
      { server: { failure: "Image 5f could not be found." } },
      { verdict: "lasting fault" },
    ],
    ["in ERROR, is the edit's", { isEdited: true, attempt: 3 }, { verdict: "none" }],
    ["in ERROR and going, is not judged", { server: { failure: "x", progress: "leaving" } }, { verdict: "none" }],
    ["that runs, stays", { server: { failure: undefined } }, { verdict: "none" }],
  ])("THEN one that is %s", (_, change, expected) => {
    expect(failedBuild({ ...candidate, ...change })).toMatchObject(expected);
  });
});

test.each<[string, Partial<Recorded>, string | undefined]>([
  ["of an earlier release", {}, undefined],
  ["that succeeded at the second attempt", { inCloud: "2", inState: "2" }, "2"],
  ["whose metadata somebody has edited", { inCloud: "7", inState: "2" }, "2"],
  ["that the state does not have", { isInState: false, inCloud: "2" }, "2"],
])("GIVEN a server %s WHEN nothing is to be done THEN it keeps its attempt", (_, change, expected) => {
  const record = { inCloud: undefined, isInState: true, inState: undefined, ...change };
  expect(wantedAttempt(record, { build: { verdict: "none" }, isEdited: false })).toEqual({
    value: expected,
    replaces: false,
  });
});

test("GIVEN a failed server WHEN the config asks for another THEN the attempts begin anew", () => {
  const record = { inCloud: "3", isInState: true, inState: "3" };
  expect(wantedAttempt(record, { build: { verdict: "none" }, isEdited: true })).toEqual({
    value: undefined,
    replaces: false,
  });
});

test("GIVEN a worker that is repaired WHEN its new server fails to build THEN that is its first attempt", () => {
  const first = { inCloud: "3", isInState: true, inState: "3" };
  const repaired = wantedAttempt(first, { build: { verdict: "none" }, isEdited: false, repaired: "s0" });
  expect(repaired).toEqual({ value: "repair of s0", replaces: true });
  const record = { inCloud: repaired.value, isInState: true, inState: repaired.value };
  expect(wantedAttempt(record, { build: { verdict: "none" }, isEdited: false })).toEqual({
    ...repaired,
    replaces: false,
  });
  const build = failedBuild({ ...candidate, attempt: lastAttempt(record) });
  expect(wantedAttempt(record, { build, isEdited: false })).toEqual({ value: "2", replaces: true });
});

describe("GIVEN any server and any metadata", () => {
  const value = fc.option(fc.oneof(fc.integer({ min: 1, max: 12 }).map(String), fc.string()), { nil: undefined });
  const records = fc.record({ inCloud: value, isInState: fc.constant(true), inState: value });
  const servers = fc.record({
    failure: fc.option(fc.constantFrom("No valid host was found.", "Quota exceeded for instances"), { nil: undefined }),
    progress: fc.constantFrom(undefined, "leaving" as const, "building" as const),
    hasRun: fc.boolean(),
  });
  const situations = fc.record({
    server: servers,
    record: records,
    attempts: fc.integer({ min: 1, max: 10 }),
    isEdited: fc.boolean(),
    hasNode: fc.boolean(),
  });

  test("WHEN it is judged THEN only one in ERROR that has neither run nor a Node is replaced, never beyond the attempts, and by another number", () => {
    fc.assert(
      fc.property(situations, ({ record, ...situation }) => {
        const build = failedBuild({ ...situation, attempt: lastAttempt(record), pool: "pools[metal]" });
        const { value: wanted, replaces } = wantedAttempt(record, { build, isEdited: situation.isEdited });
        expect(replaces).toBe(build.verdict === "replace");
        if (!replaces) return;
        expect(situation.server.failure).toBeDefined();
        expect([situation.hasNode, situation.server.hasRun]).toEqual([false, false]);
        expect(Number(wanted)).toBeLessThanOrEqual(situation.attempts);
        expect([record.inCloud, record.inState]).not.toContain(wanted);
      }),
    );
  });

  test("WHEN it fails as often as it is built THEN it is built as often as the config allows", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 10 }), (attempts) => {
        let builds = 1;
        let metadata: string | undefined;
        for (let ups = 0; ups < 20; ups++) {
          const record = { inCloud: metadata, isInState: true, inState: metadata };
          const build = failedBuild({ ...candidate, attempts, attempt: lastAttempt(record) });
          const wanted = wantedAttempt(record, { build, isEdited: false });
          metadata = wanted.value;
          if (wanted.replaces) builds++;
        }
        expect(builds).toBe(attempts);
      }),
    );
  });
});
