import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { CloudClient } from "../../../components/openstack/client.ts";
import { existingObjects } from "../../../components/openstack/existing.ts";
import { readProject } from "../../../infra/discovery/cloud/project.ts";
import { readServers } from "../../../infra/discovery/cloud/servers.ts";
import { owner } from "../../support/preflight-facts.ts";
import { ScriptedCloud } from "../support/scripted-cloud.ts";

const name = "lab-7x2kq-metal-0";
const message = "No valid host was found.";

let cloud: ScriptedCloud;
let client: CloudClient;
beforeEach(async () => {
  cloud = new ScriptedCloud();
  await cloud.start();
  client = await CloudClient.login(cloud.name, AbortSignal.timeout(10_000));
  for (const id of ["failed", "silent"]) cloud.addServer(id, name, undefined, "ERROR");
  cloud.addServer("runs", name, undefined);
  const failed = cloud.servers.get("failed");
  if (failed) failed.fault = { message };
});
afterEach(() => cloud.stop());

/** What status and doctor read of a stack whose config has the pool metal. */
const project = () => readProject(client, { pools: [{ name: "metal" }] }, limit());

const limit = (): AbortSignal => AbortSignal.timeout(10_000);
const shown = (): string[] => cloud.requests.filter((it) => /^GET \/compute\/servers\/(?!detail)/.test(it));

describe("GIVEN servers that have failed, and a Nova whose list has no faults of theirs", () => {
  beforeEach(() => {
    cloud.listsFaults = false;
  });

  test("WHEN the checks read them THEN each is asked for its fault, and no other", async () => {
    const found = await readServers(client, "lab-7x2kq", limit());
    expect(found.map(({ failure }) => failure)).toEqual([message, "Nova reports no reason", undefined]);
    expect(shown()).toEqual(["GET /compute/servers/failed", "GET /compute/servers/silent"]);
  });

  test("WHEN status and doctor read them THEN they have the fault", async () => {
    const { servers } = await project();
    expect(servers.map(({ failure }) => failure)).toEqual([message, "Nova reports no reason", undefined]);
  });

  test("WHEN status and doctor read the project THEN they ask for the faults of workers alone, by their owner or by a pool's name", async () => {
    cloud.addServer("database", "shop-db-0", undefined, "ERROR");
    cloud.addServer("former", "lab-7x2kq-gpu-0", owner, "ERROR");
    const { servers } = await project();
    expect(servers.map(({ id }) => id)).toContain("database");
    expect(shown().toSorted()).toEqual(["failed", "former", "silent"].map((id) => `GET /compute/servers/${id}`));
  });

  test("WHEN Nova does not answer for one of them THEN the servers are read all the same", async () => {
    cloud.onRequest = (asked) => (asked === "GET /compute/servers/failed" ? 503 : undefined);
    const found = await readServers(client, "lab-7x2kq", limit());
    expect(found.map(({ failure }) => failure)).toEqual([
      expect.stringMatching(/^Nova does not tell the reason: .*503/),
      "Nova reports no reason",
      undefined,
    ]);
    expect((await project()).servers).toHaveLength(3);
  });

  test("WHEN an update that has failed asks why THEN it is told", async () => {
    expect(await existingObjects(client).failedServers(name)).toEqual([
      { id: "failed", fault: message },
      { id: "silent", fault: undefined },
    ]);
  });
});

test("GIVEN a Nova whose list has them THEN only the server without one is asked", async () => {
  await readServers(client, "lab-7x2kq", limit());
  expect(shown()).toEqual(["GET /compute/servers/silent"]);
});
