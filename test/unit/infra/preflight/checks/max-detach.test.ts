import { describe, expect, test } from "@jest/globals";
import { skippedDetachDiagnostics } from "../../../../../infra/preflight/checks/max-detach.ts";
import {
  answer,
  configOf,
  diagnosticsOf,
  existingServer,
  factsOf,
  owner,
} from "../../../../support/preflight-facts.ts";

const worker = (number: number): string => `lab-7x2kq-metal-${number}`;
const workers = (count: number) => Array.from({ length: count }, (_, i) => existingServer(`${i}`, worker(i), owner));
const factsWith = (servers: ReturnType<typeof workers>) => factsOf({ checks: { servers: answer(servers) } });

/** What the check says of an update of a pool of four workers. */
const found = (pool: object, rest: object, servers = workers(4)) =>
  diagnosticsOf(configOf(pool, rest), factsWith(servers)).filter(({ check }) => check === "max-detach");

test("GIVEN no limit WHEN the whole pool goes THEN that is no error", () => {
  expect(found({}, { pools: [] })).toEqual([]);
});

describe("GIVEN a limit of one WHEN an update detaches more THEN the error names them and what to type", () => {
  const two = { path: "maxDetach", problem: `this update would detach 2 workers: ${worker(2)}, ${worker(3)}` };
  test.each<[string, object, object, object]>([
    ["by fewer replicas", { replicas: 2 }, {}, two],
    ["by a list of workers without them", { replicas: undefined, workers: [{ name: "0" }, { name: "1" }] }, {}, two],
    [
      "by their names",
      { replicas: 2, remove: [worker(0), worker(1)] },
      {},
      { problem: `this update would detach 2 workers: ${worker(0)}, ${worker(1)}` },
    ],
    [
      "with their pool",
      {},
      { pools: [] },
      { problem: `this update would detach 4 workers: ${[0, 1, 2, 3].map(worker).join(", ")}` },
    ],
  ])("%s", (_, pool, rest, expected) => {
    expect(found(pool, { maxDetach: 1, ...rest })).toMatchObject([
      {
        ...expected,
        expected: "at most 1 in one update",
        remedy: expect.stringMatching(/set maxDetach: [24] for this/),
      },
    ]);
  });
});

test("GIVEN a limit WHEN exactly as many go THEN that is no error", () => {
  expect(found({ replicas: 3 }, { maxDetach: 1 })).toEqual([]);
  expect(found({ replicas: 4 }, { maxDetach: 0 })).toEqual([]);
});

test("GIVEN a limit WHEN workers are replaced THEN they do not count: they come back", () => {
  expect(found({ replicas: 4, image: "next" }, { maxDetach: 0 })).toEqual([]);
});

test("GIVEN a limit WHEN another stack's servers are not in the config THEN they do not count", () => {
  const others = workers(4).map((server) => ({ ...server, owner: "a/b/c" }));
  expect(found({}, { pools: [], maxDetach: 0 }, others)).toEqual([]);
});

test("GIVEN a stack that was renamed WHEN its servers, which carry its former name, are not in the config THEN they count", () => {
  const others = workers(4).map((server) => ({ ...server, owner: "a/b/former" }));
  const servers = Object.fromEntries(others.map(({ id, name }) => [name, { id }]));
  const facts = { ...factsWith(others), state: { value: { servers, ports: {} } } };
  const checked = (config: ReturnType<typeof configOf>) =>
    diagnosticsOf(config, facts).filter(({ check }) => check === "max-detach");
  expect(checked(configOf({}, { pools: [], maxDetach: 3 }))).toMatchObject([
    { problem: `this update would detach 4 workers: ${[0, 1, 2, 3].map(worker).join(", ")}` },
  ]);
  expect(checked(configOf({ replicas: 4 }, { maxDetach: 0 }))).toEqual([]);
});

test("GIVEN a limit WHEN the servers cannot be read THEN the update is refused: nobody knows how many go", () => {
  const facts = factsOf({ checks: { servers: { error: "HTTP 403" } } });
  expect(diagnosticsOf(configOf({ replicas: 4 }, { maxDetach: 1 }), facts)).toMatchObject(
    [
      { check: "server-name", warning: true },
      { check: "max-detach", problem: expect.stringContaining("the project's servers cannot be read: HTTP 403") },
    ].toReversed(),
  );
  expect(diagnosticsOf(configOf(), facts)).toMatchObject([{ check: "server-name", warning: true }]);
});

test("GIVEN more workers than a screen holds WHEN they would go THEN the first are named and the others counted", () => {
  const [error] = found({}, { pools: [], maxDetach: 5 }, workers(30).toReversed());
  expect(error?.problem).toMatch(/^this update would detach 30 workers: .*, lab-7x2kq-metal-19 and 10 more$/);
});

describe("GIVEN a cluster that is skipped", () => {
  const state = {
    servers: { [worker(0)]: { id: "a", ports: undefined }, [worker(1)]: { id: "b", ports: undefined } },
    ports: {},
  };

  test("WHEN the state has more workers than the limit THEN that is an error", () => {
    expect(skippedDetachDiagnostics({ maxDetach: 1 }, { value: state })).toMatchObject([
      { problem: `this update would detach 2 workers: ${worker(0)}, ${worker(1)}` },
    ]);
    expect(skippedDetachDiagnostics({ maxDetach: 2 }, { value: state })).toEqual([]);
    expect(skippedDetachDiagnostics({ maxDetach: undefined }, { value: state })).toEqual([]);
  });

  test("WHEN one of them is a surge worker THEN it does not count: it was attached to be detached", () => {
    const servers = { ...state.servers, [worker(2)]: { id: "c", isSurge: true as const } };
    expect(skippedDetachDiagnostics({ maxDetach: 2 }, { value: { ...state, servers } })).toEqual([]);
  });

  test("WHEN the state cannot be read THEN that is an error", () => {
    expect(skippedDetachDiagnostics({ maxDetach: 1 }, { error: "no answer" })).toMatchObject([
      { problem: expect.stringContaining("the stack's state cannot be read: no answer") },
    ]);
  });
});

test("GIVEN a limit and a pool whose network is mistyped WHEN its workers are in the state THEN none counts as leaving", () => {
  const servers = Object.fromEntries(workers(4).map(({ name, id }) => [name, { id }]));
  const unresolved = [{ check: "cloud", path: "p", problem: "no network", expected: "one", remedy: "correct it" }];
  const facts = factsOf({ unresolved, state: answer({ servers, ports: {} }), checks: { servers: answer(workers(4)) } });
  const checks = diagnosticsOf(configOf({ replicas: 4 }, { maxDetach: 1 }), facts).map(({ check }) => check);
  expect(checks).toContain("cloud");
  expect(checks).not.toContain("max-detach");
});
