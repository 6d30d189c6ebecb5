import { beforeEach, describe, expect, test } from "@jest/globals";
import { cloud, diagnosticsOf, mockCloud, read, seen, subnet } from "../support/cloud-lookups.ts";

mockCloud();

const machines = { machineNetwork: { network: "net", subnet: "sub" } };
const trunkOf = (...subports: object[]): object => ({ networks: [{ trunk: { subports } }] });

describe("GIVEN a pool whose port has a trunk", () => {
  beforeEach(() => {
    cloud["getNetwork"] = { ...cloud["getNetwork"], storage: { id: "storage-id", mtu: 1500 } };
    cloud["getSubnet"] = { sub: subnet, "storage-v4": { ...subnet, id: "st4", networkId: "storage-id" } };
  });

  test("WHEN the cloud is read THEN its subports' networks and subnets are known, in the config's order", async () => {
    const { pools, trunks } = await read(
      machines,
      trunkOf(
        { network: "storage", subnet: "storage-v4", segmentationId: 100 },
        { network: "storage", segmentationId: 200 },
      ),
    );
    expect(pools[0]?.ports[0]?.subports).toMatchObject([
      { network: { id: "storage-id", name: "storage", mtu: 1500 }, subnets: [{ id: "st4" }] },
      { network: { id: "storage-id" }, subnets: [] },
    ]);
    expect(trunks).toBeUndefined();
  });

  test("WHEN it has no subports yet THEN it has a trunk all the same", async () => {
    expect((await read(machines, trunkOf())).pools[0]?.ports[0]?.subports).toEqual([]);
    expect((await read(machines)).pools[0]?.ports[0]).not.toHaveProperty("subports");
  });

  test("WHEN networks and subnets do not exist THEN each is named by its path, with what there is", async () => {
    seen.existing = { network: ["storage"] };
    const subports = trunkOf(
      { network: "storag", segmentationId: 100 },
      { network: "storage", subnet: "missing", segmentationId: 200 },
    );
    const at = "pools[metal].networks[0].trunk";
    expect(await diagnosticsOf(read(machines, subports))).toMatchObject([
      { path: `${at}.subports[0].network`, remedy: expect.stringContaining('did you mean "storage"') },
      { path: `${at}.subports[1].subnet`, problem: 'no subnet named "missing"' },
    ]);
    expect((await read(machines, subports)).pools[0]?.ports).toEqual([undefined]);
  });

  test("WHEN Neutron has no trunks THEN that is known", async () => {
    seen.hasTrunks = false;
    expect((await read(machines, trunkOf())).trunks).toBe(false);
  });
});
