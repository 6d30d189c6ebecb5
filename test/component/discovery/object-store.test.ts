import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { CloudClient } from "../../../components/openstack/client.ts";
import { readCloudChecks } from "../../../infra/discovery/cloud/inventory.ts";
import type { Checks } from "../../../infra/discovery/facts.ts";
import { factsOf } from "../../support/preflight-facts.ts";
import { ScriptedCloud } from "../support/scripted-cloud.ts";

let cloud: ScriptedCloud;
let client: CloudClient;
beforeEach(async () => {
  cloud = new ScriptedCloud();
  await cloud.start();
  client = await CloudClient.login(cloud.name, AbortSignal.timeout(10_000));
});
afterEach(() => cloud.stop());

/** What is read of the cloud for pools with these containers. */
function read(url: string | undefined, containers: readonly string[]): Promise<Partial<Checks>> {
  const { cluster, cloud: facts } = factsOf({});
  const objectStore = url === undefined ? undefined : { url, region: "", ca: undefined };
  const names = { infraId: cluster.infraId, cloud: facts, objectStore, containers };
  return readCloudChecks(client, names, AbortSignal.timeout(10_000));
}

/** The requests to the object store. */
const asked = (): string[] => cloud.requests.filter((request) => /\/(objects|info)/.test(request));

test("GIVEN pools that keep nothing in the object store WHEN the cloud is read THEN the object store is asked nothing", async () => {
  expect(await read(undefined, [])).toMatchObject({ tempUrls: undefined, containers: { value: [] } });
  expect(asked()).toEqual([]);
});

test("GIVEN a pool with a container WHEN the cloud is read THEN the object store is asked for what it can do, and for the container", async () => {
  const account = client.objectStore()?.url;
  const { containers } = await read(account, ["c"]);
  expect(containers).toEqual({ value: [{ name: "c", status: 404, keyed: false }] });
  expect(asked()).toEqual(["GET /info", "HEAD /objects/c"]);
});
