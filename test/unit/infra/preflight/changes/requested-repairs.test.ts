import { describe, expect, test } from "@jest/globals";
import type { Diagnostic } from "../../../../../infra/diagnostics/diagnostic.ts";
import type { ExistingServer, NodeFacts, StateServer } from "../../../../../infra/discovery/facts.ts";
import { examine } from "../../../../../infra/preflight/changes/examine.ts";
import { plannedChanges, renderPlannedChanges } from "../../../../../infra/preflight/changes/plan.ts";
import {
  openRepairs,
  requestedRepairDiagnostics,
  skippedRepairDiagnostics,
  withRepairs,
} from "../../../../../infra/preflight/changes/requested-repairs.ts";
import { wantedWorkers } from "../../../../../infra/preflight/checks/names.ts";
import { answer, configOf, existingServer, factsOf, nodeOf, owner } from "../../../../support/preflight-facts.ts";

const infraId = "lab-7x2kq";
const worker = `${infraId}-metal-0`;
const at = Date.parse("2026-01-02T12:00:00Z");
const ago = (seconds: number): string => new Date(at - seconds * 1000).toISOString();

const joined: ExistingServer = { ...existingServer("s0", worker, owner), created: ago(86_400) };
const silent: NodeFacts = {
  ...nodeOf(worker, owner, "v1.34.1"),
  ...{ serving: false, serverId: "s0", ready: "Unknown", since: ago(720), created: ago(80_000) },
};
const ready: NodeFacts = { ...silent, serving: true, ready: "True" };

interface Seen {
  readonly pool?: object;
  readonly servers?: readonly ExistingServer[];
  readonly nodes?: readonly NodeFacts[];
  readonly state?: StateServer;
}

interface Outcome {
  readonly lines: readonly string[];
  readonly diagnostics: readonly Diagnostic[];
}

function outcome(requested: readonly string[], seen: Seen = {}): Outcome {
  const { pool = {}, servers = [joined], nodes = [silent], state = { id: "s0", hasJoined: true } } = seen;
  const facts = {
    ...factsOf({
      checks: { servers: answer(servers) },
      cluster: { nodes },
      state: answer({ servers: { [worker]: { attempt: undefined, ...state } }, ports: {} }),
    }),
    at,
  };
  const config = withRepairs(configOf(pool), requested, infraId);
  const workers = examine(config, facts);
  const changes = plannedChanges(config, facts, workers);
  const known = wantedWorkers(config, facts).map(({ name }) => name);
  return {
    lines: renderPlannedChanges(changes),
    diagnostics: requestedRepairDiagnostics(requested, known, workers, changes),
  };
}

describe("GIVEN a worker whose Node is not Ready", () => {
  const replaced = [`${worker}: replace, drained (repair: its Node has not been Ready for 12m)`];

  test("WHEN its repair is requested THEN it is replaced, drained, as if the config listed it", () => {
    expect(outcome([worker])).toEqual({ lines: replaced, diagnostics: [] });
  });

  test("WHEN the config lists it, too THEN it is the same", () => {
    expect(outcome([worker], { pool: { repair: [worker] } })).toEqual({ lines: replaced, diagnostics: [] });
    const config = configOf({ repair: [worker] });
    expect(withRepairs(config, [worker], infraId)).toEqual(config);
  });

  test("WHEN nothing is requested THEN the config is what it was, and nothing is replaced", () => {
    const config = configOf({});
    expect(withRepairs(config, [], infraId)).toBe(config);
    expect(outcome([])).toEqual({ lines: [], diagnostics: [] });
  });

  test("WHEN an edit replaces it anyway THEN that is what was asked for", () => {
    expect(outcome([worker], { pool: { image: "next" } }).diagnostics).toEqual([]);
  });

  test("WHEN it has no server any more THEN it gets one", () => {
    expect(outcome([worker], { servers: [], nodes: [] }).diagnostics).toEqual([]);
  });
});

describe("GIVEN a worker that is not repaired, WHEN that is requested", () => {
  const replace = `pulumi up --replace '**:Instance::${worker}'`;

  test.each<[string, Seen, string, string]>([
    [
      "it is Ready",
      { nodes: [ready] },
      "its Node is Ready",
      `\`pulumi up\` goes on with it as it is; to replace it all the same: ${replace}`,
    ],
    [
      "its new server joins",
      { servers: [{ ...joined, created: ago(600) }], nodes: [], state: { id: "s0" } },
      "its server has been joining for 10m: it is replaced if it has not joined within ",
      `\`pulumi up\` goes on with it as it is; to replace it all the same: ${replace}`,
    ],
    [
      "its build failed for good",
      {
        servers: [{ ...joined, failure: "Flavor's disk is too small for requested image." }],
        nodes: [],
        state: { id: "s0" },
      },
      "its server's build has failed: Flavor's disk is too small for requested image.",
      `fix the cause, then: ${replace}`,
    ],
    [
      "the state does not have its server",
      { state: { id: "s9" } },
      "",
      "run `pulumi up` first; `npm run doctor -- --stack <stack>` says what is wrong",
    ],
  ])("THEN the error says so, and what to type: %s", (_, seen, reason, remedy) => {
    const { diagnostics } = outcome([worker], seen);
    expect(diagnostics).toMatchObject([{ check: "repair", path: "npm run repair", remedy }]);
    expect(diagnostics[0]?.warning).toBeUndefined();
    expect(diagnostics[0]?.problem).toContain(`worker ${worker} is not repaired: ${reason}`);
  });

  test("THEN in the config the entry can be removed, and the error does not speak of one", () => {
    const { lines, diagnostics } = outcome([worker], { nodes: [ready] });
    expect(lines).toEqual([`${worker}: kept (repair: its Node is Ready: the entry can be removed)`]);
    expect(diagnostics[0]?.problem).toBe(`worker ${worker} is not repaired: its Node is Ready`);
  });

  test("THEN every name that no worker has is told with the nearest", () => {
    const { diagnostics } = outcome([`${infraId}-metal-O`, "quite-another"]);
    expect(diagnostics).toMatchObject([
      { problem: `no pool has a worker "${infraId}-metal-O"`, remedy: `type ${worker} instead` },
      { problem: 'no pool has a worker "quite-another"', remedy: "see the names: npm run status -- --stack <stack>" },
    ]);
  });

  test("THEN a cluster that is skipped repairs none: all workers would be detached", () => {
    expect(skippedRepairDiagnostics([])).toEqual([]);
    expect(skippedRepairDiagnostics([worker])).toMatchObject([
      { check: "repair", problem: expect.stringContaining("the cluster is skipped (detach.clusterUnreachable: skip)") },
    ]);
  });
});

describe("GIVEN a command that is repeated, WHEN some of its workers are Ready by then", () => {
  const other = `${infraId}-metal-1`;

  test.each<[string, string[], NodeFacts[], string[], string[]]>([
    ["a Ready one beside another is left out", [worker, other], [ready], [other], [worker]],
    ["so it is beside one that is not Ready", [worker, other], [ready, { ...silent, name: other }], [other], [worker]],
    ["all that are not Ready are open", [worker, other], [silent], [worker, other], []],
    ["if all are Ready, the command is for nothing", [worker], [ready], [worker], []],
    ["nothing is open if nothing is requested", [], [ready], [], []],
  ])("THEN %s", (_, requested, nodes, open, back) => {
    expect(openRepairs(requested, nodes)).toEqual({ open, back });
  });
});
