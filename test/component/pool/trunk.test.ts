import { beforeAll, describe, expect, test } from "@jest/globals";
import { ownerDescription } from "../../../components/ports/description.ts";
import { subportName } from "../../../components/ports/names.ts";
import type { WorkerInCloud } from "../../../components/server/in-cloud.ts";
import { args, machinePort, types } from "../support/pool-fixtures.ts";
import { recordRegistrations, type Registration, valueOf } from "../support/recorder.ts";

const trunkType = "openstack:networking/trunk:Trunk";
const claimType = "openshift-node:index:TrunkClaim";
const place = { networkId: "storage-id", subnetIds: ["storage-subnet"], segmentationId: 100 };

let seen: Registration[];
const portOf = (pool: string): string => `lab-7x2kq-${pool}-0-port-0`;
const vlanOf = (pool: string): string => subportName(portOf(pool), place);
function of(type: string, name: string): Registration {
  const found = seen.find((each) => each.type === type && each.name === name);
  if (!found) throw new Error(`no ${type} ${name} was registered`);
  return found;
}

/** A worker whose port has a trunk with one VLAN. */
async function attach(pool: string, inCloud?: Partial<WorkerInCloud>): Promise<void> {
  const { WorkerPool } = await import("../../../components/worker-pool.ts");
  const name = `lab-7x2kq-${pool}-0`;
  const known = {
    takenOver: { ports: new Map() },
    portRecord: "unknown",
    ports: undefined,
    placedPorts: undefined,
  } as const;
  const declared = new WorkerPool(pool, {
    ...args,
    pool,
    workers: [{ name }],
    ports: [{ ...machinePort, trunk: { subports: [{ ...place, securityGroupIds: ["group-id"] }] } }],
    inCloud: new Map([[name, { ...known, ...inCloud }]]),
  });
  await Promise.all((await declared.attach()).map(({ state }) => valueOf(state)));
}

beforeAll(async () => {
  seen = await recordRegistrations({
    [types.port]: { allFixedIps: ["10.0.0.20"] },
    [types.server]: { created: "2026-01-02 03:04:05 +0000 UTC", powerState: "active" },
    [types.node]: { state: "Ready", timeline: [] },
  });
});

describe("GIVEN a port with a trunk WHEN its worker is declared", () => {
  beforeAll(() => attach("vlans"));

  test("THEN the trunk has the port for its parent, and the subport by its VLAN ID", () => {
    const { inputs, deleteBeforeReplace } = of(trunkType, `${portOf("vlans")}-trunk`);
    expect(inputs).toEqual({
      name: `${portOf("vlans")}-trunk`,
      description: ownerDescription(args.owner),
      portId: `${portOf("vlans")}-id`,
      adminStateUp: true,
      subPorts: [{ portId: `${vlanOf("vlans")}-id`, segmentationType: "vlan", segmentationId: 100 }],
      tags: ["openshiftClusterID=lab-7x2kq"],
    });
    expect(deleteBeforeReplace).toBe(true);
  });

  test("THEN the subport is in its network and subnet, with the groups, and with its owner and worker", () => {
    expect(of(types.port, vlanOf("vlans")).inputs).toEqual({
      name: vlanOf("vlans"),
      description: ownerDescription(args.owner, "lab-7x2kq-vlans-0"),
      networkId: "storage-id",
      adminStateUp: true,
      fixedIps: [{ subnetId: "storage-subnet" }],
      securityGroupIds: ["group-id"],
      tags: ["openshiftClusterID=lab-7x2kq"],
    });
  });

  test("THEN a subport of another place is made before that one goes, and none twice", () => {
    const { deleteBeforeReplace, beforeCreate } = of(types.port, vlanOf("vlans"));
    expect(deleteBeforeReplace).toBe(false);
    expect(beforeCreate).toEqual([`no-twin-of-port-${vlanOf("vlans")}`]);
  });

  test("THEN the server comes after the trunk and goes before it, on the parent port alone", () => {
    const { inputs, dependencies } = of(types.server, "lab-7x2kq-vlans-0");
    expect(dependencies).toContain(`${trunkType} ${portOf("vlans")}-trunk`);
    expect(dependencies).toContain(`${claimType} ${portOf("vlans")}`);
    expect(inputs["networks"]).toEqual([{ port: `${portOf("vlans")}-id` }]);
  });

  test("THEN a claim on the trunk stands between it and the ports, for a command that is interrupted", () => {
    const { inputs, dependencies } = of(claimType, portOf("vlans"));
    expect(inputs).toEqual({
      port: portOf("vlans"),
      owner: args.owner,
      removeTimeout: args.timeouts.nodeRemoval,
      configPath: args.configPath,
    });
    expect(dependencies.toSorted()).toEqual([`${types.port} ${portOf("vlans")}`, `${types.port} ${vlanOf("vlans")}`]);
    expect(of(trunkType, `${portOf("vlans")}-trunk`).dependencies).toContain(`${claimType} ${portOf("vlans")}`);
  });

  test("THEN the addresses of the Node are those of the parent", () => {
    const { propertyDependencies } = of(types.node, "lab-7x2kq-vlans-0");
    expect(propertyDependencies["fixedIps"]).toEqual([`${types.port} ${portOf("vlans")}`]);
  });
});

test("GIVEN a trunk and a subport that are not in the state WHEN the worker is declared THEN the subport is imported, and the trunk left to its claim", async () => {
  const lostTrunks = new Map([[`${portOf("lost")}-trunk`, "the-trunk"]]);
  await attach("lost", { takenOver: { ports: new Map([[vlanOf("lost"), "the-subport"]]) }, lostTrunks });
  expect(seen.filter(({ type, name }) => type === trunkType && name.startsWith(portOf("lost")))).toEqual([]);
  expect(of(claimType, portOf("lost")).importId).toBe("");
  expect(of(types.port, vlanOf("lost")).importId).toBe("the-subport");
  expect(of(types.port, portOf("lost")).importId).toBe("");
});
