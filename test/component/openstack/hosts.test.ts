import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { reasonOf } from "../../../components/lib/errors.ts";
import { isPassing } from "../../../components/openstack/error.ts";
import { stateText } from "../../../components/hosts/states.ts";
import type { Host } from "../../../components/openstack/host.ts";
import { Inventory } from "../../../infra/discovery/cloud/hosts.ts";
import { type CloudNode, type CloudProvider, ScriptedCloud } from "../support/scripted-cloud.ts";

const metal = "CUSTOM_METAL_LAB";
const nodeOf = (name: string, change: Partial<CloudNode> = {}): CloudNode => ({
  uuid: `${name}-id`,
  name,
  provision_state: "available",
  resource_class: "metal-lab",
  ...change,
});
const providerOf = (name: string, change: Partial<CloudProvider> = {}): CloudProvider => ({
  uuid: `${name}-id`,
  name,
  resourceClass: metal,
  reserved: 0,
  ...change,
});

let cloud: ScriptedCloud;
beforeEach(async () => {
  cloud = new ScriptedCloud();
  await cloud.start();
});
afterEach(() => cloud.stop());

const read = () => new Inventory(cloud.name).facts([metal], AbortSignal.timeout(10_000));
const statesOf = (hosts: readonly Host[]): string[] => hosts.map((host) => `${host.name}: ${stateText(host)}`);

describe("GIVEN an account that may read Ironic's nodes and Placement WHEN the hosts are read", () => {
  beforeEach(() => {
    cloud.nodes = [
      nodeOf("free"),
      nodeOf("fresh"),
      nodeOf("dirty", { provision_state: "cleaning" }),
      nodeOf("used", { provision_state: "active", instance_uuid: "s" }),
      nodeOf("other", { resource_class: "gpu" }),
    ];
    cloud.providers = [
      providerOf("free"),
      providerOf("fresh", { reserved: 1 }),
      providerOf("dirty", { reserved: 1 }),
      providerOf("used", { consumer: "s" }),
    ];
  });

  test("THEN a host is available when both say so", async () => {
    const { source, hosts } = await read();
    expect(source).toBe("Ironic and Placement");
    expect(statesOf(hosts)).toEqual([
      "free: available",
      "fresh: cleaned, not yet known to Nova",
      "dirty: cleaning",
      "used: in use",
      "other: available",
    ]);
  });

  test("THEN each host has its class in Placement's words, and its server", async () => {
    const { hosts } = await read();
    expect(hosts.at(3)).toMatchObject({ id: "used-id", resourceClass: metal, serverId: "s" });
  });

  test("THEN nothing is changed, and one login serves all reads", async () => {
    const inventory = new Inventory(cloud.name);
    for (let i = 0; i < 2; i++) await inventory.facts([metal], AbortSignal.timeout(10_000));
    expect(cloud.requests.filter((request) => !request.startsWith("GET "))).toEqual(["POST /v3/auth/tokens"]);
  });

  test("THEN hosts beyond a page are among them", async () => {
    cloud.nodes = Array.from({ length: 250 }, (_, i) => nodeOf(`n${i}`));
    expect((await read()).hosts).toHaveLength(250);
  });

  test("THEN a service that does not answer is no account that may not", async () => {
    cloud.onRequest = (request) => (request.includes("/baremetal/") ? 503 : undefined);
    const error: unknown = await read().catch((reason: unknown) => reason);
    expect(isPassing(error)).toBe(true);
  });
});

test("GIVEN an account that may read Ironic's nodes alone WHEN the hosts are read THEN Ironic's word counts", async () => {
  cloud.nodes = [nodeOf("free")];
  cloud.providers = [];
  cloud.onRequest = (request) => (request.includes("/placement/") ? 403 : undefined);
  const { source, hosts } = await read();
  expect(source).toBe("Ironic");
  expect(statesOf(hosts)).toEqual(["free: available"]);
});

describe("GIVEN an account that may read Placement alone WHEN the hosts are read", () => {
  beforeEach(() => {
    cloud.providers = [
      providerOf("free"),
      providerOf("dirty", { reserved: 1 }),
      providerOf("used", { consumer: "s" }),
      providerOf("hypervisor", { resourceClass: "VCPU" }),
    ];
  });

  const expected = ["free: available", "dirty: reserved", "used: in use"];

  test("THEN its resource providers of custom classes are the hosts, if Ironic refuses", async () => {
    cloud.nodes = [];
    cloud.onRequest = (request) => (request.includes("/baremetal/") ? 403 : undefined);
    const { source, hosts } = await read();
    expect(source).toBe("Placement");
    expect(statesOf(hosts)).toEqual(expected);
  });

  test("THEN they are if Ironic shows no node, as to a project that owns none", async () => {
    cloud.nodes = [];
    expect(statesOf((await read()).hosts)).toEqual(expected);
  });
});

test("GIVEN an account that may read neither WHEN the hosts are read THEN the error says what it needs", async () => {
  cloud.nodes = [];
  cloud.providers = [];
  cloud.onRequest = (request) => (/baremetal|placement/.test(request) ? 403 : undefined);
  const reason = reasonOf(await read().catch((error: unknown) => error));
  expect(reason).toMatch(
    /^clouds\.here in clouds\.yaml may see neither Ironic's nodes nor Placement's resource providers \(.*403.*403/,
  );
  expect(reason).toMatch(/openstack baremetal node list.*or remove inventory$/);
});

test("GIVEN an inventory that clouds.yaml does not have WHEN the hosts are read THEN the error names it", async () => {
  const missing = new Inventory("heer").facts([], AbortSignal.timeout(10_000));
  await expect(missing).rejects.toMatchObject({
    problem: expect.stringContaining('no cloud "heer"'),
    remedy: "write here instead",
  });
});
