import { describe, expect, test } from "@jest/globals";
import type { ExistingServer, NodeFacts, StateServer } from "../../../../infra/discovery/facts.ts";
import { examine } from "../../../../infra/preflight/changes/examine.ts";
import { plannedChanges, renderPlannedChanges, replacedWorkers } from "../../../../infra/preflight/changes/plan.ts";
import { leavingNodes } from "../../../../infra/preflight/checks/local-volumes.ts";
import { evaluate } from "../../../../infra/preflight/index.ts";
import { answer, configOf, existingServer, factsOf, nodeOf, owner } from "../../../support/preflight-facts.ts";

const worker = "lab-7x2kq-metal-0";
const at = Date.parse("2026-01-02T12:00:00Z");
const ago = (seconds: number): string => new Date(at - seconds * 1000).toISOString();

const joined: ExistingServer = { ...existingServer("s0", worker, owner), created: ago(86_400) };
const silent: NodeFacts = {
  ...nodeOf(worker, owner, "v1.34.1"),
  ...{ serving: false, serverId: "s0", ready: "Unknown", since: ago(720), created: ago(80_000) },
  message: "Kubelet stopped posting node status.",
};
const ready: NodeFacts = { ...silent, serving: true, ready: "True" };

interface Seen {
  readonly pool?: object;
  readonly server?: ExistingServer;
  readonly nodes?: readonly NodeFacts[];
  readonly state?: StateServer;
}

function outcome({ pool = { repair: [worker] }, server = joined, nodes = [silent], state }: Seen = {}) {
  const inState = state ?? { id: server.id, attempt: server.made.attempt, hasJoined: true };
  const facts = {
    ...factsOf({
      checks: { servers: answer([server]) },
      cluster: { nodes },
      state: answer({ servers: { [worker]: inState }, ports: {} }),
    }),
    at,
  };
  const config = configOf(pool);
  const { diagnostics, changes } = evaluate(config, facts);
  return {
    lines: renderPlannedChanges(changes),
    replaced: [...replacedWorkers(changes)],
    leaving: leavingNodes(plannedChanges(config, facts), facts.cluster).map(({ name }) => name),
    said: diagnostics.map(({ check, path, problem, remedy, warning }) => ({ check, path, problem, remedy, warning })),
    attempt: examine(config, facts)[0]?.inCloud.attempt,
  };
}

describe("GIVEN a worker whose Node is not Ready", () => {
  test("WHEN it is listed to be repaired THEN it is replaced, drained, and its volumes are looked at", () => {
    expect(outcome()).toEqual({
      lines: [`${worker}: replace, drained (repair: its Node has not been Ready for 12m)`],
      replaced: [worker],
      leaving: [worker],
      said: [],
      attempt: { value: "repair of s0", replaces: true },
    });
  });

  test("WHEN an up that repairs it is killed while the new server joins THEN the next one goes on with it", () => {
    const server = {
      ...existingServer("s1", worker, owner),
      created: ago(600),
      made: { ...joined.made, attempt: "repair of s0" },
    };
    const found = outcome({ server, state: { id: "s1", attempt: "repair of s0" } });
    expect(found).toMatchObject({ replaced: [], attempt: { value: "repair of s0", replaces: false } });
    expect(found.lines).toEqual([expect.stringMatching(/kept \(repair: its server has been joining for 10m/)]);
  });

  test("WHEN the new server's build fails beside the Node of the former one THEN that is its first attempt", () => {
    const made = { ...joined.made, attempt: "repair of s0" };
    const server = { ...existingServer("s1", worker, owner), failure: "No valid host was found.", made };
    const found = outcome({ server, state: { id: "s1", attempt: "repair of s0" } });
    expect(found.attempt).toEqual({ value: "2", replaces: true });
    expect(found.lines).toEqual([expect.stringContaining("attempt 2 of 3")]);
  });

  test("WHEN its server is in ERROR, too THEN the warning says that this up replaces it", () => {
    const found = outcome({ server: { ...joined, failure: "host gone" } });
    expect(found.replaced).toEqual([worker]);
    expect(found.said).toMatchObject([
      { check: "failed-server", remedy: expect.stringMatching(/^this `up` replaces it/) },
    ]);
  });

  test("WHEN it is not listed THEN it stays, and a warning says what to type", () => {
    const found = outcome({ pool: {} });
    expect(found).toMatchObject({ lines: [], replaced: [], attempt: { replaces: false } });
    expect(found.said).toEqual([
      {
        check: "not-ready",
        path: "pools[metal]",
        problem: `Node ${worker} has been NotReady for 12m: Kubelet stopped posting node status.`,
        remedy: `look at its machine (openstack server show s0); to replace it: npm run repair -- --stack stack ${worker}`,
        warning: true,
      },
    ]);
  });

  test.each<[string, Seen]>([
    ["for less than health.notReadyAfter", { pool: { health: { notReadyAfter: "13m" } } }],
    ["and is replaced by an edit", { pool: { image: "next" } }],
    ["in a join that may still succeed", { pool: {}, server: { ...joined, created: ago(800) }, state: { id: "s0" } }],
    ["in an update by the machine-config operator", { pool: {}, nodes: [{ ...silent, updating: true }] }],
    ["on another server", { pool: {}, nodes: [{ ...silent, serverId: "s9" }] }],
    ["since a time that is not known", { pool: {}, nodes: [{ ...silent, since: undefined, created: undefined }] }],
  ])("WHEN it is so %s THEN no warning names it", (_, seen) => {
    expect(outcome(seen).said.filter(({ check }) => check === "not-ready")).toEqual([]);
  });
});

describe("GIVEN a worker whose Node is Ready", () => {
  test("WHEN it is still listed THEN it stays, without a warning", () => {
    const server = { ...joined, made: { ...joined.made, attempt: "repair of s-1" } };
    expect(outcome({ server, nodes: [ready] })).toMatchObject({
      lines: [`${worker}: kept (repair: its Node is Ready: the entry can be removed)`],
      replaced: [],
      said: [],
      attempt: { value: "repair of s-1", replaces: false },
    });
  });

  test("WHEN a misspelled name is listed THEN it is an error that says the name", () => {
    const { said } = outcome({ pool: { repair: ["lab-7x2kq-metal-O"] }, nodes: [ready] });
    expect(said).toMatchObject([
      { check: "repair", path: "pools[metal].repair[0]", remedy: `write ${worker} instead`, warning: undefined },
    ]);
  });
});
