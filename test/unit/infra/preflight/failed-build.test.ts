import { describe, expect, test } from "@jest/globals";
import type { ExistingServer, StateFacts } from "../../../../infra/discovery/facts.ts";
import { examine } from "../../../../infra/preflight/changes/examine.ts";
import { createsServer, renderPlannedChanges, replacedWorkers } from "../../../../infra/preflight/changes/plan.ts";
import { evaluate } from "../../../../infra/preflight/index.ts";
import { answer, configOf, existingServer, factsOf, nodeOf, owner } from "../../../support/preflight-facts.ts";

const worker = "lab-7x2kq-metal-0";
const failure = "No valid host was found.";
const server: ExistingServer = { ...existingServer("s0", worker, owner), failure };
const tried = (attempt: string): ExistingServer => ({ ...server, made: { ...server.made, attempt } });

interface Seen {
  readonly server?: ExistingServer;
  readonly pool?: object;
  readonly hasNode?: boolean;
  /** undefined: not read */
  readonly state?: StateFacts | undefined;
}

function outcome({ server: found = server, pool = {}, hasNode = false, ...rest }: Seen = {}) {
  const { attempt } = found.made;
  const state = "state" in rest ? rest.state : { servers: { [worker]: { id: "s0", attempt } }, ports: {} };
  const facts = factsOf({
    checks: { servers: answer([found]) },
    cluster: { nodes: hasNode ? [nodeOf(worker, owner, "v1.34.1")] : [] },
    ...(state && { state: answer(state) }),
  });
  const config = configOf(pool);
  const { diagnostics, changes } = evaluate(config, facts);
  return {
    lines: renderPlannedChanges(changes),
    replaced: [...replacedWorkers(changes)],
    creates: changes.some(createsServer),
    said: diagnostics.map(({ check, problem, remedy, warning }) => ({ check, problem, remedy, warning })),
    attempt: examine(config, facts)[0]?.inCloud.attempt,
  };
}

describe("GIVEN a server of this stack's state whose build has failed", () => {
  test("WHEN up is previewed THEN it is replaced, and line and warning say which attempt it is", () => {
    const found = outcome();
    expect(found.lines).toEqual([`${worker}: replace (its build failed: ${failure}; attempt 2 of 3)`]);
    expect(found).toMatchObject({ replaced: [worker], creates: true, attempt: { value: "2", replaces: true } });
    expect(found.said).toEqual([
      {
        check: "failed-server",
        problem: `server ${worker} (s0) is in ERROR: ${failure}`,
        remedy: "this `up` replaces it (attempt 2 of 3); if it fails again, fix the cause",
        warning: true,
      },
    ]);
  });

  test("WHEN its attempts are used up THEN it stays, no error keeps --replace from it, and the warning says what to type", () => {
    const found = outcome({ server: tried("3") });
    expect(found).toMatchObject({ lines: [], replaced: [], attempt: { value: "3", replaces: false } });
    const [{ problem, remedy, warning } = { problem: "", remedy: "", warning: undefined }] = found.said;
    expect(problem).toBe(
      `server ${worker} (s0) is in ERROR, after 3 attempts (pools[metal].provision.attempts): ${failure}`,
    );
    expect(remedy).toMatch(/pulumi up --replace '\*\*:Instance::lab-7x2kq-metal-0'$/);
    expect(warning).toBe(true);
  });

  test("WHEN those of two workers are used up THEN the command for each goes on after the error of the other", () => {
    const other = "lab-7x2kq-metal-1";
    const servers = [worker, other].map((name) => ({ ...tried("3"), id: name, name }));
    const state = Object.fromEntries(servers.map(({ id, name }) => [name, { id, attempt: "3" }]));
    const facts = factsOf({ checks: { servers: answer(servers) }, state: answer({ servers: state, ports: {} }) });
    const remedies = evaluate(configOf({ replicas: 2 }), facts).diagnostics.map(({ remedy }) => remedy);
    for (const [i, name] of [worker, other].entries())
      expect(remedies[i]).toMatch(`pulumi up --replace '**:Instance::${name}' --continue-on-error`);
  });

  test("WHEN the config allows more attempts THEN it is replaced again", () => {
    expect(outcome({ server: tried("3"), pool: { provision: { attempts: 5 } } }).attempt).toEqual({
      value: "4",
      replaces: true,
    });
  });

  test("WHEN it would fail again THEN it stays, and the warning says what to mend", () => {
    const found = outcome({
      server: { ...server, failure: "Build of instance 1c2d aborted: Image 5f could not be found." },
    });
    expect(found).toMatchObject({ lines: [], attempt: { value: undefined, replaces: false } });
    expect(found.said[0]?.remedy).toMatch(/pools\[metal\]\.image.*pulumi up --replace/);
  });

  test("WHEN the config is edited THEN the edit replaces it, and the attempts begin anew", () => {
    const found = outcome({ server: tried("3"), pool: { image: "next" } });
    expect(found.lines).toEqual([`${worker}: replace, drained (image rhcos -> next)`]);
    expect(found.attempt).toEqual({ value: undefined, replaces: false });
  });

  test("WHEN the cluster has a Node of its name THEN it stays", () => {
    expect(outcome({ hasNode: true })).toMatchObject({ lines: [], attempt: { replaces: false } });
  });

  test("WHEN it has run, as before a reboot that failed, and somebody has deleted its Node THEN it stays, with what to type", () => {
    const found = outcome({ server: { ...server, failure: "Reboot failed.", hasRun: true } });
    expect(found).toMatchObject({ lines: [], replaced: [], attempt: { replaces: false } });
    expect(found.said[0]?.remedy).toMatch(/it has run.*openstack server show.*pulumi up --replace/);
  });

  test("WHEN the state does not have it THEN the error says to delete it, and it is not replaced", () => {
    const found = outcome({ state: { servers: {}, ports: {} } });
    expect(found).toMatchObject({ replaced: [], attempt: { replaces: false } });
    expect(found.said.map(({ remedy }) => remedy).join()).toContain("openstack server delete s0");
  });

  test("WHEN the state could not be read THEN its attempt is not known", () => {
    expect(outcome({ state: undefined })).toMatchObject({ replaced: [], attempt: undefined });
  });
});

test("GIVEN a server that was built at the second attempt WHEN up is previewed THEN it keeps it, and nothing is planned", () => {
  const found = outcome({ server: { ...tried("2"), failure: undefined }, hasNode: true });
  expect(found).toMatchObject({ lines: [], said: [], attempt: { value: "2", replaces: false } });
});
