import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { joinBound, repair, type RepairCandidate } from "../../../../../infra/preflight/changes/repair.ts";
import { configOf } from "../../../../support/preflight-facts.ts";

const now = Date.parse("2026-01-02T12:00:00Z");
const ago = (seconds: number): string => new Date(now - seconds * 1000).toISOString();

const [pool] = configOf({ timeouts: { provision: "10m", boot: "10m", servingCsr: "5m", ready: "5m" } }).pools;
if (!pool) throw new Error("no pool");

const server = { id: "s1", failure: undefined, created: ago(86_400) };
const silent = { serverId: "s1", serving: false, ready: "Unknown", since: ago(720), updating: false };
const candidate: RepairCandidate = {
  isListed: true,
  server,
  isEdited: false,
  hasJoined: true,
  node: silent,
  pool,
  now,
};
const young = { ...server, created: ago(600) };
const failed = { ...server, failure: "No valid host was found." };

describe("GIVEN a worker of pools[].repair WHEN up is previewed", () => {
  test.each<[string, Partial<RepairCandidate>, string]>([
    ["whose Node is silent", {}, "its Node has not been Ready for 12m"],
    ["whose Node reports NotReady", { node: { ...silent, ready: "False" } }, "its Node has not been Ready for 12m"],
    ["whose Node never reported", { node: { ...silent, ready: undefined } }, "its Node has not been Ready for 12m"],
    ["that joined lately and failed", { server: young }, "its Node has not been Ready for 12m"],
    ["whose Node somebody deleted", { node: undefined }, "its Node is gone"],
    ["that never joined", { node: undefined, hasJoined: false }, "it has not joined"],
    ["whose server has failed beside its Node", { server: failed }, "its Node has not been Ready for 12m"],
    ["whose server has failed after it had joined", { server: failed, node: undefined }, "its Node is gone"],
    ["at a time that is not known", { now: undefined }, "its Node is not Ready"],
    [
      "whose update by the machine-config operator takes too long",
      { node: { ...silent, updating: true } },
      "its Node has not been Ready for 12m",
    ],
  ])("THEN one %s is replaced", (_, change, reason) => {
    expect(repair({ ...candidate, ...change })).toEqual({ verdict: "replace", reason });
  });

  test.each<[string, Partial<RepairCandidate>, RegExp]>([
    ["that serves", { node: { ...silent, serving: true, ready: "True" } }, /^its Node is Ready/],
    ["that the machine-config operator drains", { node: { ...silent, ready: "True" } }, /^its Node is Ready/],
    [
      "that the machine-config operator reboots",
      { node: { ...silent, since: ago(60), updating: true } },
      /machine-config operator/,
    ],
    ["whose server is being rebooted", { server: { ...server, progress: "building" } }, /^its server is building$/],
    [
      "whose new server has no Node yet",
      { server: young, node: undefined, hasJoined: false },
      /joining for 10m: it is replaced if it has not joined within 30m$/,
    ],
    ["whose new server's Node is not Ready yet", { server: young, hasJoined: false }, /joining/],
    [
      "whose new server is beside the Node of the former one",
      { server: young, hasJoined: false, node: { ...silent, serverId: "s0" } },
      /joining/,
    ],
    [
      "that has not joined at a time that is not known",
      { hasJoined: false, node: undefined, now: undefined },
      /its server has been joining: it is/,
    ],
  ])("THEN one %s stays", (_, change, reason) => {
    expect(repair({ ...candidate, ...change })).toMatchObject({
      verdict: "stays",
      reason: expect.stringMatching(reason),
    });
  });

  test.each<[string, Partial<RepairCandidate>]>([
    ["that is not listed", { isListed: false }],
    ["that an edit replaces", { isEdited: true }],
    ["whose build has failed", { server: failed, hasJoined: false, node: undefined }],
  ])("THEN one %s is none of its business", (_, change) => {
    expect(repair({ ...candidate, ...change })).toEqual({ verdict: "none" });
  });
});

test("GIVEN any worker WHEN up is previewed THEN only a listed one is replaced, never a serving one, and none that may still join", () => {
  const seconds = fc.integer({ min: 0, max: 7200 });
  const situations = fc.record({
    isListed: fc.boolean(),
    isEdited: fc.boolean(),
    hasJoined: fc.boolean(),
    now: fc.option(fc.constant(now), { nil: undefined }),
    server: fc.record({
      id: fc.constant("s1"),
      failure: fc.option(fc.constant("No valid host was found."), { nil: undefined }),
      progress: fc.constantFrom(undefined, "building" as const, "leaving" as const),
      created: fc.option(seconds.map(ago), { nil: undefined }),
    }),
    node: fc.option(
      fc.record({
        serverId: fc.constantFrom("s0", "s1", undefined),
        serving: fc.boolean(),
        ready: fc.constantFrom("True", "False", "Unknown", undefined),
        since: fc.option(seconds.map(ago), { nil: undefined }),
        created: seconds.map(ago),
        updating: fc.boolean(),
      }),
      { nil: undefined },
    ),
  });
  fc.assert(
    fc.property(situations, (situation) => {
      if (repair({ ...situation, pool }).verdict !== "replace") return;
      const { isListed, isEdited, hasJoined, server: it, node } = situation;
      expect({ isListed, isEdited, progress: it.progress }).toEqual({
        isListed: true,
        isEdited: false,
        progress: undefined,
      });
      expect(node?.serving === true || node?.ready === "True").toBe(false);
      if (hasJoined) return;
      expect(now - Date.parse(it.created ?? "")).toBeGreaterThanOrEqual(joinBound(pool) * 1000);
    }),
  );
});
