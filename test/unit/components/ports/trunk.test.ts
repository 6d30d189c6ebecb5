import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { allowedOf, isTrunkParent, ownerOf, portDescription } from "../../../../components/ports/description.ts";
import { trunkInPlaceLine } from "../../../../components/ports/in-place.ts";
import { subportName, workerOfPort } from "../../../../components/ports/names.ts";
import { planPorts, type PortTemplate } from "../../../../components/ports/plan.ts";
import { isTrunkEdited, type SubportTemplate } from "../../../../components/ports/trunk.ts";

const owner = "acme/openstack-baremetal-compute/lab";
const template: PortTemplate = {
  networkId: "n",
  subnets: [{ id: "s", ipVersion: 4 }],
  securityGroupIds: ["g"],
  virtualAddresses: [],
  allowedAddresses: [],
  tags: ["rack=r1"],
  dhcpOptions: undefined,
};
const subport = (segmentationId: number, networkId = "storage"): SubportTemplate => ({
  networkId,
  subnetIds: ["s2"],
  segmentationId,
  securityGroupIds: ["g"],
});
const plan = (...ports: PortTemplate[]) =>
  planPorts({ worker: "lab-metal-0", infraId: "lab", owner, fixedIps: [], ports });

describe("GIVEN a worker whose second port has a trunk WHEN its ports are planned", () => {
  const [first, second] = plan(template, { ...template, trunk: { subports: [subport(200, "backup"), subport(100)] } });

  test("THEN that port alone has it, and its description tells", () => {
    expect(first).not.toHaveProperty("trunk");
    expect([first?.description, second?.description]).toEqual([
      `worker of ${owner}`,
      `worker of ${owner}; parent of a trunk`,
    ]);
  });

  test("THEN trunk and subports have names by the port, the cluster's tag and the owner", () => {
    const tags = ["openshiftClusterID=lab"];
    expect(second?.trunk).toMatchObject({
      name: "lab-metal-0-port-1-trunk",
      description: `worker of ${owner}`,
      tags,
      subports: [100, 200].map((segmentationId) => ({
        name: expect.stringMatching(new RegExp(`^lab-metal-0-port-1-vlan-${segmentationId}-[0-9a-f]{8}$`)),
        description: `worker of ${owner}; subport of lab-metal-0`,
        tags,
        segmentationId,
      })),
    });
  });

  test("THEN subports in another order are the same plan", () => {
    const other = plan(template, { ...template, trunk: { subports: [subport(100), subport(200, "backup")] } });
    expect(other[1]).toEqual(second);
  });
});

test("GIVEN any two places of a VLAN WHEN their subports are named THEN the names are the same only of the same place", () => {
  const id = fc.stringMatching(/^[0-9a-f]{8}$/);
  const place = fc.record({
    segmentationId: fc.integer({ min: 1, max: 4094 }),
    networkId: id,
    subnetIds: fc.uniqueArray(id, { maxLength: 2 }),
  });
  const key = ({ segmentationId, networkId, subnetIds }: SubportPlace) =>
    JSON.stringify([segmentationId, networkId, ...subnetIds.toSorted()]);
  fc.assert(
    fc.property(place, place, (one, other) => {
      expect(subportName("w-port-0", one) === subportName("w-port-0", other)).toBe(key(one) === key(other));
      expect(subportName("w-port-0", one)).toBe(
        subportName("w-port-0", { ...one, subnetIds: one.subnetIds.toReversed() }),
      );
      expect(workerOfPort(subportName("w-port-0", one))).toBe("w");
    }),
  );
});
type SubportPlace = Parameters<typeof subportName>[1];

describe("GIVEN the description of a port with a trunk", () => {
  test("WHEN it is read THEN owner and allowed addresses are what they were", () => {
    const description = portDescription(owner, ["10.0.0.9"], true);
    expect([ownerOf(description), allowedOf(description), isTrunkParent(description)]).toEqual([
      owner,
      "10.0.0.9",
      true,
    ]);
    expect(isTrunkParent(portDescription(owner, ["10.0.0.9"]))).toBe(false);
  });
});

describe("GIVEN a port that exists", () => {
  const [plain, parent] = [portDescription(owner, []), portDescription(owner, [], true)];
  test.each<[string, { description: string; trunkId?: string; isForeign?: true }, boolean, boolean]>([
    ["it has none, and the config wants none", { description: plain }, false, false],
    ["it has one, and the config wants one", { description: parent, trunkId: "t" }, true, false],
    ["it is left over without its trunk, which the config wants", { description: parent }, true, false],
    ["the config puts one on it", { description: plain }, true, true],
    ["the config takes it off", { description: parent, trunkId: "t" }, false, true],
    ["somebody has put one on it by hand", { description: plain, trunkId: "t" }, false, false],
    [
      "a note is in the place of its description, and the config takes it off",
      { description: "rack 7", trunkId: "t" },
      false,
      true,
    ],
    [
      "a note is in the place of its description, and nothing changes",
      { description: "rack 7", trunkId: "t" },
      true,
      false,
    ],
    [
      "somebody has written a note, and put a trunk on it by hand",
      { description: "rack 7", trunkId: "t", isForeign: true },
      false,
      false,
    ],
    ["a note is in the place of its description, and the config puts one on it", { description: "rack 7" }, true, true],
  ])("WHEN %s THEN this tells whether it is edited", (_, existing, isWanted, expected) => {
    expect(isTrunkEdited(isWanted ? { trunk: {} } : {}, existing, existing.isForeign !== true)).toBe(expected);
  });
});

describe("GIVEN a trunk's inputs and what they were", () => {
  const vlan = (segmentationId: number, portId: unknown = `p${segmentationId}`) => ({ segmentationId, portId });
  const before = { name: "t", subPorts: [vlan(200), vlan(100)] };
  const told = (...subPorts: unknown[]): string | undefined =>
    trunkInPlaceLine("w0", "w0-port-0-trunk", before, { ...before, subPorts });

  test.each<[string, unknown[], string | undefined]>([
    ["nothing differs but their order", [vlan(100), vlan(200)], undefined],
    [
      "a VLAN is added, whose port a preview does not know",
      [vlan(100), vlan(200), { segmentationId: 300 }],
      "VLANs 100, 200 -> 100, 200, 300",
    ],
    ["a VLAN is removed", [vlan(200)], "VLANs 100, 200 -> 200"],
    ["all are removed", [], "VLANs 100, 200 -> none"],
    ["a VLAN has another port", [vlan(100, "q"), vlan(200)], "VLAN 100 in another network or subnet"],
  ])("WHEN %s THEN the worker's line says so", (_, subPorts, change) => {
    expect(told(...subPorts)).toBe(change === undefined ? undefined : `w0: in place (w0-port-0-trunk: ${change})`);
  });
});
