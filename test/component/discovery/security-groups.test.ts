import { beforeEach, describe, expect, test } from "@jest/globals";
import { CloudClient } from "../../../components/openstack/client.ts";
import { readHasSecurityGroups } from "../../../infra/discovery/cloud/security-groups.ts";
import { cloudForEachTest } from "../support/cloud-of-each-test.ts";
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

describe("GIVEN a network service that does not list the extension security-group", () => {
  const scripted = cloudForEachTest();
  const found = async (): Promise<boolean> =>
    readHasSecurityGroups(await CloudClient.login(scripted.cloud.name, signal()), signal());
  const signal = () => AbortSignal.timeout(10_000);

  test("WHEN it answers with its groups THEN it has them", async () => {
    scripted.cloud.onRequest = (request) => (request.includes("/extensions") ? 404 : undefined);
    expect(await found()).toBe(true);
    expect(scripted.cloud.requests).toContain("GET /network/v2.0/security-groups?fields=id&limit=1");
  });

  test.each([
    [404, "it has none", false],
    [403, "it does not tell", true],
    [503, "it does not tell", true],
  ])("WHEN it answers %d THEN %s", async (status, _, expected) => {
    scripted.cloud.onRequest = (request) => (request.includes("/security-groups") ? status : undefined);
    expect(await found()).toBe(expected);
  });
});
