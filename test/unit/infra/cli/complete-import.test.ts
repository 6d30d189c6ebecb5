import { describe, expect, test } from "@jest/globals";
import type { Deployment } from "../../../../infra/cli/adopt-pending.ts";
import { completeImport } from "../../../../infra/cli/complete-import.ts";

const worker = "openstack-baremetal-compute:index:BaremetalWorker";
const urn = (type: string, parents: string): string =>
  `urn:pulumi:s::openstack-baremetal-compute::${parents}$${type}::w`;
const portType = "openstack:networking/port:Port";
const serverType = "openstack:compute/instance:Instance";

/** As terraform-provider-openstack imports them: no fixed IPs, tags and security groups, no port and config drive. */
const port = (parents = worker) => ({
  urn: urn(portType, parents),
  type: portType,
  id: "port-1",
  inputs: { name: "w-port-0" },
  outputs: {
    name: "w-port-0",
    macAddress: "52:54:00:00:00:01",
    fixedIps: [],
    tags: [],
    allTags: ["openshiftClusterID=x"],
    allSecurityGroupIds: ["group-1"],
  },
});
const server = (configDrive: boolean | null = null) => ({
  urn: urn(serverType, worker),
  type: serverType,
  id: "server-1",
  inputs: { name: "w" },
  outputs: { configDrive, networks: [{ mac: "52:54:00:00:00:01", port: "", name: "machines" }] },
});
const stateOf = (...resources: Deployment["deployment"]["resources"]): Deployment => ({
  deployment: { resources, pending_operations: [] },
});
const completed = (...resources: Deployment["deployment"]["resources"]) =>
  completeImport(stateOf(...resources), "subnet-1").deployment.resources;

describe("GIVEN the state of imported workers", () => {
  test("WHEN it is completed THEN inputs and outputs of the port have its subnet, tags and groups", () => {
    const expected = {
      fixedIps: [{ subnetId: "subnet-1", ipAddress: "" }],
      tags: ["openshiftClusterID=x"],
      securityGroupIds: ["group-1"],
    };
    const [result] = completed(port());
    expect(result).toMatchObject({ id: "port-1", inputs: { name: "w-port-0", ...expected }, outputs: expected });
  });

  test("WHEN it is completed THEN the server is on the port that has its MAC", () => {
    const networks = [{ mac: "52:54:00:00:00:01", port: "port-1", name: "machines" }];
    const expected = { configDrive: true, forceDelete: false, stopBeforeDestroy: false, networks };
    expect(completed(port(), server())[1]).toMatchObject({ inputs: expected, outputs: expected });
  });

  test.each([
    ["of another component", stateOf(port("acme:index:Router"))],
    ["that the program has made", stateOf({ ...port(), outputs: { fixedIps: [{ subnetId: "s" }] } }, server(true))],
    ["of another type", stateOf({ ...port(), type: "openstack:networking/network:Network" })],
  ])("WHEN it has a resource %s THEN that stays as it is", (_what, state) => {
    expect(completeImport(state, "subnet-1")).toEqual(state);
  });

  test("WHEN it is completed twice THEN the second time changes nothing", () => {
    const once = completeImport(stateOf(port(), server()), "subnet-1");
    expect(completeImport(once, "subnet-1")).toEqual(once);
  });
});
