import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { containerName } from "../../../../components/ignition/payload.ts";
import type { Properties } from "../../../../components/node/operation/property-values.ts";
import { allTimeouts, nodeInputs, owner, worker } from "../../../support/node-fixtures.ts";
import { configureRequest, createRequest, type Plugin, startPlugin, urn } from "../../support/plugin-client.ts";
import { partialOf } from "../../support/plugin-harness.ts";
import { ScriptedApi } from "../../support/scripted-api.ts";
import { ScriptedCloud } from "../../support/scripted-cloud.ts";

// What a boot that takes too long says of the machine: Nova and the object store are asked, once, by the plugin's own process.

let node: Plugin;
let api: ScriptedApi;
let cloud: ScriptedCloud;
beforeEach(async () => {
  api = new ScriptedApi();
  cloud = new ScriptedCloud();
  await Promise.all([api.start(), cloud.start()]);
  node = await startPlugin();
  const metadata = { owner, pool: "metal", openshiftClusterID: "lab-7x2kq" };
  cloud.servers.set(worker.serverId, { id: worker.serverId, name: worker.nodeName, status: "ACTIVE", metadata });
});
afterEach(async () => {
  await node.end("SIGINT");
  api.stop();
  await cloud.stop();
});

const container = containerName("lab-7x2kq", "metal", owner);

/** The error of a worker of which nobody hears. */
async function timeoutOf(args: Properties = { cloud: cloud.name }): Promise<string> {
  await node.call("configure", configureRequest({ kubeconfig: api.kubeconfig(), ...args }));
  const inputs = {
    ...nodeInputs,
    serverCreated: new Date().toISOString(),
    timeouts: { ...allTimeouts(5), boot: 0.5 },
  };
  return (await partialOf(node.call("create", createRequest(urn("node"), inputs)))).details;
}

describe("GIVEN a machine of which nobody hears, WHEN its boot has taken too long", () => {
  test("THEN the server's state is told, and that its Ignition config is there", async () => {
    cloud.containers.set(container, { owner, objects: new Set(["0f.ign"]) });
    const message = await timeoutOf();
    expect(message).toMatch(/phase "boot"/);
    expect(message).toContain(`server ${worker.serverId}: ACTIVE, power unknown`);
    expect(message).toContain(`the Ignition config is in container ${container}`);
    expect(
      cloud.requests.filter((request) => !request.startsWith("GET /compute") && !request.startsWith("POST")),
    ).toEqual([`GET /objects/${container}?format=json`]);
  });

  test.each<[string, () => void, RegExp]>([
    [
      "its config is gone",
      () => cloud.containers.set(container, { owner, objects: new Set() }),
      /container .* is empty/,
    ],
    ["its container is gone", () => undefined, /container .* does not exist: with ignition\.delivery swift/],
    ["the cloud has no object store", () => (cloud.hasObjectStore = false), /ACTIVE, power unknown\n/],
    ["its server is gone", () => cloud.servers.clear(), /Nova has no server 1111.* any more/],
    [
      "the cloud answers with an error",
      () => (cloud.onRequest = (request) => (request.includes("/compute/") ? 503 : undefined)),
      /the cloud shows no more of server 1111.*HTTP 503/,
    ],
  ])("THEN it is told that %s", async (_, given, expected) => {
    given();
    const message = await timeoutOf();
    expect(message).toMatch(expected);
    expect(message).toMatch(/phase "boot" did not finish/);
    expect(message).not.toContain("canary-pass-93");
  });

  test("THEN a server that is gone has no console to look at, and another one is made by what is to be typed", async () => {
    cloud.servers.clear();
    const message = await timeoutOf();
    expect(message).not.toMatch(/console|journalctl|continues with the same server|--replace/);
    expect(message).toContain(`openstack server event list ${worker.serverId}`);
    expect(message).toContain("run `pulumi refresh`, then `pulumi up`: it makes another server");
  });

  test("THEN no console is asked for: Nova would reset it under whoever looks at it", async () => {
    const message = await timeoutOf();
    expect(message).toContain(`openstack console url show --serial ${worker.serverId}`);
    expect(cloud.requests.filter((request) => /console|\/action/.test(request))).toEqual([]);
  });

  test("THEN without a cloud in the provider's arguments nothing is asked", async () => {
    expect(await timeoutOf({})).toMatch(/phase "boot" did not finish/);
    expect(cloud.requests).toEqual([]);
  });
});
