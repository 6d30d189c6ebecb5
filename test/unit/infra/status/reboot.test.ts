import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { rebootable, rebootOf } from "../../../../infra/status/reboot.ts";
import { seenWorkers } from "../../../../infra/status/workers.ts";
import {
  ago,
  clusterOf,
  cloudOf,
  nodeStatus,
  now,
  observed,
  serverStatus,
  worker,
} from "../../../support/observations.ts";
import { answer } from "../../../support/preflight-facts.ts";

const name = worker(0);
const silent = { ready: "Unknown", since: ago(720) };

interface Seen {
  readonly node?: Partial<Parameters<typeof nodeStatus>[2]> | null;
  readonly servers?: readonly ReturnType<typeof serverStatus>[];
}

function verdictOf(
  asked: string,
  { node = {}, servers = [serverStatus("s0", name)] }: Seen = {},
  identity?: Parameters<typeof rebootable>[2],
) {
  const nodes = node === null ? [] : [nodeStatus(name, "s0", { ...silent, ...node })];
  const seen = seenWorkers(observed({ cluster: answer(clusterOf(nodes)), cloud: answer(cloudOf(servers)) }));
  return rebootable(asked, new Map(seen.map((each) => [each.name, each])), identity);
}

describe("GIVEN a worker that is to be repaired WHEN a reboot is asked for", () => {
  test("THEN one whose Node is not Ready is rebooted", () => {
    expect(verdictOf(name)).toEqual({ verdict: "rebootable", serverId: "s0" });
  });

  test("THEN so is one whose machine is off", () => {
    const servers = [serverStatus("s0", name, { status: "SHUTOFF", power: "off" })];
    expect(verdictOf(name, { servers })).toMatchObject({ verdict: "rebootable" });
  });

  describe("WHEN Nodes of the cluster get no providerID", () => {
    const verdict = (node: Seen["node"], servers = [serverStatus("s0", name)]) =>
      verdictOf(name, { node: { serverId: undefined, ...node }, servers }, "address");

    test("THEN one whose Node is annotated with its server is rebooted", () => {
      expect(verdict({})).toEqual({ verdict: "rebootable", serverId: "s0" });
    });

    test.each<[string, Seen["node"], string]>([
      ["of another server", {}, "s9"],
      ["of no server", { annotatedServerId: undefined }, "s0"],
      ["of another name", { name: "quite-another" }, "s0"],
    ])("THEN the update decides of one whose Node is %s", (_, node, server) => {
      expect(verdict(node, [serverStatus(server, name)])).toMatchObject({ verdict: "update" });
    });
  });

  test.each(["rebooting_hard", "reboot_pending_hard", "reboot_started_hard", "rebooting"])(
    "THEN Nova's record decides of one that an interrupted command has had rebooted, as long as Nova is at it (%s)",
    (taskState) => {
      const servers = [serverStatus("s0", name, { status: "SHUTOFF", taskState })];
      expect(verdictOf(name, { servers })).toEqual({ verdict: "rebootable", serverId: "s0" });
    },
  );

  test("THEN a Ready one is not: it needs no repair", () => {
    const reason = `worker ${name} is not repaired: its Node is Ready`;
    expect(verdictOf(name, { node: { ready: "True" } })).toEqual({ verdict: "ready", reason });
  });

  test.each<[string, string, Seen, RegExp]>([
    [
      "an unknown name",
      "lab-7x2kq-metal-O",
      {},
      /no pool has a worker "lab-7x2kq-metal-O": type lab-7x2kq-metal-0 instead/,
    ],
    [
      "a name unlike any",
      "quite-another",
      {},
      /no pool has a worker "quite-another": npm run status -- --stack <stack> lists them/,
    ],
  ])("THEN %s is refused with the reason", (_, asked, seen, reason) => {
    expect(verdictOf(asked, seen)).toEqual({ verdict: "refuse", reason: expect.stringMatching(reason) });
  });

  test.each<[string, Seen, RegExp]>([
    ["it has no Node", { node: null }, /no Node/],
    ["the machine-config operator reboots it", { node: { updating: true } }, /machine-config operator/],
    ["it has no server", { servers: [] }, /not exactly one server/],
    ["it has two", { servers: [serverStatus("s0", name), serverStatus("s1", name)] }, /not exactly one server/],
    ["its Node has another server's providerID", { servers: [serverStatus("s9", name)] }, /not that of its server/],
    ["its Node has only the annotation", { node: { serverId: undefined } }, /not that of its server/],
    ["Nova stops it", { servers: [serverStatus("s0", name, { taskState: "powering-off" })] }, /powering-off/],
  ])("THEN the update decides of one of which %s", (_, seen, reason) => {
    expect(verdictOf(name, seen)).toEqual({ verdict: "update", reason: expect.stringMatching(reason) });
  });
});

describe("GIVEN Nova's record of a server's reboots", () => {
  const bound = 600;
  const before = (seconds: number): number => now - seconds * 1000;

  test.each<[string, number[], object]>([
    ["none", [], { verdict: "reboot", serverId: "s0" }],
    ["one of a day ago", [before(86_400)], { verdict: "reboot", serverId: "s0" }],
    ["one that the command was killed after", [before(60)], { verdict: "await", until: now + 540_000 }],
    ["one that did not bring it back", [before(600)], { verdict: "update", reason: "it was rebooted 10m ago already" }],
    ["several", [before(7200), before(90_000)], { verdict: "update", reason: "it was rebooted 2h ago already" }],
  ])("WHEN it has %s THEN it is rebooted once", (_, reboots, expected) => {
    expect(rebootOf("s0", bound, reboots, now)).toEqual(expected);
  });

  test("WHEN the command is repeated at any times THEN a server is rebooted once a day at most", () => {
    fc.assert(
      fc.property(
        fc.array(fc.nat(3 * 86_400), { maxLength: 40 }),
        fc.integer({ min: 1, max: 86_400 }),
        (times, limit) => {
          const reboots: number[] = [];
          for (const at of times.toSorted((a, b) => a - b)) {
            if (rebootOf("s0", limit, reboots, at * 1000).verdict === "reboot") reboots.unshift(at * 1000);
          }
          const gaps = reboots.slice(1).map((at, i) => (reboots[i] ?? 0) - at);
          expect(gaps.filter((gap) => gap < 86_400_000)).toEqual([]);
        },
      ),
    );
  });
});
