import { describe, expect, test } from "@jest/globals";
import type { Diagnostic } from "../../../../../infra/diagnostics/diagnostic.ts";
import type { ExistingServer, StateFacts } from "../../../../../infra/discovery/facts.ts";
import { renderPlannedChanges } from "../../../../../infra/preflight/changes/plan.ts";
import { protectDiagnostics } from "../../../../../infra/preflight/checks/protect.ts";
import { evaluate } from "../../../../../infra/preflight/index.ts";
import { answer, configOf, existingServer, factsOf, nodeOf, owner } from "../../../../support/preflight-facts.ts";

const workers = ["lab-7x2kq-metal-0", "lab-7x2kq-metal-1"];
const [first = "", second = ""] = workers;

const serverOf = (name: string): ExistingServer => existingServer(`server of ${name}`, name, owner);
/** A state of both workers. */
const stateOf = (protectedWorkers?: StateFacts["protectedWorkers"]): StateFacts => ({
  servers: Object.fromEntries(workers.map((name) => [name, { id: `server of ${name}`, owner, hasJoined: true }])),
  ports: {},
  protectedWorkers,
});
const protecting = stateOf({ [first]: "metal", [second]: "metal" });

interface Seen {
  /** of the pool; null: it is no longer in the config */
  readonly pool: object | null;
  readonly state: StateFacts;
  readonly servers?: readonly ExistingServer[];
  readonly ready?: string;
}

function evaluated({ pool, state, servers = workers.map(serverOf), ready = "True" }: Seen) {
  const config = pool === null ? { ...configOf(), pools: [] } : configOf({ replicas: 2, ...pool });
  const nodes = workers.map((name) => ({ ...nodeOf(name, owner, "v1.34.1"), serving: ready === "True", ready }));
  const facts = factsOf({ checks: { servers: answer(servers) }, cluster: { nodes }, state: answer(state) });
  const { diagnostics, changes } = evaluate(config, facts);
  return { errors: diagnostics.filter(({ check }) => check === "protect"), lines: renderPlannedChanges(changes) };
}

const errorsOf = (seen: Seen): readonly Diagnostic[] => evaluated(seen).errors;

describe("GIVEN a pool that is protected", () => {
  test.each<[string, object, string]>([
    ["fewer replicas", { replicas: 1 }, `this update would detach ${second}`],
    ["no replicas", { replicas: 0 }, `this update would detach ${first}, ${second}`],
    ["a worker to remove", { replicas: 1, remove: [first] }, `this update would detach ${first}`],
    ["another image", { image: "next" }, `this update would replace ${first}, ${second}`],
    ["both", { replicas: 1, image: "next" }, `this update would detach ${second} and replace ${first}`],
  ])("WHEN an edit asks for %s THEN it is an error that names the key, and what to type", (_, edit, problem) => {
    const errors = errorsOf({ pool: { protect: true, ...edit }, state: protecting });
    expect(errors).toMatchObject([{ path: "pools[metal].protect", problem: `${problem}, of a protected pool` }]);
    expect(errors[0]?.remedy).toMatch(/set pools\[metal\]\.protect: false and nothing else, run `pulumi up`/);
    expect(errors[0]?.warning).toBeUndefined();
  });

  test("WHEN a worker is to be repaired THEN it is an error", () => {
    const pool = { protect: true, repair: [first] };
    const [error] = errorsOf({ pool, state: protecting, ready: "False" });
    expect(error?.problem).toContain(`replace ${first}`);
  });

  test("WHEN an edit replaces a worker in the very update that protects the pool THEN it is an error as well", () => {
    expect(errorsOf({ pool: { protect: true, image: "next" }, state: stateOf() })).toHaveLength(1);
  });

  describe("WHEN an edit detaches a worker in the very update that protects the pool", () => {
    const detaches = `this update would detach ${second}, of a protected pool`;

    test("THEN it is an error as well", () => {
      const errors = errorsOf({ pool: { protect: true, replicas: 1 }, state: stateOf() });
      expect(errors).toMatchObject([{ path: "pools[metal].protect", problem: detaches }]);
    });

    test("THEN it is one with another edit, and names each worker once", () => {
      const pool = { protect: true, replicas: 1, ignition: { onChange: "replace" } };
      const state = stateOf({ [second]: "metal" });
      expect(errorsOf({ pool, state })[0]?.problem).toMatch(new RegExp(`^this update would detach ${second}( and|,)`));
    });

    test("THEN a worker of another name is known by its server", () => {
      const server = { ...serverOf("edge-7"), pool: "metal" };
      const errors = errorsOf({ pool: { protect: true, replicas: 0 }, state: stateOf(), servers: [server] });
      expect(errors).toMatchObject([{ problem: "this update would detach edge-7, of a protected pool" }]);
    });

    test("THEN the workers of a pool that is removed with it are none of its own", () => {
      const server = { ...serverOf("edge-7"), pool: "edge" };
      const servers = [...workers.map(serverOf), server];
      expect(errorsOf({ pool: { protect: true }, state: stateOf(), servers })).toEqual([]);
    });
  });

  test("WHEN the planned change is a replacement THEN its line says that it is refused", () => {
    const { lines } = evaluated({ pool: { protect: true, image: "next" }, state: protecting });
    expect(lines[0]).toMatch(/^lab-7x2kq-metal-0: refuse \(pools\[metal\]\.protect: this update would replace/);
  });

  test("WHEN the build of a server has failed THEN the error says to lift the protection for one update", () => {
    const servers = [{ ...serverOf(first), failure: "no card" }, serverOf(second)];
    const { servers: known } = protecting;
    const state = { ...protecting, servers: { ...known, [first]: { id: `server of ${first}`, owner } } };
    const config = configOf({ replicas: 2, protect: true });
    const facts = factsOf({ checks: { servers: answer(servers) }, state: answer(state) });
    const found = evaluate(config, facts).diagnostics.filter(({ check }) => check === "protect");
    expect(found.map(({ remedy }) => remedy).join()).toMatch(/protect: false for this `pulumi up`/);
    const lifted = evaluate(configOf({ replicas: 2 }), facts).diagnostics.filter(({ check }) => check === "protect");
    expect(lifted).toEqual([]);
  });

  test.each<[string, object]>([
    ["nothing", {}],
    ["another worker", { replicas: 3 }],
    ["labels and timeouts", { labels: { rack: "r1" }, timeouts: { boot: "2h" } }],
  ])("WHEN an edit asks for %s THEN it is no error", (_, edit) => {
    expect(errorsOf({ pool: { protect: true, ...edit }, state: protecting })).toEqual([]);
  });
});

describe("GIVEN a pool that the state protects, and the config no longer", () => {
  test("WHEN nothing else is edited THEN it is no error", () => {
    expect(errorsOf({ pool: { protect: false }, state: protecting })).toEqual([]);
  });

  test.each<[string, object, string]>([
    ["detaches a worker", { replicas: 1 }, `would detach ${second}`],
    ["replaces the workers", { image: "next" }, `would replace ${first}, ${second}`],
  ])("WHEN the same edit %s THEN the error says that this takes an update of its own", (_, edit, problem) => {
    const errors = errorsOf({ pool: { protect: false, ...edit }, state: protecting });
    expect(errors).toMatchObject([{ path: "pools[metal].protect" }]);
    expect(errors[0]?.problem).toContain(`${problem}, which the last one has protected`);
    expect(errors[0]?.remedy).toMatch(/take the other edits back, run `pulumi up`, then edit again/);
  });

  test("WHEN the pool is not in the config any more THEN the error says to put it back", () => {
    const errors = errorsOf({ pool: null, state: protecting });
    expect(errors).toMatchObject([{ path: "pools" }]);
    expect(errors[0]?.problem).toMatch(
      /^pool metal is protected, and is not in the config any more: .*metal-0, .*metal-1$/,
    );
    expect(errors[0]?.remedy).toMatch(/put it back with protect: false, run `pulumi up`, then remove it/);
  });

  test("WHEN the cluster is skipped, and all workers leave, THEN the state alone tells", () => {
    const config = { pools: [] };
    expect(protectDiagnostics(config, { state: answer(protecting) }, [], new Set())).toHaveLength(1);
    expect(protectDiagnostics(config, { state: answer(stateOf()) }, [], new Set())).toEqual([]);
    expect(protectDiagnostics(config, { state: { error: "no answer" } }, [], new Set())).toEqual([]);
  });
});

test("GIVEN a pool that nothing protects WHEN its workers leave THEN it is no error", () => {
  expect(errorsOf({ pool: { replicas: 0 }, state: stateOf() })).toEqual([]);
  expect(errorsOf({ pool: null, state: stateOf() })).toEqual([]);
});
