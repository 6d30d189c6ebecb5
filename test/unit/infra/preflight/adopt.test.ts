import { describe, expect, test } from "@jest/globals";
import { portDescription } from "../../../../components/ports/description.ts";
import type { ExistingPort, ExistingServer, NodeFacts, StateFacts } from "../../../../infra/discovery/facts.ts";
import { examine } from "../../../../infra/preflight/changes/examine.ts";
import { renderPlannedChanges } from "../../../../infra/preflight/changes/plan.ts";
import { evaluate } from "../../../../infra/preflight/index.ts";
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
const list = "pools[metal].adopt[0]";
/** A server as Nova shows one that an administrator has made: without any metadata. */
const server: ExistingServer = {
  ...existingServer("s0", worker, undefined),
  made: {},
  actual: { flavor: "f", image: "i", zone: "nova", machine: "m0" },
  addresses: ["10.0.0.20"],
};
const port: ExistingPort = existingPort(`${worker}-port-0`, { id: "p0" });
const node: NodeFacts = { ...nodeOf(worker, undefined, "v1.34.1"), serverId: "s0" };
const nothing: StateFacts = { servers: {}, ports: {} };

interface Seen {
  readonly servers?: readonly ExistingServer[];
  readonly ports?: readonly ExistingPort[];
  readonly state?: StateFacts | { readonly error: string };
  readonly pool?: object;
  readonly nodes?: readonly NodeFacts[];
  /** subnets of the pool's further ports */
  readonly more?: readonly object[];
}

function outcome({ servers = [server], ports = [port], state = nothing, pool = {}, nodes = [node], more }: Seen = {}) {
  const config = configOf({ adopt: [worker], ...pool });
  const facts = factsOf({
    checks: { servers: answer(servers), ports: answer(ports) },
    cluster: { nodes },
    state: "error" in state ? state : answer(state),
    more,
  });
  const { diagnostics, changes } = evaluate(config, facts);
  const [found] = examine(config, facts).map(({ inCloud }) => inCloud);
  return {
    lines: renderPlannedChanges(changes),
    errors: diagnostics.filter(({ warning }) => warning !== true),
    warnings: diagnostics.filter(({ warning }) => warning === true).map(({ check }) => check),
    server: found?.takenOver.server?.id,
    ports: [...(found?.takenOver.ports.values() ?? [])],
    adopted: found?.adopted,
    portRecord: found?.portRecord,
  };
}

describe("GIVEN a worker that was attached by hand, and that pools[].adopt lists", () => {
  test("WHEN it is as the config says THEN server and port are adopted, and the preview says so in one line", () => {
    expect(outcome()).toEqual({
      lines: [`${worker}: adopt (server s0 and port p0 become this stack's, metadata only)`],
      errors: [],
      warnings: [],
      server: "s0",
      ports: ["p0"],
      adopted: { serverId: "s0", blankPorts: new Set([port.name]) },
      portRecord: "attached",
    });
  });

  test("WHEN somebody has written a note on its port THEN the note stays", () => {
    const found = outcome({ ports: [{ ...port, description: "rack 7" }] });
    expect(found).toMatchObject({ errors: [], ports: ["p0"], adopted: { blankPorts: new Set() } });
  });

  test("WHEN the quota has no room for another server THEN that is no error, since none is made", () => {
    const full = { limit: 1, used: 1 };
    const facts = factsOf({
      checks: {
        servers: answer([server]),
        ports: answer([port]),
        compute: answer({ instances: full, cores: full, ram: full }),
      },
      cluster: { nodes: [node] },
      state: answer(nothing),
    });
    const errors = evaluate(configOf({ adopt: [worker] }), facts).diagnostics.filter(({ warning }) => !warning);
    expect(errors).toEqual([]);
  });

  test("WHEN a flavor was recreated under its name, which the metadata tells, THEN the name counts", () => {
    const recreated = { ...server, made: { flavor: "baremetal" }, actual: { ...server.actual, flavor: "former" } };
    expect(outcome({ servers: [recreated] })).toMatchObject({ errors: [], server: "s0" });
  });

  test("WHEN it is in the zone that the config says THEN it is adopted", () => {
    expect(
      outcome({ pool: { workers: [{ name: "0", availabilityZone: "nova" }], replicas: undefined } }),
    ).toMatchObject({
      errors: [],
      server: "s0",
    });
  });

  test.each<[string, Seen, RegExp, RegExp]>([
    ["there is no server of that name", { servers: [] }, /no server lab-7x2kq-metal-0/, /openstack server set --name/],
    [
      "there are two servers of that name",
      { servers: [server, { ...server, id: "s1" }] },
      /2 servers .*s0, s1/,
      /oc get node/,
    ],
    ["it is being built", { servers: [{ ...server, progress: "building" }] }, /is being built/, /wait/],
    ["it is being deleted", { servers: [{ ...server, progress: "leaving" }] }, /is being deleted/, /wait/],
    ["it is in ERROR", { servers: [{ ...server, failure: "no card" }] }, /in ERROR: no card/, /repair it/],
    [
      "its flavor is another",
      { servers: [{ ...server, actual: { ...server.actual, flavor: "f2" } }] },
      /another flavor than the config says: id f2/,
      /--property flavor=baremetal s0/,
    ],
    [
      "its image is another",
      { servers: [{ ...server, actual: { ...server.actual, image: "i2" } }] },
      /another image than the config says: id i2/,
      /--property image=rhcos s0/,
    ],
    [
      "it boots from a volume",
      { servers: [{ ...server, actual: { flavor: "f" } }] },
      /another image .*boots from a volume/,
      /pools\[metal\].image/,
    ],
    [
      "its zone is another",
      { pool: { workers: [{ name: "0", availabilityZone: "az2" }], replicas: undefined } },
      /availabilityZone nova -> az2/,
      /leave it out/,
    ],
    [
      "its machine is another",
      { pool: { workers: [{ name: "0", availabilityZone: "nova:host:m1" }], replicas: undefined } },
      /machine m0 -> m1/,
      /leave it out/,
    ],
    [
      "its Ignition config would be renewed",
      { pool: { ignition: { onChange: "replace" } } },
      /onChange is replace/,
      /onChange: keep/,
    ],
    [
      "its port has another name",
      { ports: [{ ...port, name: "eth0" }] },
      /has no port lab-7x2kq-metal-0-port-0; its other ports: eth0 \(p0\)/,
      /openstack port set --name lab-7x2kq-metal-0-port-0 p0/,
    ],
    [
      "a port of that name is not on it",
      { ports: [{ ...port, addresses: [{ subnetId: "s", ip: "10.0.0.99" }] }] },
      /although p0 has that name/,
      /rename the port/,
    ],
    [
      "it has another port besides",
      { servers: [{ ...server, addresses: ["10.0.0.20", "10.9.0.4"] }] },
      /more ports than the config says: with the addresses 10\.9\.0\.4/,
      /openstack server remove port s0/,
    ],
    [
      "the config has another network card",
      { pool: { networks: [{}, {}] }, more: [{}] },
      /has no port lab-7x2kq-metal-0-port-1/,
      /make the config's networks those of the server/,
    ],
    [
      "its port is in another network",
      { ports: [{ ...port, networkId: "n2" }] },
      /port .* is not as the config says \(networks\[0\]\.network n2 -> net\)/,
      /openstack port show p0/,
    ],
    [
      "its address is another",
      { pool: { fixedIps: ["10.0.0.21"] } },
      /fixedIps\[0\] 10\.0\.0\.20 -> 10\.0\.0\.21/,
      /openstack port show p0/,
    ],
    [
      "its port belongs to another stack",
      { ports: [{ ...port, description: portDescription("a/b/c", []) }] },
      /port .*\(p0\) belongs to stack a\/b\/c/,
      /openstack port set --description/,
    ],
    [
      "the state has another server of that name",
      { state: { servers: { [worker]: { id: "s9" } }, ports: {} } },
      /another server than .*: s9/,
      /pulumi refresh/,
    ],
    [
      "the state has another port of that name",
      { state: { servers: {}, ports: { [port.name]: "p9" } } },
      /another port than .*: p9/,
      /pulumi refresh/,
    ],
  ])(
    "WHEN %s THEN it is an error that says what differs and what to type, and nothing is taken",
    (_, seen, problem, remedy) => {
      const found = outcome(seen);
      expect(found).toMatchObject({ server: undefined, ports: [], adopted: undefined });
      expect(found.errors).toMatchObject([{ check: "adopt", path: list }]);
      expect(found.errors[0]?.problem).toMatch(problem);
      expect(found.errors[0]?.remedy).toMatch(remedy);
      expect(found.lines.join()).toMatch(/^lab-7x2kq-metal-0: refuse /);
    },
  );

  test("WHEN several things differ THEN all of them are said", () => {
    const servers = [{ ...server, actual: { flavor: "f2", image: "i2" } }];
    expect(outcome({ servers, ports: [{ ...port, networkId: "n2" }] }).errors).toHaveLength(3);
  });

  test("WHEN the server carries another owner THEN it is refused by name, and nothing is taken", () => {
    const found = outcome({ servers: [{ ...server, owner: "a/b/c" }] });
    expect(found).toMatchObject({ server: undefined, ports: [], adopted: undefined });
    expect(found.errors.map(({ problem }) => problem)).toEqual([
      `server ${worker} (s0) already exists and belongs to stack a/b/c`,
    ]);
  });

  test("WHEN its Node carries another owner THEN it is refused by name", () => {
    const found = outcome({ nodes: [{ ...node, owner: "a/b/c" }] });
    expect(found.errors.map(({ check }) => check)).toEqual(["node-owner"]);
    expect(found.lines.join()).toContain("belongs to stack a/b/c");
  });

  test("WHEN the entry names no Node of the pool THEN the error says which is meant", () => {
    const { diagnostics } = evaluate(configOf({ adopt: ["lab-7x2kq-metal-O"] }), factsOf({}));
    expect(diagnostics).toMatchObject([{ check: "adopt", path: list, remedy: `write ${worker} instead` }]);
  });
});

describe("GIVEN a worker that is this stack's already, and that pools[].adopt lists", () => {
  const ours: ExistingServer = { ...existingServer("s0", worker, owner), addresses: ["10.0.0.20"] };
  const known: StateFacts = { servers: { [worker]: { id: "s0", owner } }, ports: { [port.name]: "p0" } };

  test("WHEN the state has it THEN the entry has no effect, and a note says so", () => {
    const found = outcome({ servers: [ours], state: known });
    expect(found).toMatchObject({ errors: [], server: undefined, ports: [], adopted: undefined });
    expect(found.lines).toEqual([`${worker}: kept (adopt: it is this stack's: the entry can be removed)`]);
  });

  test("WHEN the image is edited THEN it is replaced as any other", () => {
    const found = outcome({ servers: [ours], state: known, pool: { image: "next" } });
    expect(found).toMatchObject({ adopted: undefined });
    expect(found.lines).toEqual([`${worker}: replace, drained (image rhcos -> next)`]);
  });
});

describe("GIVEN an adoption that was interrupted", () => {
  const imported: StateFacts = { servers: { [worker]: { id: "s0" } }, ports: { [port.name]: "p0" } };

  test("WHEN its entry is removed before it is completed THEN it is an error, since the server would be replaced", () => {
    const found = outcome({ state: imported, pool: { adopt: [] } });
    expect(found.errors).toMatchObject([{ check: "adopt", remedy: expect.stringMatching(`list ${worker} in`) }]);
    expect(found.lines.join()).toMatch(/refuse/);
  });

  test("WHEN the state has what was imported, without its owner, THEN it goes on without another import", () => {
    const found = outcome({ state: imported });
    expect(found).toMatchObject({ errors: [], server: undefined, ports: [], adopted: { serverId: "s0" } });
    expect(found.lines.join()).toMatch(/^lab-7x2kq-metal-0: adopt /);
  });

  test.each([
    ["is still there", [worker]],
    ["was removed", []],
  ])(
    "WHEN the cloud has the owner, the state has not, and its entry %s, THEN its metadata replaces nothing",
    (_, adopt) => {
      const marked = { ...existingServer("s0", worker, owner), addresses: ["10.0.0.20"] };
      const found = outcome({ servers: [marked], state: imported, pool: { adopt } });
      expect(found).toMatchObject({ errors: [], adopted: { serverId: "s0" } });
      expect(found.lines).toEqual([`${worker}: adopt (server s0 becomes this stack's, metadata only)`]);
    },
  );
});

test("GIVEN a state that the engine does not tell WHEN a worker is to be adopted THEN it is refused", () => {
  const found = outcome({ state: { error: "unknown function" } });
  expect(found).toMatchObject({ server: undefined, ports: [], adopted: undefined });
  expect(found.errors).toMatchObject([{ check: "adopt", path: list }]);
});

test("GIVEN a worker that was attached by hand WHEN no list has it THEN nothing is taken, and the warning names the key", () => {
  const found = outcome({ pool: { adopt: [] } });
  expect(found).toMatchObject({ errors: [], server: undefined, adopted: undefined });
  expect(found.warnings).toContain("server-name");
});
