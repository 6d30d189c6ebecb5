import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { CloudClient } from "../../../components/openstack/client.ts";
import { readCloudChecks } from "../../../infra/discovery/cloud/inventory.ts";
import { Inventory } from "../../../infra/discovery/cloud/hosts.ts";
import type { Checks } from "../../../infra/discovery/facts.ts";
import { configOf, diagnosticsOf, factsOf } from "../../support/preflight-facts.ts";
import { ScriptedCloud } from "../support/scripted-cloud.ts";

// Which microversions the program asks for, and what it says of a service that does not know one.

const metal = "CUSTOM_METAL_LAB";

let cloud: ScriptedCloud;
beforeEach(async () => {
  cloud = new ScriptedCloud();
  cloud.nodes = [{ uuid: "n", name: "n", provision_state: "available", resource_class: "metal-lab" }];
  cloud.providers = [{ uuid: "n", name: "n", resourceClass: metal, reserved: 0 }];
  await cloud.start();
});
afterEach(() => cloud.stop());

const limit = (): AbortSignal => AbortSignal.timeout(10_000);

async function readChecks(serverGroups: boolean): Promise<Partial<Checks>> {
  const client = await CloudClient.login(cloud.name, limit());
  const { cluster, cloud: facts } = factsOf({});
  const names = { infraId: cluster.infraId, cloud: facts, objectStore: undefined, containers: [], zones: true };
  return readCloudChecks(client, { ...names, temporaryUrlKey: undefined, serverGroups }, limit());
}

/** The service answers as one that does not know the version that is asked for. */
const isTooOld = (part: string): void => {
  cloud.onRequest = (request) => (request.includes(part) ? 406 : undefined);
};

describe("GIVEN a cloud WHEN it is read", () => {
  test("THEN its services are asked at their oldest version, unless a key of the config needs more", async () => {
    await readChecks(false);
    expect([...cloud.microversions]).toEqual([]);
  });

  test("THEN server groups and hosts are read at the versions that docs/support.md names", async () => {
    await readChecks(true);
    await new Inventory(cloud.name).facts([metal], limit());
    expect([...cloud.microversions].toSorted()).toEqual(["baremetal 1.31", "compute 2.64", "placement 1.17"]);
  });
});

describe("GIVEN a service that does not know the version", () => {
  test("WHEN it is Nova, and a pool names a server group THEN the error is at the key, and says which Nova it takes", async () => {
    isTooOld("/os-server-groups");
    const { serverGroups } = await readChecks(true);
    const found = diagnosticsOf(configOf({ serverGroup: "web" }), factsOf({ checks: { serverGroups } }));
    expect(found).toContainEqual({
      check: "server-group",
      path: "pools[metal].serverGroup",
      problem: 'the server group "web" cannot be looked up: the compute service does not know microversion 2.64',
      expected: "Nova 18 (OpenStack Rocky) or later",
      remedy: "remove the key, or have the cloud's operator upgrade Nova",
    });
  });

  test("WHEN it is Nova, and no pool names a server group THEN nothing is missed", async () => {
    isTooOld("/os-server-groups");
    const { servers, serverGroups } = await readChecks(false);
    expect([servers, serverGroups]).toEqual([{ value: [] }, undefined]);
  });

  test.each([
    ["Placement", "/placement/", "Ironic"],
    ["Ironic", "/baremetal/", "Placement"],
  ])("WHEN it is %s THEN the hosts are read without it", async (_, path, source) => {
    isTooOld(path);
    expect(await new Inventory(cloud.name).facts([metal], limit())).toMatchObject({ source, hosts: [{ id: "n" }] });
  });
});
