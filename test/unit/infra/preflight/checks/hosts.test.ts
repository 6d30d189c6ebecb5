import { describe, expect, test } from "@jest/globals";
import type { Host } from "../../../../../components/openstack/host.ts";
import { hostLines } from "../../../../../infra/discovery/summary.ts";
import type { Checks } from "../../../../../infra/discovery/facts.ts";
import { hostOf } from "../../../../support/hosts.ts";
import {
  answer,
  configOf,
  diagnosticsOf,
  existingServer,
  factsOf,
  owner,
} from "../../../../support/preflight-facts.ts";

const worker = (number: number): string => `lab-7x2kq-metal-${number}`;
const server = (number: number, image = "rhcos") => ({
  ...existingServer(`s${number}`, worker(number), owner),
  made: { flavor: "baremetal", image },
});
/** The host under the server of a worker. */
const under = (number: number, change: Partial<Host> = {}): Host =>
  hostOf(`u${number}`, { state: "active", serverId: `s${number}`, ...change });

const factsWith = (hosts: Checks["hosts"], servers: readonly ReturnType<typeof server>[] = []) =>
  factsOf({ checks: { hosts, servers: answer(servers) } });
const seen = (hosts: readonly Host[]): Checks["hosts"] => answer({ source: "Ironic", hosts });

/** What the check says of a pool with so many workers. */
const found = (replicas: number, hosts: readonly Host[], servers: readonly ReturnType<typeof server>[] = []) =>
  diagnosticsOf(configOf({ replicas }, { inventory: "lab-admin" }), factsWith(seen(hosts), servers)).filter(
    ({ check }) => check === "hosts",
  );

describe("GIVEN hosts that are or come free for all that is created WHEN it is checked THEN nothing is wrong", () => {
  test.each<[string, number, readonly Host[], readonly ReturnType<typeof server>[]]>([
    ["free hosts", 2, [hostOf("a"), hostOf("b")], []],
    ["a host that is cleaned", 2, [hostOf("a"), hostOf("b", { state: "cleaning" })], []],
    ["a host that Placement reserves", 1, [hostOf("a", { state: undefined, schedulable: false })], []],
    ["hosts of the workers that an edit replaces", 2, [under(0), under(1)], [server(0, "old"), server(1, "old")]],
    ["nothing to create, and no host", 1, [], [server(0)]],
  ])("%s", (_, replicas, hosts, servers) => {
    expect(found(replicas, hosts, servers)).toEqual([]);
  });
});

describe("GIVEN fewer hosts than an update creates servers WHEN it is checked THEN the error counts them by state", () => {
  test("of a first attach", () => {
    const hosts = [hostOf("a"), hostOf("b", { maintenance: true }), hostOf("c", { state: "active", serverId: "x" })];
    expect(found(2, hosts)).toMatchObject([
      {
        path: "pools[metal]",
        problem:
          "this update creates 2 servers of class CUSTOM_BAREMETAL, but only 1 of 3 hosts are or come free: 1 available, 1 in maintenance, 1 in use",
        remedy: expect.stringContaining("attach fewer workers, or have hosts added or repaired"),
      },
    ]);
    expect(found(2, hosts)[0]).not.toHaveProperty("warning");
  });

  test("of hosts of another class", () => {
    expect(found(1, [hostOf("a", { resourceClass: "CUSTOM_OTHER" })])).toMatchObject([
      { problem: expect.stringContaining("only 0 of 0 hosts") },
    ]);
  });

  test("of a replacement whose host was put into maintenance", () => {
    expect(found(1, [under(0, { maintenance: true })], [server(0, "old")])).toMatchObject([
      { problem: expect.stringContaining("only 0 of 1 hosts are or come free: 0 available, 1 in maintenance") },
    ]);
  });

  test("of growth beside a replacement", () => {
    expect(found(2, [under(0)], [server(0, "old")])).toMatchObject([
      {
        problem: expect.stringMatching(
          /creates 2 servers .* 0 available, 1 in use; 1 in use by workers that it replaces$/,
        ),
      },
    ]);
  });

  test("of workers that have to leave first", () => {
    const gone = { ...server(7), name: "lab-7x2kq-old-0" };
    expect(found(1, [under(7)], [gone])).toMatchObject([
      {
        problem: expect.stringMatching(/1 in use by workers that it detaches, free only after it$/),
        remedy: expect.stringContaining("detach workers by an `up` of its own first"),
      },
    ]);
  });
});

test("GIVEN hosts that failed to be cleaned WHEN it is checked THEN a warning names them and the command", () => {
  expect(found(1, [hostOf("a"), hostOf("b", { state: "clean failed" })])).toMatchObject([
    {
      problem: "hosts of class CUSTOM_BAREMETAL have failed: b (clean failed)",
      remedy: expect.stringContaining("openstack baremetal node show -c last_error b"),
      warning: true,
    },
  ]);
});

describe("GIVEN an inventory that cannot be read WHEN it is checked", () => {
  const unread = (servers: readonly ReturnType<typeof server>[]) =>
    diagnosticsOf(configOf({}, { inventory: "lab-admin" }), factsWith({ error: "no role" }, servers)).filter(
      ({ check }) => check === "hosts",
    );

  test("THEN it is an error at its key if a server is created", () => {
    expect(unread([])).toMatchObject([{ path: "inventory", problem: "the hosts cannot be read: no role" }]);
    expect(unread([])[0]).not.toHaveProperty("warning");
  });

  test("THEN it is a warning if none is", () => {
    expect(unread([server(0)])).toMatchObject([{ path: "inventory", warning: true }]);
  });

  test("THEN the check can be skipped", () => {
    const config = configOf({}, { inventory: "lab-admin", preflight: { skip: ["hosts"] } });
    expect(diagnosticsOf(config, factsWith({ error: "no role" })).filter(({ check }) => check === "hosts")).toEqual([]);
  });
});

test("GIVEN no inventory WHEN it is checked THEN nobody asks for hosts", () => {
  expect(diagnosticsOf(configOf({ replicas: 3 }), factsOf({})).filter(({ check }) => check === "hosts")).toEqual([]);
});

describe("GIVEN what was discovered WHEN it is shown", () => {
  test("THEN the hosts of the pools' classes are counted by state, with who has shown them", () => {
    const hosts = [hostOf("a"), hostOf("b", { state: "cleaning" }), hostOf("c", { resourceClass: "CUSTOM_OTHER" })];
    expect(hostLines(factsWith(seen(hosts)))).toEqual([
      "hosts of class CUSTOM_BAREMETAL: 1 available, 1 cleaning (Ironic)",
    ]);
  });

  test("THEN nothing is said without an inventory", () => {
    expect(hostLines(factsOf({}))).toEqual([]);
  });
});
