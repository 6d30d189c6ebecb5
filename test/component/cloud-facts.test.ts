import { beforeAll, beforeEach, expect, test } from "@jest/globals";
import * as pulumi from "@pulumi/pulumi";
import type { CloudFacts } from "../../infra/cloud-facts.ts";
import { parseConfig } from "../../infra/config.ts";
import { Problem } from "../../infra/problem.ts";

/** What the cloud has, by the function that finds it and by its name or tag. */
const cloud: Record<string, Record<string, Record<string, unknown>>> = {
  getNetwork: { "net-id": { id: "net-id", name: "lab-openshift", mtu: 1500 }, net: { id: "net-id", mtu: 1500 } },
  getSubnet: {},
  getSubnetIdsV2: {},
  getFlavor: { baremetal: { id: "f", extraSpecs: { "resources:VCPU": 0 }, vcpus: 2, ram: 4096, disk: 20 } },
  getImage: { rhcos: { id: "i", diskFormat: "raw", minDiskGb: 0, minRamMb: 0, sizeBytes: 1, properties: {} } },
  getSecGroup: { workers: { id: "g1" }, storage: { id: "g2" } },
};

const subnet = {
  id: "subnet-id",
  name: "nodes",
  networkId: "net-id",
  cidr: "10.0.0.0/24",
  gatewayIp: "10.0.0.1",
  enableDhcp: true,
  dnsNameservers: [],
  allocationPools: [],
};

let asked: string[] = [];

beforeAll(async () => {
  await pulumi.runtime.setMocks({
    newResource: ({ name, inputs }) => ({ id: name, state: inputs as Record<string, unknown> }),
    call: ({ token, inputs }) => {
      const kind = token.split(":").at(-1)?.replace(/^.*\//, "") ?? "";
      const given = inputs as { name?: string; networkId?: string; subnetId?: string; tags?: string[] };
      const key = given.name ?? given.networkId ?? given.subnetId ?? given.tags?.join() ?? "";
      asked.push(`${kind} ${key}`);
      const found = cloud[kind]?.[key] ?? (kind === "getSubnetIdsV2" ? { ids: [] } : undefined);
      // as an engine's error, whose text is in its details
      if (!found) throw Object.assign(new Error("2 UNKNOWN"), { details: "Your query returned no results" });
      return found;
    },
  });
});

beforeEach(() => {
  asked = [];
  cloud["getSubnet"] = {};
  cloud["getSubnetIdsV2"] = {};
});

async function read(change: object = {}, pool: object = {}, infraId = Promise.resolve("lab")): Promise<CloudFacts> {
  const { readCloudFacts } = await import("../../infra/cloud-facts.ts");
  const { config, faults } = parseConfig({
    cloud: "lab",
    pools: [{ name: "metal", replicas: 1, flavor: "baremetal", image: "rhcos", ...pool }],
    ...change,
  });
  if (!config) throw new Error(JSON.stringify(faults));
  return readCloudFacts(config, new AbortController().signal, {}, infraId);
}

const faultsOf = async (reading: Promise<unknown>): Promise<unknown> => {
  const error: unknown = await reading.catch((it: unknown) => it);
  return error instanceof Problem ? error.faults : error;
};

/** Subnets with the installer's tag. */
function tag(...ids: string[]): void {
  cloud["getSubnetIdsV2"] = { "openshiftClusterID=lab": { ids } };
  cloud["getSubnet"] = Object.fromEntries(ids.map((id) => [id, { ...subnet, id, name: `nodes-${id}` }]));
}

test.each([
  ["tag", (): void => tag("subnet-id"), ["subnet-id"]],
  ["name", (): void => void (cloud["getSubnet"] = { "lab-nodes": subnet }), []],
])(
  "GIVEN no machineNetwork WHEN the cloud is read THEN the subnet is found by the installer's %s, and its network by it",
  async (_, prepare, tagged) => {
    prepare();
    const { network, subnet: found, tagged: all, pools } = await read();
    expect(network).toEqual({ id: "net-id", name: "lab-openshift", mtu: 1500 });
    expect(found).toMatchObject({ id: "subnet-id", cidr: "10.0.0.0/24" });
    expect(all.map(({ id }) => id)).toEqual(tagged);
    expect(pools[0]?.ports).toMatchObject([{ network: { id: "net-id" }, subnet: { id: "subnet-id" } }]);
  },
);

test("GIVEN no machineNetwork and a cloud without such a subnet WHEN it is read THEN the fault says what to add", async () => {
  expect(await faultsOf(read())).toMatchObject([
    { path: "machineNetwork", what: expect.stringContaining("lab-nodes"), fix: "add machineNetwork, with both" },
  ]);
});

test("GIVEN several subnets with the installer's tag WHEN the config names none THEN it is told to name one of them", async () => {
  tag("b", "a");
  const what = 'openshiftClusterID=lab: "nodes-a" (10.0.0.0/24), "nodes-b" (10.0.0.0/24)';
  expect(await faultsOf(read())).toMatchObject([
    {
      path: "machineNetwork",
      what: expect.stringContaining(what),
      fix: "add machineNetwork, with the network and one of these subnets",
    },
  ]);
});

test("GIVEN several subnets with the installer's tag WHEN the config names one THEN that counts, and all are known", async () => {
  tag("b", "a");
  cloud["getSubnet"] = { ...cloud["getSubnet"], sub: subnet };
  const { subnet: found, tagged } = await read({ machineNetwork: { network: "net", subnet: "sub" } });
  expect(found.id).toBe("subnet-id");
  expect(tagged.map(({ id }) => id)).toEqual(["a", "b"]);
});

test("GIVEN a cluster that cannot be read WHEN the cloud is read THEN its fault is told once, beside the cloud's own", async () => {
  const fault = { check: "cluster", path: "cluster", what: "no answer", expected: "one", fix: "wait" };
  const unknown = Promise.reject<string>(new Problem([fault]));
  const faults = await faultsOf(read({}, { flavor: "metall" }, unknown));
  expect(faults).toEqual([fault, expect.objectContaining({ path: "pools[0].flavor" })]);
});

test("GIVEN names of several ports WHEN the cloud is read THEN each is asked for once, and each port gets its own", async () => {
  cloud["getSubnet"] = { sub: subnet, second: { ...subnet, id: "second-id" } };
  const second = { network: "net", subnet: "second", securityGroups: ["storage"] };
  const facts = await read(
    { machineNetwork: { network: "net", subnet: "sub" } },
    {
      securityGroups: ["workers"],
      networks: [{}, second],
      replicas: undefined,
      workers: [{ name: "a", networks: [second] }],
    },
  );
  const [pool] = facts.pools;
  expect(pool?.ports.map((port) => [port.subnet.id, port.securityGroupIds])).toEqual([
    ["subnet-id", ["g1"]],
    ["second-id", ["g2"]],
  ]);
  expect(pool?.workerPorts.map((ports) => ports.map((port) => port.subnet.id))).toEqual([["second-id"]]);
  expect(asked.length).toBe(new Set(asked).size);
});

test("GIVEN names that the cloud does not have WHEN it is read THEN all are told at once, each where it stands", async () => {
  const pool = { flavor: "metall", image: "rhcoss", securityGroups: ["x"], networks: [{ network: "n", subnet: "s" }] };
  const faults = await faultsOf(read({ machineNetwork: { network: "net", subnet: "sub" } }, pool));
  expect((faults as { path: string }[]).map(({ path }) => path).toSorted()).toEqual([
    "machineNetwork.subnet",
    "pools[0].flavor",
    "pools[0].image",
    "pools[0].networks[0].network",
    "pools[0].networks[0].subnet",
    "pools[0].securityGroups[0]",
  ]);
});
