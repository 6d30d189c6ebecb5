import { describe, expect, test } from "@jest/globals";
import {
  identityOf,
  adopt,
  type Deployment,
  deploymentSchema,
  pendingCreates,
  readiness,
} from "../../../../infra/cli/adopt-pending.ts";

const server = {
  urn: "urn:server",
  type: "openstack:compute/instance:Instance",
  custom: true,
  inputs: { name: "w-0", metadata: { owner: "us" }, networks: [{ port: "p" }], userData: { ciphertext: "x" } },
  parent: "urn:component",
};
const port = { urn: "urn:port", type: "openstack:networking/port:Port", inputs: { name: "w-0-port-0" } };
const node = { urn: "urn:node", type: "openshift-node:index:OpenShiftNode", inputs: { nodeName: "w-0" } };

const state = (operations: object[], resources: object[] = []): Deployment =>
  deploymentSchema.parse({
    version: 3,
    deployment: { manifest: { time: "now" }, resources, pending_operations: operations },
  });
const creating = (resource: object): object => ({ type: "creating", resource });

describe("GIVEN a state with creations that were cut off", () => {
  test("WHEN they are read THEN servers and ports are to be looked up, by name and owner", () => {
    expect(pendingCreates(state([creating(server), creating(port), creating(node)]))).toEqual([
      { urn: "urn:server", kind: "server", name: "w-0", owner: "us" },
      { urn: "urn:port", kind: "port", name: "w-0-port-0", owner: undefined },
    ]);
  });

  test("WHEN the cloud has the server THEN it is a resource with its id and all its inputs, at the end", () => {
    const other = { urn: "urn:component", type: "a:b:C", inputs: {} };
    const { deployment } = adopt(state([creating(server)], [other]), new Map([["urn:server", "id-1"]]));
    expect(deployment.pending_operations).toEqual([]);
    expect(deployment.resources).toEqual([other, { ...server, id: "id-1", outputs: { ...server.inputs, id: "id-1" } }]);
  });

  test("WHEN the cloud has none THEN the creation is forgotten: the next up repeats it", () => {
    const { deployment } = adopt(state([creating(server), creating(node)]), new Map());
    expect(deployment).toMatchObject({ resources: [], pending_operations: [] });
  });

  test("WHEN a join was cut off THEN the worker's drain stays: a destroy drains its Node", () => {
    const drain = { urn: "urn:drain", type: "openshift-node:index:NodeDrain", id: "w-0", inputs: { nodeName: "w-0" } };
    const { deployment } = adopt(state([creating(node)], [server, drain]), new Map());
    expect(deployment).toMatchObject({ resources: [server, drain], pending_operations: [] });
  });

  test("WHEN the state has the resource by now THEN it is not added twice", () => {
    const { deployment } = adopt(state([creating(server)], [server]), new Map([["urn:server", "id-1"]]));
    expect(deployment.resources).toHaveLength(1);
  });

  test("WHEN other operations are pending THEN they stay, and so does everything that is not understood", () => {
    const deleting = { type: "deleting", resource: port };
    const adopted = adopt(state([deleting, creating(server)]), new Map());
    expect(adopted.deployment.pending_operations).toEqual([deleting]);
    expect(adopted).toMatchObject({ version: 3, deployment: { manifest: { time: "now" } } });
  });
});

test.each([
  ["ACTIVE", "now"],
  ["SHUTOFF", "now"],
  ["BUILD", "later"],
  ["ERROR", "never"],
])("GIVEN a server in %s WHEN it is to be taken over THEN that can be done %s", (status, when) => {
  expect(readiness(status)).toBe(when);
});

test.each<[string, Record<string, unknown>, ReturnType<typeof identityOf>]>([
  ["no project, as of an earlier release", {}, undefined],
  ["a project", { cloudProject: "p" }, { project: "p", region: "" }],
  ["a project and a region", { cloudProject: "p", cloudRegion: "r" }, { project: "p", region: "r" }],
])(
  "GIVEN a state whose node provider has %s WHEN it is read THEN that is where its servers are",
  (_, inputs, expected) => {
    const resources = [
      {
        urn: "urn:pulumi:lab::p::pulumi:providers:openshift-node::cluster",
        type: "pulumi:providers:openshift-node",
        inputs,
      },
    ];
    expect(identityOf(deploymentSchema.parse({ deployment: { resources } }))).toEqual(expected);
  },
);
