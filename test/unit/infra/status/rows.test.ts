import { describe, expect, test } from "@jest/globals";
import { statusDocument, type WorkerStatus } from "../../../../infra/status/document.ts";
import type { Observation } from "../../../../infra/status/observation.ts";
import { statusOf } from "../../../../infra/status/rows.ts";
import { hostOf } from "../../../support/hosts.ts";
import { ago, cloudOf, clusterOf, nodeStatus, observed, serverStatus, worker } from "../../../support/observations.ts";
import { answer, configOf, machineConfigPool, owner } from "../../../support/preflight-facts.ts";

const name = worker(0);

interface Change {
  readonly server?: Partial<ReturnType<typeof serverStatus>>;
  readonly node?: Partial<ReturnType<typeof nodeStatus>>;
  readonly observation?: Partial<Observation>;
}

/** A healthy worker, with something changed. */
const seen = ({ server, node, observation }: Change): Observation =>
  observed({
    cluster: answer(clusterOf([nodeStatus(name, "s0", node)])),
    cloud: answer(cloudOf([serverStatus("s0", name, server)])),
    ...observation,
  });

function rowOf(change: Change): WorkerStatus {
  const [row] = statusOf(seen(change)).workers;
  if (!row) throw new Error("no row");
  return row;
}

describe("GIVEN a worker that is as it should be", () => {
  test("WHEN its status is made THEN it is healthy and the exit code is 0", () => {
    const document = statusOf(seen({}));
    expect(document).toMatchObject({ exitCode: 0, unread: [] });
    expect(document.workers).toEqual([
      {
        name,
        pool: "metal",
        wanted: true,
        surge: false,
        node: { name, ready: "True", since: ago(3600), kubelet: "v1.34.1", cordoned: null },
        server: { id: "s0", status: "ACTIVE", taskState: null, power: "on", host: null, zone: null },
        addresses: ["10.0.0.20"],
        spec: "current",
        underWay: [],
        remarks: [],
        healthy: true,
      },
    ]);
  });

  test("WHEN its document is written as JSON THEN it has the published shape", () => {
    const document = statusOf(seen({ observation: { cloud: { error: "no answer" } } }));
    expect(statusDocument.parse(JSON.parse(JSON.stringify(document)))).toEqual(document);
  });
});

describe("GIVEN a worker with something wrong WHEN its status is made THEN a remark says what to type", () => {
  const paused = clusterOf([nodeStatus(name, "s0")], {
    machineConfigPools: answer([machineConfigPool("worker", { paused: true })]),
  });
  const replace = "pulumi up --stack stack --replace '**:Instance::lab-7x2kq-metal-0'";
  const repair = "npm run repair -- --stack stack lab-7x2kq-metal-0";
  test.each<[string, Change, RegExp, string]>([
    [
      "NotReady for long",
      { node: { ready: "Unknown", since: ago(3000), message: "stopped" } },
      /^NotReady for 50m: stopped$/,
      repair,
    ],
    [
      "NotReady for long, of a Node that is younger than a join may take",
      { node: { created: ago(320), ready: "Unknown", since: ago(310), message: "stopped" } },
      /^NotReady for 5m10s: stopped$/,
      repair,
    ],
    [
      "a server in ERROR",
      { server: { status: "ERROR", failure: "No valid host" } },
      /in ERROR: No valid host$/,
      replace,
    ],
    ["a server that is off", { server: { status: "SHUTOFF" } }, /is powered off$/, "openstack server start s0"],
    ["a server in another status", { server: { status: "RESCUE" } }, /is in RESCUE$/, "openstack server show s0"],
    [
      "an administrator's cordon",
      { node: { cordon: { manager: "kubectl-cordon" } } },
      /administrator \(field manager kubectl-cordon\)$/,
      `oc adm uncordon ${name}`,
    ],
    [
      "another stack's cordon",
      { node: { cordon: { stack: "a/b/c" } } },
      /^cordoned by stack a\/b\/c$/,
      `oc adm uncordon ${name}`,
    ],
    [
      "a paused MachineConfigPool",
      { observation: { cluster: answer(paused) } },
      /^MachineConfigPool worker is paused/,
      `oc patch machineconfigpool/worker --type=merge --patch='{"spec":{"paused":false}}'`,
    ],
    [
      "another address",
      { node: { internalIps: ["10.9.9.9"] } },
      /address 10\.9\.9\.9 is none of its server's \(10\.0\.0\.20\)$/,
      replace,
    ],
    [
      "another name",
      { node: { name: "stray" } },
      /its server is named \S+-0, and its Node stray$/,
      "openstack server set --name stray s0",
    ],
    [
      "no Node, long after the boot",
      { observation: { cluster: answer(clusterOf([])) } },
      /created 24h ago and has no Node$/,
      "npm run doctor -- --stack stack",
    ],
    [
      "no server",
      { observation: { cloud: answer(cloudOf([])) } },
      /its server \(s0\) is not in the cloud's project$/,
      "pulumi up --stack stack --refresh",
    ],
    [
      "two servers",
      { observation: { cloud: answer(cloudOf([serverStatus("s0", name), serverStatus("s1", name)])) } },
      /has 2 servers of this name: s0, s1$/,
      "npm run doctor -- --stack stack",
    ],
  ])("%s", (_, change, problem, command) => {
    const { remarks, healthy } = rowOf(change);
    expect(remarks).toEqual([{ problem: expect.stringMatching(problem), command }]);
    expect(healthy).toBe(false);
    expect(statusOf(seen(change)).exitCode).toBe(1);
  });

  test.each<[string, Change]>([
    ["NotReady for less than health.notReadyAfter", { node: { ready: "False", since: ago(299) } }],
    [
      "NotReady for less than timeouts.boot in an update of the machine-config operator",
      { node: { ready: "Unknown", since: ago(301), updating: true } },
    ],
    [
      "a cordon of the machine-config operator",
      { node: { cordon: { manager: "machine-config-controller" }, updating: true } },
    ],
    ["this stack's own cordon", { node: { cordon: { stack: owner } } }],
    ["an address of the same value", { server: { addresses: ["fd00::1"] }, node: { internalIps: ["fd00:0::1"] } }],
  ])("but not of %s", (_, change) => {
    expect(rowOf(change).remarks).toEqual([]);
  });
});

describe("GIVEN a second server of a worker, which Nova lists first WHEN its status is made THEN no command is for the one that serves", () => {
  const doctor = "npm run doctor -- --stack stack";
  const several = { problem: "this stack has 2 servers of this name: s0, s1", command: doctor };
  test.each<[string, Partial<ReturnType<typeof serverStatus>>, string[]]>([
    ["with another address", { addresses: ["10.0.0.99"] }, []],
    ["in ERROR", { status: "ERROR", failure: "No valid host" }, ["server s1 is in ERROR: No valid host"]],
    ["powered off", { status: "SHUTOFF" }, ["server s1 is powered off"]],
  ])("%s", (_, second, problems) => {
    const cloud = answer(cloudOf([serverStatus("s1", name, second), serverStatus("s0", name)]));
    const { server, remarks } = rowOf({ observation: { cloud } });
    expect(server).toMatchObject({ id: "s0" });
    expect(remarks).toEqual([...problems.map((problem) => ({ problem, command: doctor })), several]);
  });
});

test("GIVEN a server that is off and that the config does not have WHEN its status is made THEN the doctor says what becomes of it", () => {
  const off = serverStatus("s9", worker(9), { status: "SHUTOFF" });
  const { workers } = statusOf(observed({ cloud: answer(cloudOf([off])) }, 0));
  expect(workers).toMatchObject([{ wanted: false, remarks: [{ command: "npm run doctor -- --stack stack" }] }]);
});

describe("GIVEN a worker with something under way WHEN its status is made THEN it says what", () => {
  const young = ago(60);
  const alone = (server: Partial<ReturnType<typeof serverStatus>>): Change => ({
    observation: {
      cluster: answer(clusterOf([])),
      cloud: answer(cloudOf([serverStatus("s0", name, { created: young, ...server })])),
    },
  });
  const asking = clusterOf([nodeStatus(name, "s0", { created: young, ready: "False" })], {
    awaitingServing: answer([name]),
  });
  test.each<[string, Change, string]>([
    ["Nova's build", alone({ status: "BUILD", taskState: "spawning" }), "joining: provision"],
    ["the boot", alone({}), "joining: boot"],
    ["the serving certificate", { observation: { cluster: answer(asking) } }, "joining: serving CSR"],
    ["the wait for Ready", { node: { created: young, ready: "False" } }, "joining: ready"],
    ["the wait for the cloud controller", { node: { created: young, uninitialized: true } }, "joining: ready"],
    ["a drain", { node: { cordon: { stack: owner } } }, "draining: cordoned by this stack"],
    ["Nova's task", { server: { taskState: "deleting" } }, "server: deleting"],
    ["an update of the operator", { node: { updating: true } }, "updated by the machine-config operator"],
    ["the Node's removal", { node: { deleting: true } }, "Node is being deleted"],
  ])("%s", (_, change, text) => {
    expect(rowOf(change)).toMatchObject({ underWay: [text], remarks: [], healthy: false });
  });

  test.each([
    ["replace, drained", "outdated"],
    ["readmit", "current"],
  ] as const)("a change that up has not made yet: %s", (verdict, spec) => {
    const changes = answer([{ worker: name, verdict, reason: "flavor a -> b" }]);
    const row = rowOf({ observation: { changes } });
    expect(row).toMatchObject({ spec, underWay: [`rollout pending: ${verdict} (flavor a -> b)`], healthy: false });
  });

  test("but nothing of a change that the config keeps back", () => {
    const changes = answer([
      { worker: name, verdict: "kept" as const, reason: "its Ignition config predates the edit" },
    ]);
    expect(rowOf({ observation: { changes } })).toMatchObject({ underWay: [], healthy: true });
  });
});

describe("GIVEN workers that the config does not have, or that are not there", () => {
  test("WHEN the status is made THEN those of the config come first, then this stack's others, and no other stack's", () => {
    const servers = [
      serverStatus("s9", worker(9)),
      serverStatus("s0", name),
      serverStatus("x", "lab-7x2kq-other-0", { owner: "a/b/c" }),
      serverStatus("y", "by-hand", { owner: undefined }),
    ];
    const nodes = [nodeStatus(name, "s0"), nodeStatus("foreign", "x", { owner: "a/b/c" }), nodeStatus("liar", "x")];
    const status = statusOf(observed({ cluster: answer(clusterOf(nodes)), cloud: answer(cloudOf(servers)) }, 2));
    expect(status.workers.map((each) => [each.name, each.wanted])).toEqual([
      [name, true],
      [worker(1), true],
      [worker(9), false],
    ]);
    expect(status.exitCode).toBe(1);
  });

  test("WHEN a worker of the config is not attached yet THEN it is outdated and no remark", () => {
    const changes = answer([{ worker: name, verdict: "attach" as const, reason: "flavor f, image i" }]);
    const [row] = statusOf(observed({ changes })).workers;
    expect(row).toMatchObject({ spec: "outdated", server: null, node: null, remarks: [], healthy: false });
  });
});

describe("GIVEN a part that could not be read WHEN the status is made THEN the other part is there, and the exit code is 2", () => {
  test("of the cluster", () => {
    const status = statusOf(
      seen({ observation: { cluster: { error: "no answer" }, changes: { error: "no answer" } } }),
    );
    expect(status).toMatchObject({ exitCode: 2, unread: [{ part: "cluster", reason: "no answer" }] });
    expect(status.workers).toMatchObject([{ name, node: null, server: { id: "s0" }, spec: "unknown", remarks: [] }]);
  });

  test("of the cloud", () => {
    const status = statusOf(seen({ observation: { cloud: { error: "no answer" }, changes: { error: "no answer" } } }));
    expect(status).toMatchObject({ exitCode: 2, unread: [{ part: "cloud", reason: "no answer" }] });
    expect(status.workers).toMatchObject([
      { name, node: { ready: "True" }, server: null, spec: "unknown", remarks: [] },
    ]);
  });

  test("of the names in the config", () => {
    const status = statusOf(seen({ observation: { changes: { error: "no network" } } }));
    expect(status).toMatchObject({ exitCode: 2, unread: [{ part: "spec", reason: "no network" }] });
  });
});

test("GIVEN hosts that the account may see WHEN the status is made THEN those without a server are listed", () => {
  const hosts = answer([
    hostOf("h0", { state: "active", serverId: "s0", maintenance: false }),
    hostOf("h1", { state: "cleaning", serverId: undefined, maintenance: false }),
  ]);
  const cloud = { ...cloudOf([serverStatus("s0", name)]), hosts };
  const status = statusOf(seen({ observation: { cloud: answer(cloud) } }));
  expect(status.hosts).toEqual([{ name: "h1", state: "cleaning", maintenance: false }]);
  const states = { available: 0, cleaning: 1, "in use": 1 };
  expect(status.hostStates).toEqual([{ resourceClass: "CUSTOM_BAREMETAL", states }]);
});

describe("GIVEN hosts that the account may not see WHEN the status is made", () => {
  test("THEN nothing is missing to a plain member", () => {
    expect(statusOf(seen({}))).toMatchObject({ hosts: null, hostStates: null, unread: [], exitCode: 0 });
  });

  test("THEN an inventory that the config names is reported", () => {
    const config = configOf({}, { inventory: "lab-admin" });
    const status = statusOf(seen({ observation: { config } }));
    expect(status).toMatchObject({ unread: [{ part: "hosts", reason: "HTTP 403" }], exitCode: 2 });
  });
});
