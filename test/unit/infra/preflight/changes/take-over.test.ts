import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { portsValue } from "../../../../../components/server/port-options.ts";
import {
  portTakeOver,
  type PortCandidate,
  type ServerCandidate,
  serverTakeOver,
} from "../../../../../infra/preflight/changes/take-over.ts";
import { existingPort, existingServer, owner } from "../../../../support/preflight-facts.ts";

const name = "lab-7x2kq-metal-0";
const server = existingServer("s0", name, owner);
const ports = [{ name: `${name}-port-0`, stateId: undefined, takeOver: { verdict: "take over", id: "p0" } }] as const;
const ofServer = (change: Partial<ServerCandidate> = {}): ServerCandidate => ({
  name,
  stateId: undefined,
  own: [server],
  isShared: false,
  changes: [],
  ports,
  hasNode: false,
  ...change,
});
const made = (hash: string) => ({ ...server, made: { ...server.made, ports: hash } });

describe("GIVEN a server of the worker's name in the cloud", () => {
  test.each<[string, Partial<ServerCandidate>, string]>([
    ["the stack's own is not in the state", {}, "take over s0"],
    ["it is still being built", { own: [{ ...server, progress: "building" }] }, "take over s0"],
    ["it has a Node", { hasNode: true }, "take over s0"],
    [
      "its port is in the state",
      { ports: [{ ...ports[0], stateId: "p0", takeOver: { verdict: "none" } }] },
      "take over s0",
    ],
    ["its metadata names these ports", { own: [made(portsValue(["p0"]))] }, "take over s0"],
    ["the state has it", { stateId: "s0" }, "none"],
    ["the state has it without an id, after a failure", { stateId: "" }, "none"],
    ["the state has another of that name", { stateId: "s9" }, "refuse"],
    [
      "the state has it, and it is being deleted",
      { stateId: "s0", own: [{ ...server, progress: "leaving" }] },
      "refuse",
    ],
    [
      "the state has it, and it is being deleted in order to be replaced",
      { stateId: "s0", own: [{ ...server, progress: "leaving" }], changes: ["flavor a -> b"] },
      "none",
    ],
    ["there is none", { own: [] }, "none"],
    ["somebody else has one, too", { isShared: true }, "none"],
    ["there are two of the stack", { own: [server, existingServer("s1", name, owner)] }, "none"],
    ["the flavor is another", { changes: ["flavor a -> b"] }, "refuse"],
    ["it is in ERROR", { own: [{ ...server, failure: "no card" }] }, "refuse"],
    ["it is being deleted", { own: [{ ...server, progress: "leaving" }] }, "refuse"],
    ["its port is not found", { ports: [{ ...ports[0], takeOver: { verdict: "none" } }] }, "refuse"],
    ["its metadata names other ports", { own: [made(portsValue(["p9"]))] }, "refuse"],
  ])("WHEN %s THEN this becomes of it", (_, change, expected) => {
    const found = serverTakeOver(ofServer(change));
    expect(found.verdict === "take over" ? `take over ${found.id}` : found.verdict).toBe(expected);
  });

  test("WHEN it has a Node in the cluster THEN nothing advises to delete it, and without one it may be", () => {
    const refused: Partial<ServerCandidate>[] = [
      { changes: ["flavor a -> b"] },
      { stateId: "s9" },
      { own: [{ ...server, failure: "no card" }] },
      { own: [{ ...server, progress: "leaving" }] },
      { stateId: "s0", own: [{ ...server, progress: "leaving" }] },
      { ports: [{ ...ports[0], takeOver: { verdict: "none" } }] },
    ];
    for (const change of refused) {
      expect(JSON.stringify(serverTakeOver(ofServer({ ...change, hasNode: true })))).not.toContain("server delete");
    }
    const free = JSON.stringify(serverTakeOver(ofServer({ changes: ["flavor a -> b"] })));
    expect(free).toContain("flavor a -> b");
    expect(free).toContain("openstack server delete s0");
  });

  test("WHEN anything else is so THEN it is taken over only alone, as the config says and unknown to the state", () => {
    const someServer = fc.record({
      failure: fc.constantFrom(undefined, "no card"),
      progress: fc.constantFrom(undefined, "building", "leaving"),
      hash: fc.constantFrom(undefined, portsValue(["p0"]), "other"),
    });
    fc.assert(
      fc.property(
        fc.array(someServer, { maxLength: 2 }),
        fc.constantFrom(undefined, "s0", "s9"),
        fc.boolean(),
        fc.constantFrom<string[]>([], ["image a -> b"]),
        (found, stateId, isShared, changes) => {
          const own = found.map(({ failure, progress, hash }, i) => ({
            ...existingServer(`s${i}`, name, owner),
            ...{ failure, progress, made: { ...server.made, ports: hash } },
          }));
          const verdict = serverTakeOver(ofServer({ own, stateId, isShared, changes }));
          const [first] = own;
          const isWhole =
            first?.failure === undefined && first?.progress !== "leaving" && first?.made.ports !== "other";
          const expected = own.length === 1 && stateId === undefined && !isShared && changes.length === 0 && isWhole;
          expect(verdict.verdict === "take over").toBe(expected);
        },
      ),
    );
  });
});

describe("GIVEN a port of the worker's name in the cloud", () => {
  const ofPort = (change: Partial<PortCandidate> = {}): PortCandidate => ({
    name: `${name}-port-0`,
    stateId: undefined,
    own: [existingPort(`${name}-port-0`, { id: "p0" })],
    isShared: false,
    changes: [],
    ...change,
  });
  const two = [existingPort(`${name}-port-0`, { id: "p0" }), existingPort(`${name}-port-0`, { id: "p1" })];
  test.each<[string, Partial<PortCandidate>, object]>([
    ["the stack's own is not in the state", {}, { verdict: "take over", id: "p0" }],
    ["the state has it", { stateId: "p0" }, { verdict: "none" }],
    ["the state has another of that name", { stateId: "p9" }, { verdict: "refuse" }],
    ["there is none", { own: [] }, { verdict: "none" }],
    ["somebody else has one, too", { isShared: true }, { verdict: "none" }],
    ["there are two of the stack", { own: two }, { verdict: "refuse" }],
    ["it is in another subnet", { changes: ["networks[0].subnet a -> b"] }, { verdict: "refuse" }],
  ])("WHEN %s THEN this becomes of it", (_, change, expected) => {
    expect(portTakeOver(ofPort(change))).toMatchObject(expected);
  });
});
