import { beforeAll, describe, expect, test } from "@jest/globals";
import { readFile } from "node:fs/promises";
import { args, machinePort, types } from "../support/pool-fixtures.ts";
import { recordRegistrations, type Registration, valueOf } from "../support/recorder.ts";

/**
 * What an operator may set on a port or a server by hand, and why it changes nothing that the config does not say. By the
 * provider's own schema (terraform-provider-openstack 1.54.1, resource_openstack_networking_port_v2.go and
 * resource_openstack_compute_instance_v2.go):
 *
 * - config: the program's own input, put back in place, or replaced where the provider has to
 * - ignored: read back, and compared with the last input instead of the program's
 * - computed: read back, and never compared with an input that is not given
 * - not read: never read back
 * - ours alone: of a set, only the elements of the program's own input are compared
 */
type Reason = "config" | "ignored" | "computed" | "not read" | "ours alone";

const port: Readonly<Record<string, Reason>> = {
  adminStateUp: "ignored",
  allowedAddressPairs: "ignored",
  // the host and the profile are Nova's
  binding: "ignored",
  description: "ignored",
  deviceId: "ignored",
  deviceOwner: "ignored",
  dnsName: "computed",
  extraDhcpOptions: "ignored",
  // but where the cloud has the port elsewhere than the config says
  fixedIps: "ignored",
  macAddress: "ignored",
  name: "config",
  networkId: "config",
  noFixedIp: "not read",
  noSecurityGroups: "not read",
  portSecurityEnabled: "computed",
  qosPolicyId: "computed",
  region: "computed",
  securityGroupIds: "ignored",
  tags: "ours alone",
  tenantId: "computed",
  valueSpecs: "not read",
};

const server: Readonly<Record<string, Reason>> = {
  accessIpV4: "computed",
  accessIpV6: "computed",
  adminPass: "not read",
  availabilityZone: "computed",
  availabilityZoneHints: "not read",
  blockDevices: "not read",
  // only a new server has it from the program
  configDrive: "ignored",
  flavorId: "ignored",
  flavorName: "computed",
  floatingIp: "not read",
  forceDelete: "ignored",
  imageId: "ignored",
  imageName: "computed",
  keyPair: "ignored",
  metadata: "ours alone",
  name: "config",
  networkMode: "not read",
  networks: "config",
  personalities: "not read",
  // the provider starts a server that was stopped; the worker is to be Ready
  powerState: "computed",
  region: "computed",
  schedulerHints: "not read",
  securityGroups: "computed",
  stopBeforeDestroy: "ignored",
  tags: "ours alone",
  userData: "ignored",
  vendorOptions: "not read",
  volumes: "not read",
};

let seen: Registration[];
const first = (type: string, part = "-metal-0"): Registration => {
  const found = seen.find((each) => each.type === type && each.name.includes(part));
  if (!found) throw new Error(`no ${type} was registered`);
  return found;
};

/** The inputs that the SDK knows: it copies each by its name. */
async function inputsOf(module: string): Promise<string[]> {
  const text = await readFile(new URL(import.meta.resolve(`@pulumi/openstack/${module}.js`)), "utf8");
  return [...new Set([...text.matchAll(/= \(?\(?args.*?args\.(\w+)/g)].flatMap((it) => it[1] ?? []))].toSorted();
}

beforeAll(async () => {
  seen = await recordRegistrations({
    [types.port]: { allFixedIps: ["10.0.0.20"] },
    [types.server]: { created: "2026-01-02 03:04:05 +0000 UTC", powerState: "active" },
    [types.node]: { state: "Ready", timeline: [] },
  });
  const { WorkerPool } = await import("../../../components/worker-pool.ts");
  const { unknownWorker } = await import("../../../components/server/in-cloud.ts");
  const plain = { ...machinePort, securityGroupIds: [], dhcpOptions: undefined };
  const pools = [
    new WorkerPool("metal", { ...args, ports: [plain], workers: [{ name: "lab-7x2kq-metal-0" }] }),
    new WorkerPool("edited", {
      ...args,
      pool: "edited",
      ports: [{ ...plain, allowedAddresses: ["10.0.0.9"], dhcpOptions: [] }],
      workers: [{ name: "lab-7x2kq-edited-0" }],
      editedPorts: new Set(["lab-7x2kq-edited-0-port-0"]),
      inCloud: new Map([["lab-7x2kq-edited-0", { ...unknownWorker, placedPorts: new Set() }]]),
    }),
    new WorkerPool("open", {
      ...args,
      pool: "open",
      ports: [{ ...plain, securityGroupIds: ["g"] }],
      workers: [{ name: "lab-7x2kq-open-0" }, { name: "lab-7x2kq-open-1" }],
      inCloud: new Map([
        ["lab-7x2kq-open-0", { ...unknownWorker, unsecuredPorts: new Set(["lab-7x2kq-open-0-port-0"]) }],
      ]),
    }),
  ];
  const workers = (await Promise.all(pools.map((pool) => pool.attach()))).flat();
  await Promise.all(workers.map(({ state }) => valueOf(state)));
});

describe.each<[string, string, string, Readonly<Record<string, Reason>>]>([
  ["port", "networking/port", types.port, port],
  ["server", "compute/instance", types.server, server],
])(
  "GIVEN a %s of a worker that is declared as the config says WHEN somebody changes it by hand",
  (_, module, type, why) => {
    const of = (reason: Reason): string[] => Object.keys(why).filter((key) => why[key] === reason);

    test("THEN there is a reason for each of the provider's inputs", async () => {
      expect(await inputsOf(module)).toEqual(Object.keys(why).toSorted());
    });

    test("THEN what the provider would compare with nothing is ignored", () => {
      expect(first(type).ignoreChanges).toEqual(expect.arrayContaining(of("ignored")));
    });

    test("THEN the program gives nothing that only Nova or Neutron decides", () => {
      const given = Object.keys(first(type).inputs);
      expect(given.filter((key) => [...of("computed"), ...of("not read")].includes(key))).toEqual([]);
    });

    test("THEN nothing that is ignored replaces it", () => {
      const { replaceOnChanges, ignoreChanges } = first(type);
      const replacing = replaceOnChanges.filter((key) => !ignoreChanges.includes(key));
      expect(replacing.filter((key) => of("ignored").includes(key))).toEqual([]);
    });
  },
);

test("GIVEN allowed addresses that the config edits WHEN the port is declared THEN its description replaces it", () => {
  const { ignoreChanges, replaceOnChanges, inputs } = first(types.port, "-edited-0");
  expect(ignoreChanges).not.toContain("description");
  expect(replaceOnChanges).toContain("description");
  expect(inputs).toMatchObject({ description: `worker of ${args.owner}; answers for 10.0.0.9` });
});

test("GIVEN a port that the cloud has elsewhere than the config says WHEN it is declared THEN its addresses replace it", () => {
  const { ignoreChanges, replaceOnChanges } = first(types.port, "-edited-0");
  expect(ignoreChanges).not.toContain("fixedIps");
  expect(replaceOnChanges).toContain("fixedIps");
});

test("GIVEN an empty list of DHCP options WHEN the port is declared THEN those that it has are removed", () => {
  const { ignoreChanges, inputs } = first(types.port, "-edited-0");
  expect(ignoreChanges).not.toContain("extraDhcpOptions");
  expect(inputs).not.toHaveProperty("extraDhcpOptions");
});

test("GIVEN a port that was made without port security WHEN its network has it THEN the port gets no groups", () => {
  expect(first(types.port, "-open-0").ignoreChanges).toContain("securityGroupIds");
  expect(first(types.port, "-open-1").ignoreChanges).not.toContain("securityGroupIds");
});
