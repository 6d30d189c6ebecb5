import { describe, expect, test } from "@jest/globals";
import { ownerDescription, portDescription } from "../../../../../components/ports/description.ts";
import { subportName, trunkName } from "../../../../../components/ports/names.ts";
import type { ExistingPort, ExistingServer, PortFacts, StateFacts } from "../../../../../infra/discovery/facts.ts";
import { examine } from "../../../../../infra/preflight/changes/examine.ts";
import { renderPlannedChanges } from "../../../../../infra/preflight/changes/plan.ts";
import { trunkTakeOver, type TrunkCandidate } from "../../../../../infra/preflight/changes/trunks.ts";
import { evaluate } from "../../../../../infra/preflight/index.ts";
import { answer, configOf, existingPort, existingServer, factsOf, owner } from "../../../../support/preflight-facts.ts";

const worker = "lab-7x2kq-metal-0";
const name = `${worker}-port-0`;
const port: ExistingPort = existingPort(name, {
  id: "p0",
  tags: ["openshiftClusterID=lab-7x2kq"],
  description: portDescription(owner, [], true),
  trunkId: "t0",
});
const without: ExistingPort = { ...port, description: portDescription(owner, []), trunkId: undefined };

describe("GIVEN a port of the stack in the cloud", () => {
  const candidate: TrunkCandidate = {
    name: trunkName(name),
    port,
    isWanted: true,
    isReplaced: false,
    stateId: undefined,
  };
  test.each<[string, Partial<TrunkCandidate>, string]>([
    ["the state does not have its trunk", {}, "take over"],
    ["the state has it", { stateId: "t0" }, "none"],
    ["the state has it without an id, after a failure", { stateId: "" }, "none"],
    ["it has none", { port: without }, "none"],
    ["the state has another", { stateId: "t9" }, "refuse"],
    ["the state does not have it, and the config takes it off", { isWanted: false, isReplaced: true }, "refuse"],
    ["somebody's is on it, and the config puts one on it", { isReplaced: true }, "refuse"],
    ["somebody's is on it, and the config has none", { isWanted: false }, "none"],
  ])("WHEN %s THEN this becomes of the trunk", (_, change, verdict) => {
    expect(trunkTakeOver({ ...candidate, ...change })).toMatchObject({
      verdict,
      ...(verdict === "refuse" && { remedy: expect.stringContaining("openstack network trunk delete t0") }),
    });
  });
});

const storage = { id: "st", name: "storage", mtu: 1500 };
const place = { segmentationId: 100, networkId: "st", subnetIds: [] };
const subport = existingPort(subportName(name, place), {
  id: "v0",
  networkId: "st",
  addresses: [{ subnetId: "x", ip: "192.168.0.9" }],
  description: ownerDescription(owner, worker),
  portSecurity: false,
});
const server: ExistingServer = { ...existingServer("s0", worker, owner), addresses: ["10.0.0.20"] };
const state: StateFacts = {
  servers: { [worker]: { id: "s0", hasJoined: true } },
  ports: { [name]: "p0", [subport.name]: "v0" },
  trunks: { [trunkName(name)]: "t0" },
};
const trunk = { subports: [{ network: "storage", segmentationId: 100 }] };

interface Seen {
  readonly ports: readonly ExistingPort[];
  readonly state?: StateFacts;
  readonly pool?: object;
  readonly by?: string | undefined;
}

/** @param pool with a trunk by default */
function outcome({ ports, state: known = state, pool = { networks: [{ trunk }] }, ...rest }: Seen) {
  const by = "by" in rest ? rest.by : owner;
  const servers = answer([{ ...server, owner: by }]);
  const facts = factsOf({ checks: { servers, clusterPorts: answer(ports) }, state: answer(known) });
  const [found] = facts.cloud.pools;
  const [machine] = found?.ports ?? [];
  if (!found || !machine) throw new Error("no port");
  const parent: PortFacts = { ...machine, subports: [{ network: storage, subnets: [] }] };
  const placed = { ...facts, cloud: { ...facts.cloud, pools: [{ ...found, ports: [parent] }] } };
  const { diagnostics, changes } = evaluate(configOf(pool), placed);
  const [{ inCloud } = { inCloud: undefined }] = examine(configOf(pool), placed);
  return {
    lines: renderPlannedChanges(changes),
    errors: diagnostics.filter(({ warning }) => warning !== true).map(({ check, problem }) => `${check}: ${problem}`),
    edited: changes.flatMap(({ editedPorts = [] }) => editedPorts),
    taken: Object.fromEntries([...(inCloud?.takenOver.ports ?? []), ...(inCloud?.lostTrunks ?? [])]),
    unsecured: [...(inCloud?.unsecuredPorts ?? [])],
  };
}

describe("GIVEN a worker whose config has a trunk with a subport", () => {
  test("WHEN cloud and state have both THEN nothing becomes of it, and no groups are compared where it can have none", () => {
    expect(outcome({ ports: [port, subport] })).toEqual({
      lines: [],
      errors: [],
      edited: [],
      taken: {},
      unsecured: [subport.name],
    });
  });

  test("WHEN the state has neither THEN the subport is taken over, and the trunk stays as it is", () => {
    const { lines, errors, taken } = outcome({
      ports: [port, subport],
      state: { servers: state.servers, ports: { [name]: "p0" } },
    });
    expect(taken).toEqual({ [subport.name]: "v0", [trunkName(name)]: "t0" });
    expect(lines.join()).toContain(`taken over (port ${subport.name} (id v0): this stack's`);
    expect(lines.join()).toContain(`trunk ${trunkName(name)} (id t0) is not in the state: it stays as it is`);
    expect(errors).toEqual([]);
  });

  test("WHEN a subport of its name is somebody else's THEN it is not taken over", () => {
    const { taken } = outcome({
      // its address is the server's in another network
      ports: [port, { ...subport, description: "", addresses: [{ subnetId: "x", ip: "10.0.0.20" }] }],
      state: { ...state, ports: { [name]: "p0" } },
    });
    expect(taken).toEqual({});
  });

  test("WHEN its port has no trunk yet THEN port and server are replaced, drained", () => {
    const { lines, edited } = outcome({
      ports: [without],
      state: { servers: state.servers, ports: { [name]: "p0" } },
    });
    expect(lines).toEqual([`${worker}: replace, drained (networks[0].trunk added)`]);
    expect(edited).toEqual([name]);
  });

  test("WHEN the trunk leaves the config THEN port and server are replaced, drained", () => {
    const { lines, edited, errors } = outcome({ ports: [port, subport], pool: { networks: [{}] } });
    expect(lines).toEqual([`${worker}: replace, drained (networks[0].trunk removed)`]);
    expect([edited, errors]).toEqual([[name], []]);
  });

  test("WHEN the state has not its trunk THEN that is said each time", () => {
    const { lines } = outcome({ ports: [port, subport], state: { ...state, trunks: {} } });
    expect(lines).toEqual([expect.stringMatching(/: kept \(trunk \S+ \(id t0\) is not in the state/)]);
  });

  test("WHEN its port is to be in another place before the state had the trunk THEN that is refused", () => {
    const { errors } = outcome({
      ports: [{ ...port, networkId: "elsewhere" }, subport],
      state: { ...state, trunks: {} },
    });
    expect(errors).toEqual([expect.stringMatching(/^port-name: port \S+ \(p0\) has a trunk \(t0\) that is not in/)]);
  });

  test("WHEN it leaves the config before the state had it THEN that is refused", () => {
    const { errors } = outcome({
      ports: [port, subport],
      state: { servers: state.servers, ports: { [name]: "p0" } },
      pool: { networks: [{}] },
    });
    expect(errors).toEqual([expect.stringMatching(/^port-name: port \S+ \(p0\) has a trunk \(t0\) that is not in/)]);
  });

  test.each<[string, Partial<ExistingPort>, RegExp]>([
    ["has one", { trunkId: "t0" }, /networks\[0\]\.trunk, which is not adopted/],
    ["has none", { trunkId: undefined }, /networks\[0\]\.trunk added/],
  ])("WHEN it is to be adopted, and its port %s THEN that is refused", (_, change, expected) => {
    const { errors } = outcome({
      ports: [{ ...port, description: "", ...change }],
      state: { servers: {}, ports: {} },
      pool: { networks: [{ trunk }], adopt: [worker] },
      by: undefined,
    });
    expect(errors.join("\n")).toMatch(expected);
  });
});

describe("GIVEN a worker without a trunk in config and state, and a port with somebody's note and somebody's trunk", () => {
  const noted = { ...port, description: "rack 7, see the cabling plan" };

  test("WHEN the update is planned THEN the worker stays as it is", () => {
    const { lines, errors, edited, taken } = outcome({
      ports: [noted],
      state: { servers: state.servers, ports: { [name]: "p0" } },
      pool: {},
    });
    expect({ lines, errors, edited, taken }).toEqual({ lines: [], errors: [], edited: [], taken: {} });
  });

  test("WHEN it is to be adopted THEN its trunk is no reason against it", () => {
    const known = { state: { servers: {}, ports: {} }, pool: { adopt: [worker] }, by: undefined };
    expect(outcome({ ports: [noted], ...known }).errors.filter((each) => each.includes("trunk"))).toEqual([]);
  });
});
