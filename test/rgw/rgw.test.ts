import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { tempUrl, type UrlDigest, urlDigestFor, urlDigests } from "../../components/ignition/temp-url.ts";
import { StackCloud } from "../../components/node/leftovers/stack-cloud.ts";
import type { Operation } from "../../components/node/operation/phases.ts";
import { accountKey } from "../../components/node/resources/account-key.ts";
import { CloudClient } from "../../components/openstack/client.ts";
import { readCloudChecks } from "../../infra/discovery/cloud/inventory.ts";
import type { Checks } from "../../infra/discovery/facts.ts";
import { ScriptedCloud } from "../component/support/scripted-cloud.ts";
import { configOf, diagnosticsOf, factsOf } from "../support/preflight-facts.ts";
import { type Account, Ceph } from "./ceph.ts";

/** Seconds: the first run downloads Debian's packages. */
const longestStart = 600;

const container = "lab-7x2kq-metal-ignition-0a1b2c3d";
const object = "payload.ign";
const keys = { account: "canary-key-93", container: "container-key-17" };

let ceph: Ceph;
const cloud = new ScriptedCloud();
beforeAll(async () => {
  ceph = await Ceph.start();
  await cloud.start();
}, longestStart * 1000);
afterAll(async () => {
  await cloud.stop();
  await ceph.stop();
});

describe.each(["with-account", "without-account"] as const)("GIVEN a real Ceph RGW whose URLs are %s", (how) => {
  let account: Account;

  const send = async (method: string, path: string, headers: Record<string, string>, body?: string): Promise<number> =>
    (
      await fetch(`${account.url}${path}`, {
        method,
        headers: { "x-auth-token": account.token, ...headers },
        ...(body !== undefined && { body }),
      })
    ).status;

  /** What preflight reads of it, with the account's key in the config. */
  async function checks(): Promise<Partial<Checks>> {
    cloud.store = account;
    const client = await CloudClient.login(cloud.name, AbortSignal.timeout(10_000));
    const { cluster, cloud: facts } = factsOf({});
    const names = { infraId: cluster.infraId, cloud: facts, containers: [container], temporaryUrlKey: keys.account };
    const objectStore = { url: client.objectStore()?.url ?? "", region: "", ca: undefined };
    const more = { objectStore, zones: false, serverGroups: false };
    const { tempUrls, containers, accountKey } = await readCloudChecks(
      client,
      { ...names, ...more },
      AbortSignal.timeout(10_000),
    );
    return { tempUrls, containers, accountKey };
  }

  const signed = (digest: UrlDigest, key: string, seconds = 60): string =>
    tempUrl({
      endpoint: account.url,
      container,
      object,
      key,
      digest,
      expires: Math.floor(Date.now() / 1000) + seconds,
    });

  const statusOf = async (url: string, method = "GET"): Promise<number> => (await fetch(url, { method })).status;

  /** What the plugin does for manageAccountKey. */
  const managed = accountKey(() => new StackCloud(cloud.name));

  const operation = (verb: Operation["verb"]): Operation => {
    const log = { status: () => undefined, info: () => undefined, warn: () => undefined };
    return { urn: "urn", verb, log, signal: AbortSignal.timeout(60_000), deadline: Infinity, replacement: false };
  };

  beforeAll(async () => {
    account = await ceph.account(how);
    await send("POST", "", { "x-remove-account-meta-temp-url-key-2": "x" });
    await send("PUT", `/${container}`, { "x-container-meta-temp-url-key": keys.container });
    await send("PUT", `/${container}/${object}`, {}, "{}");
  });

  test("WHEN its account has no key THEN preflight says so, and knows its digests by its release", async () => {
    const seen = await checks();
    expect(seen.accountKey).toEqual({ value: "none" });
    expect(seen.tempUrls).toEqual({ value: { supported: true, digests: ["sha1"], keyPerContainer: false } });
    expect(diagnosticsOf({ ...configOf(), temporaryUrlKey: keys.account }, factsOf({ checks: seen }))).toMatchObject([
      { path: "temporaryUrlKey", problem: expect.stringContaining("has no temporary URL key") },
    ]);
  });

  test("WHEN the program sets its account's second key THEN URLs that it signs read the payload", async () => {
    cloud.store = account;
    const inputs = { account: account.url };
    const { id, state } = await managed.create(operation("create"), inputs);
    expect(await statusOf(signed("sha1", state["key"] as string))).toBe(200);
    expect(await managed.drift(operation("diff"), { id, inputs, state }, inputs)).toEqual([]);
    expect((await managed.create(operation("create"), inputs)).state).toEqual(state);
    await send("POST", "", { "x-remove-account-meta-temp-url-key-2": "x" });
    expect(await managed.drift(operation("diff"), { id, inputs, state }, inputs)).toHaveLength(1);
  });

  describe("WHEN its account gets a second key", () => {
    beforeAll(async () => {
      expect(await send("POST", "", { "x-account-meta-temp-url-key-2": keys.account })).toBe(204);
    });

    test("THEN preflight has nothing against it", async () => {
      const seen = await checks();
      expect(seen.accountKey).toEqual({ value: "same" });
      expect(diagnosticsOf({ ...configOf(), temporaryUrlKey: keys.account }, factsOf({ checks: seen }))).toEqual([]);
    });

    test("THEN a URL that is signed by it as the release demands reads the payload", async () => {
      const digest = urlDigestFor((await checks()).tempUrls?.value?.digests);
      expect(await (await fetch(signed(digest, keys.account))).text()).toBe("{}");
      expect(await statusOf(signed(digest, keys.account), "HEAD")).toBe(200);
    });

    test("THEN the release accepts SHA-1 and no other digest", async () => {
      const statuses = urlDigests.map(async (digest) => [digest, await statusOf(signed(digest, keys.account))]);
      expect(await Promise.all(statuses)).toEqual([
        ["sha256", 403],
        ["sha512", 403],
        ["sha1", 200],
      ]);
    });

    test("THEN the key of the container, which it stores, signs nothing", async () => {
      expect((await checks()).containers).toEqual({ value: [{ name: container, status: 204, keyed: true }] });
      expect(await statusOf(signed("sha1", keys.container))).toBe(403);
    });

    test("THEN an expired URL is refused with 401", async () => {
      expect(await statusOf(signed("sha1", keys.account, -5))).toBe(401);
    });
  });
});
