import { describe, expect, test } from "@jest/globals";
import { containerName } from "../../../../components/ignition/payload.ts";
import type { NodeStatus } from "../../../../infra/discovery/cluster/status.ts";
import { findingsOf } from "../../../../infra/status/findings.ts";
import { containers, name, nodes, ports, servers, type World, world } from "../../../support/compared-world.ts";
import {
  nodeStatus,
  nodeUrn,
  portStatus,
  serverStatus,
  serverUrn,
  stateServer,
  worker,
} from "../../../support/observations.ts";
import { configOf, owner } from "../../../support/preflight-facts.ts";

const orphan = worker(7);
const urn = serverUrn(name);
const creating = (resource: string) => ({ type: "creating", urn: resource });
const up = "pulumi up --stack stack";

test("GIVEN state, cloud and cluster that agree WHEN they are compared THEN nothing is found", () => {
  expect(findingsOf(world({}))).toEqual([]);
});

describe("GIVEN something that carries this stack's owner and is in neither config nor state WHEN it is compared THEN its command removes it", () => {
  const lone = serverStatus("s7", orphan);
  test.each<[string, World, RegExp, string, string[]]>([
    [
      "a server",
      { servers: [...servers, lone] },
      /there is no Node of it$/,
      "openstack server delete --wait s7",
      ["s7"],
    ],
    [
      "a server with its port",
      { servers: [...servers, lone], ports: [...ports, portStatus("p7", `${orphan}-port-0`, { deviceId: "s7" })] },
      /there is no Node/,
      "openstack server delete --wait s7 && openstack port delete p7",
      ["s7", "p7"],
    ],
    [
      "a second server of a worker",
      { servers: [...servers, serverStatus("s1", name)] },
      /which has another of that name/,
      "openstack server delete --wait s1",
      ["s1"],
    ],
    [
      "a port",
      { ports: [...ports, portStatus("p7", `${orphan}-port-0`)] },
      /no server uses it$/,
      "openstack port delete p7",
      ["p7"],
    ],
    [
      "a port whose server is gone",
      { ports: [...ports, portStatus("p7", `${orphan}-port-0`, { deviceId: "s8" })] },
      /no server uses it$/,
      "openstack port delete p7",
      ["p7"],
    ],
    [
      "a second port of a worker",
      { ports: [...ports, portStatus("p1", `${name}-port-0`)] },
      /no server uses it$/,
      "openstack port delete p1",
      ["p1"],
    ],
    [
      "a port that another's server uses",
      {
        servers: [...servers, serverStatus("x", "other", { owner: undefined })],
        ports: [...ports, portStatus("p7", `${orphan}-port-0`, { deviceId: "x" })],
      },
      /server other \(x\) uses it/,
      'openstack port set --description "" p7',
      ["p7"],
    ],
    [
      "a container",
      { containers: [...containers, { name: "lab-7x2kq-old-ignition-11111111", owner }] },
      /neither config nor state$/,
      "openstack container delete --recursive lab-7x2kq-old-ignition-11111111",
      ["lab-7x2kq-old-ignition-11111111"],
    ],
    [
      "a Node",
      { nodes: [...nodes, nodeStatus(orphan, "s7", { ready: "Unknown" })] },
      /its server \(s7\) is not in the cloud's project$/,
      `oc delete node ${orphan}`,
      [orphan],
    ],
    [
      "a Node whose kubelet reports",
      { nodes: [...nodes, nodeStatus(orphan, "s7")] },
      /although its kubelet reports$/,
      `oc adm drain ${orphan} --ignore-daemonsets --delete-emptydir-data && oc delete node ${orphan}`,
      [orphan],
    ],
  ])("%s", (_, change, problem, command, subjects) => {
    expect(findingsOf(world(change))).toEqual([{ problem: expect.stringMatching(problem), command, subjects }]);
  });
});

describe("GIVEN this stack's server that nothing has, and a Node that may run on it WHEN it is compared THEN no command deletes the server", () => {
  const drained = `oc adm drain ${orphan} --ignore-daemonsets --delete-emptydir-data && openstack server stop s7 && oc delete node ${orphan}`;
  test.each<[string, readonly NodeStatus[]]>([
    ["by its providerID", [nodeStatus(orphan, "s7")]],
    ["by its annotation", [nodeStatus(orphan, undefined, { annotatedServerId: "s7" })]],
    ["by its name alone", [nodeStatus(orphan, undefined, { owner: undefined, annotatedServerId: undefined })]],
    ["whoever attached it", [nodeStatus(orphan, "s7", { owner: "a/b/c" })]],
  ])("%s", (_, more) => {
    const [finding, ...others] = findingsOf(
      world({ servers: [...servers, serverStatus("s7", orphan)], nodes: [...nodes, ...more] }),
    );
    expect(finding).toMatchObject({ command: drained, subjects: ["s7", orphan] });
    expect(others).toEqual([]);
  });

  test("nor if it was made for another cluster", () => {
    const other = serverStatus("s7", "other-9abcd-metal-7", { infraId: "other-9abcd" });
    expect(findingsOf(world({ servers: [...servers, other] }))).toMatchObject([
      { problem: expect.stringMatching(/made for cluster other-9abcd/), command: "openstack server show s7" },
    ]);
  });

  test("nor if the cluster could not be read", () => {
    const seen = world({
      servers: [...servers, serverStatus("s7", orphan)],
      change: { cluster: { error: "no answer" } },
    });
    expect(findingsOf(seen)).toMatchObject([{ command: "npm run doctor -- --stack stack", subjects: ["s7"] }]);
  });
});

describe("GIVEN something that the config wants and the state does not have WHEN it is compared THEN up takes it over", () => {
  test.each<[string, World, string[]]>([
    ["a server", { state: { servers: [], nodes: [] } }, ["s0", name]],
    ["a port", { state: { ports: [] }, ports: [portStatus("p0", `${name}-port-0`)] }, ["p0"]],
    [
      "a port that its server uses",
      { state: { ports: [] }, ports: [portStatus("p0", `${name}-port-0`, { deviceId: "s0" })] },
      ["p0"],
    ],
    [
      "a server in the place of one that is being replaced",
      { state: { servers: [{ ...stateServer("s-1", name), deleting: true }], nodes: [] } },
      ["s0", name],
    ],
  ])("%s", (_, change, subjects) => {
    expect(findingsOf(world(change))).toMatchObject([{ command: up, subjects }]);
  });

  test("a server in the place of one that is gone, which is found, too", () => {
    const seen = world({ state: { servers: [stateServer("s-1", name)], nodes: [] } });
    expect(findingsOf(seen)).toMatchObject([
      { command: `${up} --refresh`, subjects: [urn] },
      { command: up, subjects: ["s0", name] },
    ]);
  });

  test("a container of its pool", () => {
    const own = containerName("lab-7x2kq", "metal", owner);
    const seen = world({ containers: [...containers, { name: own, owner }] });
    expect(findingsOf(seen)).toMatchObject([{ command: up, subjects: [own] }]);
  });

  test("a container of its pool, which no longer keeps its Ignition config there: then it is deleted by hand", () => {
    const own = containerName("lab-7x2kq", "metal", owner);
    const change = { config: configOf({ replicas: 3, ignition: { delivery: "inline" } }) };
    const seen = world({ containers: [...containers, { name: own, owner }], change });
    const command = `openstack container delete --recursive ${own}`;
    expect(findingsOf(seen)).toMatchObject([{ command, subjects: [own] }]);
  });

  test("a container of its pool, although nothing tells the cluster's name", () => {
    const own = containerName("unknown", "metal", owner);
    const lone = servers.map((server) => ({ ...server, infraId: undefined }));
    const change = { cluster: { error: "no answer" } };
    const seen = world({ servers: lone, containers: [...containers, { name: own, owner }], change });
    expect(findingsOf(seen)).toMatchObject([{ command: up, subjects: [own] }]);
  });
});

describe("GIVEN pending operations in the state WHEN it is compared THEN they are named once, with what clears them", () => {
  test("creations, which the engine keeps until it is told to drop them", () => {
    const pending = [creating(nodeUrn(name)), creating(serverUrn(worker(1)))];
    expect(findingsOf(world({ nodes: [], state: { nodes: [], pending } }))).toEqual([
      {
        problem: `a command still runs, or was interrupted while creating openshift-node:index:OpenShiftNode ${name}, creating openstack:compute/instance:Instance ${worker(1)}`,
        command: `pulumi refresh --stack stack --yes --clear-pending-creates && ${up}`,
        subjects: pending.map((each) => each.urn),
      },
    ]);
  });

  test("others, which the next update drops", () => {
    const pending = [{ type: "deleting", urn }];
    expect(findingsOf(world({ state: { pending } }))).toMatchObject([{ command: up, subjects: [urn] }]);
  });
});

describe("GIVEN what is another's WHEN it is compared THEN nothing is found", () => {
  const other = { owner: "a/b/c" };
  test.each<[string, World]>([
    [
      "servers of another stack, and of nobody",
      { servers: [...servers, serverStatus("x", orphan, other), serverStatus("y", worker(8), { owner: undefined })] },
    ],
    [
      "ports",
      {
        ports: [
          ...ports,
          portStatus("x", `${orphan}-port-0`, other),
          portStatus("y", `${orphan}-port-0`, { owner: undefined }),
        ],
      },
    ],
    [
      "containers",
      {
        containers: [
          ...containers,
          { name: "lab-7x2kq-x-ignition-22222222", ...other },
          { name: "y", owner: undefined },
        ],
      },
    ],
    ["Nodes", { nodes: [...nodes, nodeStatus(orphan, "x", other), nodeStatus("by-hand", "y", { owner: undefined })] }],
    [
      "a Node that names this stack on another's server",
      { servers: [...servers, serverStatus("x", orphan, other)], nodes: [...nodes, nodeStatus(orphan, "x")] },
    ],
  ])("%s", (_, change) => {
    expect(findingsOf(world(change))).toEqual([]);
  });
});

test("GIVEN a stack that was renamed WHEN it is compared THEN what carries its former name is its own", () => {
  const former = { owner: "a/b/former" };
  const seen = world({
    servers: [...servers, serverStatus("s7", orphan, former)],
    ports: [...ports, portStatus("p7", `${worker(6)}-port-0`, former)],
    change: { formerOwners: ["a/b/former"] },
  });
  expect(findingsOf(seen).flatMap(({ subjects }) => subjects)).toEqual(["s7", "p7"]);
});

test("GIVEN a state that could not be read WHEN cloud and cluster are compared THEN nothing counts as an orphan", () => {
  const seen = world({ servers: [...servers, serverStatus("s7", orphan)], change: { state: { error: "locked" } } });
  expect(findingsOf(seen)).toEqual([]);
});
