import { expect, test } from "@jest/globals";
import { stateOf } from "../../../../infra/discovery/state.ts";

const urn = (type: string, name: string): string =>
  `urn:pulumi:prod::openstack-baremetal-compute::openstack-baremetal-compute:index:WorkerPool$${type}::${name}`;
const server = "openstack:compute/instance:Instance";
const port = "openstack:networking/port:Port";

test("GIVEN what the engine tells of a state WHEN it is read THEN its servers and ports are known by name", () => {
  const outputs = {
    [urn(server, "w-0")]: {
      type: server,
      outputs: {
        id: "s0",
        metadata: { owner: "us", ports: "0f", attempt: "2" },
        created: "now",
        networks: [{ port: "0f" }],
      },
    },
    [urn(server, "w-1")]: { type: server, outputs: { id: "s1", metadata: { owner: "us" } } },
    [urn(port, "w-0-port-0")]: { type: port, outputs: { id: "p0" } },
    [urn("openshift-node:index:NodeClaim", "w-2")]: { type: "openshift-node:index:NodeClaim", outputs: {} },
  };
  expect(stateOf({ name: "prod", outputs })).toEqual({
    servers: {
      "w-0": { id: "s0", owner: "us", ports: "0f", attempt: "2", networks: 1 },
      "w-1": { id: "s1", owner: "us", ports: undefined },
    },
    ports: { "w-0-port-0": "p0" },
  });
});

test("GIVEN a trunk WHEN the state is read THEN it is known by name", () => {
  const type = "openstack:networking/trunk:Trunk";
  const outputs = { [urn(type, "w-0-port-0-trunk")]: { type, outputs: { id: "t0" } } };
  expect(stateOf({ outputs }).trunks).toEqual({ "w-0-port-0-trunk": "t0" });
});

test("GIVEN the server of a surge worker WHEN the state is read THEN it tells that it is one", () => {
  const outputs = {
    [urn(server, "w-0")]: { type: server, outputs: { id: "s0", metadata: { owner: "us" } } },
    [urn(server, "w-3")]: { type: server, outputs: { id: "s3", metadata: { owner: "us", surge: "true" } } },
  };
  const { servers } = stateOf({ outputs });
  expect(Object.values(servers).map(({ isSurge }) => isSurge)).toEqual([undefined, true]);
});

test("GIVEN workers of which one is protected WHEN the state is read THEN it tells by which pool", () => {
  const type = "openstack-baremetal-compute:index:BaremetalWorker";
  const outputs = {
    [urn(type, "w-0")]: { type, outputs: { protectedBy: "metal" } },
    [urn(type, "w-1")]: { type, outputs: {} },
  };
  expect(stateOf({ outputs }).protectedWorkers).toEqual({ "w-0": "metal" });
});

test.each<[string, object, true | undefined]>([
  ["whose Node has been Ready", { serverId: "s0", state: "NotReady" }, true],
  ["whose Node joins", { serverId: "s0", state: "Joining" }, undefined],
  ["whose Node is still that of the server before", { serverId: "s-1", state: "Ready" }, undefined],
  ["whose Node failed at once", { serverId: "s0" }, undefined],
])("GIVEN a server %s WHEN the state is read THEN it tells whether it has joined", (_, node, expected) => {
  const nodeType = "openshift-node:index:OpenShiftNode";
  const outputs = {
    [urn(server, "w-0")]: { type: server, outputs: { id: "s0" } },
    [urn(nodeType, "w-0")]: { type: nodeType, outputs: node },
  };
  expect(stateOf({ outputs }).servers["w-0"]?.hasJoined).toBe(expected);
});

test("GIVEN a server without outputs, whose creation failed halfway WHEN it is read THEN the state has it", () => {
  const outputs = { [urn(server, "w-0")]: { type: server, outputs: {} } };
  expect(stateOf({ outputs }).servers).toEqual({ "w-0": { id: "", ports: undefined } });
});

test("GIVEN an answer of another shape WHEN it is read THEN that is an error, and not an empty state", () => {
  expect(() => stateOf({ resources: [] })).toThrow();
});
