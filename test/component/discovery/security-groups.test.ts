import { beforeEach, describe, expect, test } from "@jest/globals";
import { cloud, diagnosticsOf, mockCloud, read, seen, subnet } from "../support/cloud-lookups.ts";

mockCloud();

describe("GIVEN a network service without security groups", () => {
  const machines = { machineNetwork: { network: "net", subnet: "sub" } };
  beforeEach(() => {
    cloud["getSubnet"] = { sub: subnet };
    seen.hasSecurityGroups = false;
  });

  test.each([{}, { securityGroups: [] }])("WHEN a pool of %j is read THEN none is asked for", async (pool) => {
    const { workerGroup, pools, unresolved } = await read(machines, pool);
    expect([workerGroup, unresolved]).toEqual(["unsupported", []]);
    expect(pools[0]?.ports[0]?.securityGroupIds).toEqual([]);
    expect(seen.asked.filter((each) => each.startsWith("getSecGroup"))).toEqual([]);
  });

  test.each([
    ["pools[metal].securityGroups", { securityGroups: ["workers"] }],
    ["pools[metal].networks[0].securityGroups", { networks: [{ securityGroups: ["workers"] }] }],
  ])("WHEN the config names one THEN the error names %s, and the cause", async (path, pool) => {
    expect(await diagnosticsOf(read(machines, pool))).toMatchObject([
      { path, problem: "workers: the cloud's network service has no security groups" },
    ]);
  });
});
