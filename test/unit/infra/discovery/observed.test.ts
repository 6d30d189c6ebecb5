import { describe, expect, test } from "@jest/globals";
import { annotations, fieldManager, type NodeObject } from "../../../../components/kubernetes/types.ts";
import { parsePorts, parseServers } from "../../../../infra/discovery/cloud/project.ts";
import { parseAwaiting, parseNodeStatuses } from "../../../../infra/discovery/cluster/status.ts";
import { node, owner } from "../../../support/node-fixtures.ts";

const serverOf = (change: object) =>
  parseServers({ servers: [{ id: "s", name: "w", status: "ACTIVE", ...change }] })[0];

describe("GIVEN a server as Nova lists it WHEN it is read", () => {
  test("THEN it has its state, and the machine where the account may see it", () => {
    const metadata = { owner, pool: "metal", openshiftClusterID: "lab", flavor: "f" };
    const addresses = { a: [{ addr: "10.0.0.1" }, { addr: "fd00::1" }], b: [{ addr: "10.1.0.1" }] };
    const states = { "OS-EXT-STS:task_state": "deleting", "OS-EXT-STS:power_state": 4 };
    const host = { "OS-EXT-SRV-ATTR:hypervisor_hostname": "h" };
    expect(serverOf({ metadata, addresses, created: "2026-01-01T00:00:00Z", ...states, ...host })).toMatchObject({
      ...{ id: "s", name: "w", owner, status: "ACTIVE", taskState: "deleting", power: "off", host: "h" },
      ...{ addresses: ["10.0.0.1", "fd00::1", "10.1.0.1"], pool: "metal", infraId: "lab", made: { flavor: "f" } },
    });
  });

  test("THEN it says whether it was created as a surge worker's", () => {
    expect(serverOf({ metadata: { surge: "true" } })?.made.surge).toBe("true");
    expect(serverOf({})?.made).not.toHaveProperty("surge");
  });

  test.each([
    [0, "unknown"],
    [1, "on"],
    [4, "off"],
    [null, "unknown"],
    [99, "unknown"],
  ])("THEN power state %s is %s", (state, power) => {
    expect(serverOf({ "OS-EXT-STS:power_state": state })).toMatchObject({ power, host: undefined });
  });
});

test("GIVEN a port as Neutron lists it WHEN it is read THEN its description says whose it is", () => {
  const port = { id: "p", name: "n", network_id: "net", device_id: "s" };
  const description = `worker of ${owner}; answers for 10.0.0.9`;
  expect(
    parsePorts({
      ports: [
        { ...port, description },
        { ...port, device_id: null, description: "mine" },
      ],
    }),
  ).toMatchObject([
    { owner, deviceId: "s" },
    { owner: undefined, deviceId: "" },
  ]);
});

describe("GIVEN a Node as the API server lists it WHEN it is read", () => {
  const cordonedBy = (manager: string, stack?: string): NodeObject => {
    const it = node({});
    const fieldsV1 = { "f:spec": { "f:unschedulable": {} } };
    const notes = stack === undefined ? {} : { [annotations.cordonedBy]: stack };
    return {
      ...it,
      metadata: { ...it.metadata, annotations: notes, managedFields: [{ manager, fieldsV1 }] },
      spec: { ...it.spec, unschedulable: true },
    };
  };
  test.each<[string, NodeObject, object | undefined]>([
    ["nobody", node({}), undefined],
    ["this program's stack", cordonedBy(fieldManager, owner), { stack: owner }],
    ["somebody", cordonedBy("kubectl-cordon"), { manager: "kubectl-cordon" }],
    ["somebody, after this program's stack", cordonedBy("kubectl-cordon", owner), { manager: "kubectl-cordon" }],
  ])("THEN it was cordoned by %s", (_, item, cordon) => {
    expect(parseNodeStatuses([item])[0]?.cordon).toEqual(cordon);
  });
});

test("GIVEN certificate requests WHEN they are read THEN those that nobody has answered name their Nodes", () => {
  const request = (username: string, status?: object) => ({ spec: { username }, ...(status && { status }) });
  const items = [
    request("system:node:a"),
    request("system:node:b", { conditions: [{ type: "Approved" }] }),
    request("system:node:c", { certificate: "x" }),
    request("system:serviceaccount:x"),
  ];
  expect(parseAwaiting({ items })).toEqual(["a"]);
});
