import { describe, expect, test } from "@jest/globals";
import { portDescription } from "../../../../components/ports/description.ts";
import { portsValue } from "../../../../components/server/port-options.ts";
import type { ExistingPort, ExistingServer, StateFacts } from "../../../../infra/discovery/facts.ts";
import { examine } from "../../../../infra/preflight/changes/examine.ts";
import { renderPlannedChanges } from "../../../../infra/preflight/changes/plan.ts";
import { evaluate, hasOwnObjects } from "../../../../infra/preflight/index.ts";
import {
  answer,
  configOf,
  existingPort,
  existingServer,
  factsOf,
  nodeOf,
  owner,
} from "../../../support/preflight-facts.ts";

const worker = "lab-7x2kq-metal-0";
const address = "10.0.0.20";
const server: ExistingServer = { ...existingServer("s0", worker, owner), addresses: [address] };
const port: ExistingPort = existingPort(`${worker}-port-0`, {
  id: "p0",
  tags: ["openshiftClusterID=lab-7x2kq"],
  description: portDescription(owner, []),
});
const nothing: StateFacts = { servers: {}, ports: {} };
const everything: StateFacts = { servers: { [worker]: { id: "s0" } }, ports: { [port.name]: "p0" } };
const joined: StateFacts = { ...everything, servers: { [worker]: { id: "s0", hasJoined: true } } };

interface Seen {
  readonly servers?: readonly ExistingServer[];
  readonly ports?: readonly ExistingPort[];
  /** undefined: not read */
  readonly state?: StateFacts | undefined;
  readonly pool?: object;
  /** id of the server of the worker's Node */
  readonly node?: string;
}

function outcome({ servers = [server], ports = [port], pool = {}, node, ...rest }: Seen) {
  const state = "state" in rest ? rest.state : nothing;
  const nodes = node === undefined ? [] : [{ ...nodeOf(worker, owner, "v1.34.1"), serverId: node }];
  const facts = factsOf({
    checks: { servers: answer(servers), clusterPorts: answer(ports) },
    cluster: { nodes },
    ...(state && { state: answer(state) }),
  });
  const { diagnostics, changes } = evaluate(configOf(pool), facts);
  const [found] = examine(configOf(pool), facts).map(({ inCloud }) => inCloud);
  return {
    lines: renderPlannedChanges(changes),
    errors: diagnostics.filter(({ warning }) => warning !== true),
    warnings: diagnostics.filter(({ warning }) => warning === true).map(({ check }) => check),
    server: found?.takenOver.server,
    ports: Object.fromEntries(found?.takenOver.ports ?? []),
    portRecord: found?.portRecord,
    building: found?.building,
    placed: [...(found?.placedPorts ?? [])],
  };
}

describe("GIVEN a server and a port of this stack that are not in its state", () => {
  test("WHEN they are as the config says THEN both are taken over, and the preview says so", () => {
    const found = outcome({});
    expect(found).toMatchObject({
      errors: [],
      warnings: [],
      server: { id: "s0", isBuilt: true },
      ports: { [port.name]: "p0" },
    });
    expect(found.lines).toEqual([
      `${worker}: taken over (server ${worker} (id s0), port ${port.name} (id p0): this stack's, but not in its state, as an ` +
        "interrupted command leaves them)",
    ]);
  });

  test("WHEN its Node runs on it THEN a warning says that another backend may have the state", () => {
    expect(outcome({ node: "s0" })).toMatchObject({ errors: [], warnings: ["server-name"], server: { id: "s0" } });
    expect(outcome({ node: "s9" }).warnings).toEqual([]);
  });

  test("WHEN the server is still being built THEN it is taken over later", () => {
    const found = outcome({ servers: [{ ...server, progress: "building", addresses: [] }] });
    expect(found.server).toEqual({ id: "s0", isBuilt: false });
    expect(found.lines.join()).toContain("(id s0, still being built)");
  });

  test("WHEN only the port is there THEN it is taken over, and a server is made", () => {
    const found = outcome({ servers: [] });
    expect(found).toMatchObject({ errors: [], server: undefined, ports: { [port.name]: "p0" } });
    expect(found.lines).toEqual([
      `${worker}: attach (flavor baremetal, image rhcos; port ${port.name} (id p0) is taken over)`,
    ]);
  });

  test("WHEN somebody has written a note on the port THEN its address on the server tells whose it is", () => {
    expect(outcome({ ports: [{ ...port, description: "rack 7" }] }).ports).toEqual({ [port.name]: "p0" });
    const elsewhere = { ...port, description: "rack 7", addresses: [{ subnetId: "s", ip: "10.0.0.99" }] };
    expect(outcome({ ports: [elsewhere] })).toMatchObject({ server: undefined, ports: {} });
  });

  test.each<[string, Seen]>([
    ["the flavor was edited meanwhile", { pool: { flavor: "big" } }],
    ["the address was edited meanwhile", { pool: { fixedIps: ["10.0.0.21"] } }],
    ["the server is in ERROR", { servers: [{ ...server, failure: "no card" }] }],
    ["the server is being deleted", { servers: [{ ...server, progress: "leaving" }] }],
    ["the server has no port", { ports: [] }],
    [
      "the server was made with another port",
      { servers: [{ ...server, made: { ...server.made, ports: portsValue(["p9"]) } }] },
    ],
  ])("WHEN %s THEN it is an error that says what to do, and the server is not taken over", (_, seen) => {
    const found = outcome(seen);
    expect(found.server).toBeUndefined();
    expect(found.errors.map(({ check }) => check)).toContain("server-name");
    expect(found.lines.join()).toMatch(/^lab-7x2kq-metal-0: refuse /);
    const live = outcome({ ...seen, node: "s0" });
    expect(live.errors.map(({ remedy }) => remedy).join()).not.toContain("openstack server delete");
  });

  test("WHEN the state could not be read THEN nothing is taken over", () => {
    expect(outcome({ state: undefined })).toMatchObject({ server: undefined, ports: {}, portRecord: "unknown" });
  });

  test("WHEN the engine does not tell the state THEN a warning says so", () => {
    const facts = factsOf({ state: { error: "unrecognized function name" } });
    expect(evaluate(configOf(), facts).diagnostics).toMatchObject([{ check: "server-name", warning: true }]);
  });

  test("WHEN they carry another owner THEN nothing is taken over", () => {
    const foreign = { ...server, owner: "a/b/c" };
    const found = outcome({ servers: [foreign], ports: [{ ...port, description: portDescription("a/b/c", []) }] });
    expect(found).toMatchObject({ server: undefined, ports: {} });
    expect(found.errors.map(({ check }) => check)).toEqual(["server-name"]);
  });

  test("WHEN they carry a name that the stack had before THEN they are taken over", () => {
    const facts = factsOf({
      checks: {
        servers: answer([{ ...server, owner: "a/b/former" }]),
        clusterPorts: answer([{ ...port, description: portDescription("a/b/former", []) }]),
      },
      formerOwners: ["a/b/former"],
      state: answer(nothing),
    });
    expect(hasOwnObjects(facts)).toBe(true);
    expect(examine(configOf(), facts)[0]?.inCloud.takenOver.server).toEqual({ id: "s0", isBuilt: true });
  });
});

describe("GIVEN a server and a port of this stack that its state has", () => {
  test("WHEN they are the cloud's THEN nothing is imported, so that `--replace` keeps working", () => {
    expect(outcome({ state: everything })).toMatchObject({ lines: [], errors: [], server: undefined, ports: {} });
  });

  test("WHEN the cloud has others, as after a replacement that was interrupted THEN nothing is imported, and the error says what to type", () => {
    const state = { servers: { [worker]: { id: "s9" } }, ports: { [port.name]: "p9" } };
    const found = outcome({ state });
    expect(found).toMatchObject({ server: undefined, ports: {} });
    expect(found.errors.map(({ check }) => check)).toEqual(["server-name", "port-name"]);
    expect(found.errors[0]?.remedy).toContain("openstack server delete s0");
    const live = outcome({ state, node: "s0" }).errors[0]?.remedy;
    expect(live).toMatch(/pulumi refresh.*pulumi up/);
    // a refresh does not look at what a replacement has deleted
    expect(live).toMatch(/says the same again.*pulumi state delete --target-dependents/);
  });

  test("WHEN the image is edited THEN the worker is replaced", () => {
    const found = outcome({ state: everything, pool: { image: "next" } });
    expect(found.lines).toEqual([`${worker}: replace, drained (image rhcos -> next)`]);
    expect(found.server).toBeUndefined();
  });

  test("WHEN the server is being deleted, as after a destroy that was killed, THEN the error says how to go on", () => {
    const servers: ExistingServer[] = [{ ...server, progress: "leaving" }];
    const found = outcome({ state: everything, servers });
    expect(found.errors.map(({ check }) => check)).toEqual(["server-name"]);
    expect(found.warnings).toEqual([]);
    expect(found.errors[0]?.remedy).toMatch(/wait until it is gone.*pulumi refresh.*pulumi up/);
    expect(found.lines.join()).toMatch(/^lab-7x2kq-metal-0: refuse .*is being deleted/);
    // a replacement that was killed goes on
    const replaced = outcome({ state: everything, servers, pool: { image: "next" } });
    expect(replaced).toMatchObject({ errors: [], lines: [`${worker}: replace, drained (image rhcos -> next)`] });
  });

  test("WHEN it has only the server THEN the port alone is taken over", () => {
    const found = outcome({ state: { ...everything, ports: {} } });
    expect(found).toMatchObject({ errors: [], server: undefined, ports: { [port.name]: "p0" } });
  });

  test("WHEN its metadata names the ports in the state THEN these tell of others, and not those of a newer cloud", () => {
    const named = { ...server, made: { ...server.made, ports: portsValue(["p0"]) } };
    const known = { ...everything, servers: { [worker]: { id: "s0", ports: portsValue(["p0"]) } } };
    expect(outcome({ state: known }).portRecord).toBe("recorded");
    expect(outcome({ state: everything, servers: [named] }).portRecord).toBe("attached");
    expect(outcome({ state: everything, ports: [] }).portRecord).toBe("unrecorded");
  });

  test.each<[string, number | undefined, string]>([
    ["has no list of its networks, as of a server made by hand", undefined, "recorded"],
    ["has the port in its list of networks", 1, "recorded"],
    ["has fewer in its list, as a read that failed halfway leaves it", 0, "unread"],
  ])("WHEN its metadata names a port and the state %s THEN its ports are %s", (_, networks, expected) => {
    const inState = { id: "s0", ports: portsValue(["p0"]), networks };
    expect(outcome({ state: { ...everything, servers: { [worker]: inState } } }).portRecord).toBe(expected);
  });

  test("WHEN the list is shorter and the port is edited THEN the list takes the server with its port", () => {
    const inState = { id: "s0", ports: portsValue(["p0"]), networks: 0 };
    const state = { ...everything, servers: { [worker]: inState } };
    expect(outcome({ state, pool: { fixedIps: ["10.0.0.21"] } }).portRecord).toBe("recorded");
  });

  test.each<[string, Seen, string | undefined]>([
    ["is built", {}, undefined],
    [
      "is still being built, as after a create that was not in time",
      { servers: [{ ...server, progress: "building" }] },
      "s0",
    ],
    [
      "has joined, and somebody reboots it",
      { state: joined, servers: [{ ...server, progress: "building" }] },
      undefined,
    ],
    ["has a Node, and somebody rescues it", { node: "s0", servers: [{ ...server, progress: "building" }] }, undefined],
  ])("WHEN the server %s THEN that tells whether it is waited for", (_, seen, expected) => {
    expect(outcome({ state: everything, ...seen }).building).toBe(expected);
  });

  test("WHEN the port is where the config wants it THEN it counts as placed, and elsewhere it does not", () => {
    expect(outcome({ state: everything }).placed).toEqual([port.name]);
    expect(outcome({ state: everything, pool: { fixedIps: ["10.0.0.21"] } }).placed).toEqual([]);
  });
});

describe("GIVEN two servers of this stack with one name", () => {
  const twice = [server, { ...existingServer("s1", worker, owner), addresses: [] }];
  const remedy = (seen: Seen): string => outcome({ servers: twice, ...seen }).errors[0]?.remedy ?? "";

  test("WHEN one has the Node THEN the other is to be deleted", () => {
    expect(remedy({ node: "s1" })).toMatch(/keep s1: Node lab-7x2kq-metal-0 runs on it.*server delete s0$/);
  });

  test("WHEN the Node does not tell its server THEN none is named for deletion", () => {
    expect(remedy({ node: "elsewhere" })).not.toContain("server delete");
  });

  test("WHEN the state has one, and there is no Node THEN the other is to be deleted", () => {
    expect(remedy({ state: { servers: { [worker]: { id: "s1" } }, ports: {} } })).toMatch(
      /keep s1: .*server delete s0$/,
    );
  });

  test("WHEN the state has none THEN one that is well stays", () => {
    const [failed, well] = twice;
    const servers = [{ ...(failed ?? server), failure: "no card" }, well ?? server];
    expect(remedy({ servers })).toMatch(/keep s1: `pulumi up` goes on with it.*server delete s0$/);
  });
});
