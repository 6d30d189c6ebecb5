import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { once } from "node:events";
import { readFile, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:https";
import type { AddressInfo } from "node:net";
import { CloudClient } from "../../../components/openstack/client.ts";
import { readCloudChecks } from "../../../infra/discovery/cloud/inventory.ts";
import type { Checks } from "../../../infra/discovery/facts.ts";
import { selfSigned } from "../../support/authority.ts";
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
function read(
  url: string | undefined,
  containers: readonly string[],
  key?: string,
  manageAccountKey = false,
): Promise<Partial<Checks>> {
  const { cluster, cloud: facts } = factsOf({});
  const objectStore = url === undefined ? undefined : { url, region: "", ca: undefined };
  const names = {
    infraId: cluster.infraId,
    cloud: facts,
    objectStore,
    containers,
    temporaryUrlKey: key,
    manageAccountKey,
    zones: false,
    serverGroups: false,
  };
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

test.each<[string, Record<string, string>, string]>([
  ["as its second key", { "x-account-meta-temp-url-key": "a", "x-account-meta-temp-url-key-2": "canary" }, "same"],
  ["as its only key", { "x-account-meta-temp-url-key": "canary" }, "same"],
  ["not, but others", { "x-account-meta-temp-url-key": "a", "x-account-meta-temp-url-key-2": "b" }, "other"],
  ["not, and no other", {}, "none"],
])("GIVEN the config's key WHEN the account has it %s THEN that is all that is kept", async (_, headers, expected) => {
  cloud.accountHeaders = headers;
  const { accountKey } = await read(client.objectStore()?.url, [], "canary");
  expect(accountKey).toEqual({ value: expected });
});

test.each<[string, Record<string, string>, string]>([
  ["one of the program", { "x-account-meta-temp-url-key-2": "openstack-baremetal-compute-0a1b" }, "same"],
  ["somebody's", { "x-account-meta-temp-url-key-2": "b" }, "other"],
  ["none, and a first one", { "x-account-meta-temp-url-key": "openstack-baremetal-compute-0a1b" }, "none"],
])(
  "GIVEN that the program is to set it WHEN the account's second key is %s THEN that is known",
  async (_, headers, expected) => {
    cloud.accountHeaders = headers;
    const { accountKey } = await read(client.objectStore()?.url, [], undefined, true);
    expect(accountKey).toEqual({ value: expected });
  },
);

test("GIVEN no key in the config WHEN the cloud is read THEN the account is not asked for one", async () => {
  expect(await read(client.objectStore()?.url, [])).not.toHaveProperty("accountKey");
  expect(asked()).toEqual(["GET /info"]);
});

test("GIVEN the config's key WHEN the account may not be asked THEN that is the reason", async () => {
  cloud.onRequest = (request) => (request === "HEAD /objects" ? 403 : undefined);
  expect((await read(client.objectStore()?.url, [], "canary")).accountKey).toEqual({ error: "HTTP 403" });
});

describe("GIVEN an object store whose certificate a private authority signed", () => {
  let store: Server;
  let url = "";
  let cert = "";
  beforeEach(async () => {
    const pair = await selfSigned();
    ({ cert } = pair);
    store = createServer(pair, (_, response) => {
      response.end(JSON.stringify({ tempurl: { allowed_digests: ["sha256"], incoming_remove_headers: [] } }));
    });
    await once(store.listen(0, "127.0.0.1"), "listening");
    url = `https://127.0.0.1:${(store.address() as AddressInfo).port}/v1/AUTH_a`;
  });
  afterEach(() => {
    store.closeAllConnections();
    store.close();
  });

  /** What the checks know of it, with these keys in the entry of clouds.yaml. */
  async function withEntry(keys: object): Promise<Partial<Checks>> {
    const file = process.env["OS_CLIENT_CONFIG_FILE"] ?? "";
    const { clouds } = JSON.parse(await readFile(file, "utf8")) as { clouds: Record<string, object> };
    await writeFile(file, JSON.stringify({ clouds: { [cloud.name]: { ...clouds[cloud.name], ...keys } } }));
    client = await CloudClient.login(cloud.name, AbortSignal.timeout(10_000));
    return read(url, ["c"]);
  }

  test("WHEN clouds.yaml says verify: false without it THEN the program may ask, and a machine may not", async () => {
    const { containers, tempUrls } = await withEntry({ verify: false });
    expect(containers).toMatchObject({ value: [{ status: 200 }] });
    expect(tempUrls?.error).toMatch(/self-signed certificate/);
  });

  test.each([[{ verify: false }], [{}]])(
    "WHEN clouds.yaml has it as cacert with %j THEN a machine may ask",
    async (keys) => {
      const { tempUrls } = await withEntry({ ...keys, cacert: cert });
      expect(tempUrls).toEqual({ value: { supported: true, digests: ["sha256"], keyPerContainer: true } });
    },
  );
});
