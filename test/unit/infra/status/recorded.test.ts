import { describe, expect, test } from "@jest/globals";
import { findingsOf } from "../../../../infra/status/findings.ts";
import { container, name, type World, world, whole } from "../../../support/compared-world.ts";
import {
  ago,
  nodeStatus,
  nodeUrn,
  portStatus,
  serverStatus,
  serverUrn,
  stateContainer,
  stateNode,
  statePort,
  stateServer,
} from "../../../support/observations.ts";

const urn = serverUrn(name);
const up = "pulumi up --stack stack";
const refresh = `${up} --refresh`;
const replace = `${up} --replace '${urn}'`;
const repair = `npm run repair -- --stack stack ${name}`;
const failed = { status: "ERROR", failure: "No valid host" };

describe("GIVEN a worker of the state WHEN it is compared THEN what is wrong with it is named with its command", () => {
  test.each<[string, World, RegExp, string, string[]]>([
    ["whose server is gone", { servers: [] }, /gone from the cloud; its Node \S+ is still there$/, refresh, [urn]],
    ["whose server and Node are gone", { servers: [], nodes: [] }, /gone from the cloud$/, refresh, [urn]],
    [
      "whose port is gone",
      { ports: [] },
      /port \S+ \(p0\), which is gone/,
      refresh,
      [statePort("p0", `${name}-port-0`).urn],
    ],
    [
      "whose container is gone",
      { containers: [] },
      /gone from the object store$/,
      refresh,
      [stateContainer(container).urn],
    ],
    [
      "whose server was renamed",
      { servers: [serverStatus("s0", "other")] },
      /was renamed to other$/,
      `openstack server set --name ${name} s0`,
      [urn],
    ],
    [
      "whose port was renamed",
      { ports: [portStatus("p0", "other", { deviceId: "s0" })] },
      /was renamed to other$/,
      `openstack port set --name ${name}-port-0 p0`,
      [statePort("p0", `${name}-port-0`).urn],
    ],
    [
      "whose server failed",
      { servers: [serverStatus("s0", name, failed)], nodes: [] },
      /in ERROR: No valid host; `pulumi up` replaces it \(attempt 2 of 3\)$/,
      up,
      [urn],
    ],
    [
      "whose server failed for the last time",
      { servers: [serverStatus("s0", name, { ...failed, made: { attempt: "3" } })], nodes: [] },
      /in ERROR: No valid host; attempts used up: 3$/,
      replace,
      [urn],
    ],
    [
      "whose server failed beside its Node",
      { servers: [serverStatus("s0", name, failed)] },
      /in ERROR: No valid host$/,
      replace,
      [urn],
    ],
    ["whose Node was deleted", { nodes: [] }, /had joined, and its Node is gone/, replace, [urn]],
    ["whose Node has another name", { nodes: [nodeStatus("stray", "s0")] }, /has joined as Node stray/, replace, [urn]],
    [
      "whose join failed",
      { nodes: [], state: { nodes: [stateNode(name, "s0", "Joining")] } },
      /has not joined/,
      up,
      [urn],
    ],
    ["whose join never began", { nodes: [], state: { nodes: [] } }, /has not joined/, up, [urn]],
    [
      "whose server a refresh has dropped",
      { servers: [], ports: [], state: { servers: [], ports: [] } },
      /without its server \(s0\)/,
      up,
      [nodeUrn(name)],
    ],
    [
      "that is not Ready for long",
      { nodes: [nodeStatus(name, "s0", { ready: "Unknown", since: ago(3000), message: "stopped" })] },
      /NotReady for 50m: stopped$/,
      repair,
      [urn],
    ],
    [
      "that has joined lately, and is not Ready for long",
      { nodes: [nodeStatus(name, "s0", { ready: "False", since: ago(400), created: ago(600), message: "" })] },
      /has been NotReady for 6m/,
      repair,
      [urn],
    ],
    [
      "that is powered off, and not Ready for long",
      {
        servers: [serverStatus("s0", name, { status: "SHUTOFF" })],
        nodes: [nodeStatus(name, "s0", { ready: "Unknown", since: ago(3000), message: "stopped" })],
      },
      /NotReady for 50m: stopped; its server is powered off$/,
      "openstack server start s0",
      [urn],
    ],
  ])("%s", (_, change, problem, command, subjects) => {
    expect(findingsOf(world(change))).toEqual([{ problem: expect.stringMatching(problem), command, subjects }]);
  });

  test.each<[string, World]>([
    [
      "that is not Ready for less than health.notReadyAfter",
      { nodes: [nodeStatus(name, "s0", { ready: "False", since: ago(10) })] },
    ],
    [
      "that joins, and is not Ready for longer",
      {
        nodes: [nodeStatus(name, "s0", { ready: "False", since: ago(400), created: ago(400) })],
        state: { nodes: [stateNode(name, "s0", "Joining")] },
      },
    ],
    [
      "whose server is being built",
      { servers: [serverStatus("s0", name, { status: "BUILD" })], nodes: [], state: { nodes: [] } },
    ],
    ["of which the cluster says nothing", { change: { cluster: { error: "no answer" } } }],
    ["of which the cloud says nothing", { change: { cloud: { error: "no answer" } } }],
    [
      "whose former server is about to be deleted",
      { state: { servers: [...whole.servers, { ...stateServer("s-1", name), deleting: true }] } },
    ],
  ])("but nothing of one %s", (_, change) => {
    expect(findingsOf(world(change))).toEqual([]);
  });

  test("also of one that is not Ready while the cloud says nothing", () => {
    const silent = nodeStatus(name, "s0", { ready: "Unknown", since: ago(3000) });
    const seen = world({ nodes: [silent], change: { cloud: { error: "no answer" } } });
    expect(findingsOf(seen)).toMatchObject([{ command: repair, subjects: [urn] }]);
  });
});
