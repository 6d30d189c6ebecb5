import { beforeAll, describe, expect, test } from "@jest/globals";
import * as pulumi from "@pulumi/pulumi";
import { containerName } from "../../../components/ignition/payload.ts";
import { args, types } from "../support/pool-fixtures.ts";
import { recordRegistrations, type Registration, valueOf } from "../support/recorder.ts";

let seen: Registration[];
let userData: string;

const of = (type: string): Registration[] => seen.filter((registration) => registration.type === type);
function first(type: string): Registration {
  const [found] = of(type);
  if (!found) throw new Error(`no ${type} was registered`);
  return found;
}

beforeAll(async () => {
  seen = await recordRegistrations({
    [types.port]: { allFixedIps: ["10.0.0.20"] },
    [types.server]: { created: "2026-01-02 03:04:05 +0000 UTC", powerState: "active" },
    [types.node]: { state: "Ready", timeline: [] },
  });
  const openstack = await import("@pulumi/openstack");
  const { NodeProvider } = await import("../../../components/node-provider.ts");
  const { WorkerPool } = await import("../../../components/worker-pool.ts");
  const providers = [new openstack.Provider("cloud", { cloud: "lab" }), new NodeProvider("cluster", {})];
  const pool = new WorkerPool("metal", args, { providers });
  const workers = await pool.attach();
  await Promise.all(workers.map(({ state }) => valueOf(state)));
  userData = (first(types.server).inputs["userData"] as { secret: string }).secret;
});

test("a pool has one store and as many workers as replicas, in this order of names", () => {
  expect(of(types.container)).toHaveLength(1);
  expect(of(types.object)).toHaveLength(1);
  for (const type of [types.claim, types.server, types.drain, types.node])
    expect(of(type).map(({ name }) => name)).toEqual(["lab-7x2kq-metal-0", "lab-7x2kq-metal-1"]);
  expect(of(types.port).map(({ name }) => name)).toEqual(["lab-7x2kq-metal-0-port-0", "lab-7x2kq-metal-1-port-0"]);
});

test("every resource has the explicit provider of its package and a component for its parent", () => {
  const custom = seen.filter(({ type }) => Object.values(types).includes(type));
  expect(custom).toHaveLength(14);
  for (const { type, provider, parent } of custom) {
    expect(provider).toBe(type.startsWith("openstack:") ? "cloud" : "cluster");
    expect(parent).toMatch(/^openstack-baremetal-compute:index:/);
  }
});

describe("the order", () => {
  test("is claim, ports, server, drain, node", () => {
    const claim = `${types.claim} lab-7x2kq-metal-0`;
    const port = `${types.port} lab-7x2kq-metal-0-port-0`;
    const server = `${types.server} lab-7x2kq-metal-0`;
    expect(first(types.claim).dependencies).toEqual([]);
    expect(first(types.port).dependencies).toEqual([claim]);
    expect(first(types.server).dependencies).toEqual(expect.arrayContaining([claim, port]));
    expect(first(types.drain).dependencies).toEqual([server]);
    expect(first(types.node).dependencies).toEqual(
      expect.arrayContaining([server, port, `${types.drain} lab-7x2kq-metal-0`]),
    );
  });

  test("has the payload in place before a server boots", () => {
    expect(first(types.server).dependencies).toContain(`${types.object} metal-ignition-payload`);
  });

  test("does not chain workers to each other: they detach side by side", () => {
    for (const { dependencies } of [...of(types.server), ...of(types.node)].filter(({ name }) => name.endsWith("-0")))
      expect(dependencies.join()).not.toContain("metal-1");
  });
});

describe("a port", () => {
  test("is a bare-metal port of the cluster's subnet that may answer for the ingress", () => {
    expect(first(types.port).inputs).toEqual({
      name: "lab-7x2kq-metal-0-port-0",
      // what tells whose it is when its creation is cut off: tags come in a request of their own
      description: `worker of ${args.owner}`,
      networkId: "network-id",
      fixedIps: [{ subnetId: "subnet-id", ipAddress: "10.0.0.20" }],
      adminStateUp: true,
      binding: { vnicType: "baremetal" },
      tags: ["openshiftClusterID=lab-7x2kq"],
      allowedAddressPairs: [{ ipAddress: "10.0.0.7" }],
      securityGroupIds: ["group-id"],
    });
  });

  test("goes before its successor comes, and ignores what Ironic writes into it", () => {
    const { deleteBeforeReplace, ignoreChanges, replaceOnChanges } = first(types.port);
    expect(deleteBeforeReplace).toBe(true);
    expect(replaceOnChanges).toEqual(["fixedIps", "description"]);
    expect(ignoreChanges).toEqual(expect.arrayContaining(["macAddress", "allowedAddressPairs", "binding"]));
  });
});

describe("a server", () => {
  test("has a config drive and names its owner", () => {
    expect(first(types.server).inputs).toMatchObject({
      name: "lab-7x2kq-metal-0",
      flavorId: "flavor-id",
      imageId: "image-id",
      configDrive: true,
      forceDelete: false,
      stopBeforeDestroy: false,
      networks: [{ port: "lab-7x2kq-metal-0-port-0-id" }],
      metadata: {
        openshiftClusterID: "lab-7x2kq",
        owner: "organization/openstack-baremetal-compute/test",
        pool: "metal",
        flavor: "baremetal",
        image: "rhcos",
        ignition: "00ff",
      },
    });
  });

  test("is replaced by another flavor or image, never by user data, an id or a payload that is kept", () => {
    const { deleteBeforeReplace, ignoreChanges, replaceOnChanges, timeouts } = first(types.server);
    expect(deleteBeforeReplace).toBe(true);
    expect(replaceOnChanges).toEqual(["metadata.flavor", "metadata.image", "metadata.availabilityZone"]);
    expect(ignoreChanges).toEqual([
      ...["userData", "flavorId", "imageId", "availabilityZone", "configDrive", "forceDelete", "stopBeforeDestroy"],
      ...["keyPair", "schedulerHints"],
      ...["metadata.ignition", "metadata.attempt", "networks[0].port", "metadata.ports"],
    ]);
    expect(timeouts).toEqual({ create: "6000s", update: "", delete: "3601s" });
  });
});

test("GIVEN a cloud that may have them already WHEN servers and ports are declared THEN each is looked up before it is made", () => {
  expect(of(types.server).map(({ beforeCreate }) => beforeCreate)).toEqual([
    ["no-twin-of-server-lab-7x2kq-metal-0"],
    ["no-twin-of-server-lab-7x2kq-metal-1"],
  ]);
  expect(first(types.port).beforeCreate).toEqual(["no-twin-of-port-lab-7x2kq-metal-0-port-0"]);
});

test("the provider's times become RFC 3339, and such stay as they are", async () => {
  const { rfc3339 } = await import("../../../components/baremetal-server.ts");
  expect(rfc3339("2026-01-02 03:04:05.5 +0000 UTC")).toBe("2026-01-02T03:04:05Z");
  expect(rfc3339("2026-01-02T03:04:05Z")).toBe("2026-01-02T03:04:05Z");
});

describe("a drain", () => {
  test("takes the server's id as an input, so that it is replaced exactly when the server is, and goes before", () => {
    const { inputs, propertyDependencies, deleteBeforeReplace } = first(types.drain);
    expect(inputs).toEqual({
      nodeName: "lab-7x2kq-metal-0",
      owner: args.owner,
      serverId: "lab-7x2kq-metal-0-id",
      drain: args.drain,
      configPath: "pools[metal]",
    });
    expect(propertyDependencies["serverId"]).toEqual([`${types.server} lab-7x2kq-metal-0`]);
    expect(deleteBeforeReplace).toBe(true);
  });

  test("is declared before the node: it is in the state when the join begins", () => {
    const order = seen.filter(({ name, type }) => name === "lab-7x2kq-metal-0" && type.startsWith("openshift-node:"));
    expect(order.map(({ type }) => type)).toEqual([types.claim, types.drain, types.node]);
    expect(first(types.node).inputs).toMatchObject({ hasDrain: true });
  });

  test("may take as long as the deletion of the node, which drains too", () => {
    expect(first(types.drain).timeouts).toEqual({ create: "", update: "", delete: "3601s" });
  });
});

test("GIVEN names that the stack had before WHEN a worker is declared THEN its claim knows them, and no mark but the owner changes", async () => {
  const { WorkerPool } = await import("../../../components/worker-pool.ts");
  const formerOwners = ["organization/openstack-baremetal-compute/former"];
  const workers = [{ name: "lab-7x2kq-renamed-0" }];
  const pool = new WorkerPool("renamed", { ...args, pool: "renamed", workers, formerOwners });
  await Promise.all((await pool.attach()).map(({ state }) => valueOf(state)));
  const ofWorker = (type: string): Registration["inputs"] =>
    of(type).find(({ name }) => name === "lab-7x2kq-renamed-0")?.inputs ?? {};
  expect(ofWorker(types.claim)).toMatchObject({ owner: args.owner, formerOwners });
  expect(first(types.claim).inputs).not.toHaveProperty("formerOwners");
  expect(first(types.server).replaceOnChanges).not.toContain("metadata.owner");
  expect(ofWorker(types.server)).toMatchObject({ metadata: { owner: args.owner } });
  for (const type of [types.drain, types.node])
    expect(ofWorker(type)).toMatchObject({ owner: args.owner, formerOwners });
  expect(JSON.stringify(ofWorker(types.server))).not.toContain("former");
});

describe("a node", () => {
  test("takes the server's identity and state as inputs, so that a new server is a new node", () => {
    const { inputs, deleteBeforeReplace } = first(types.node);
    expect(deleteBeforeReplace).toBe(true);
    expect(inputs).toMatchObject({
      nodeName: "lab-7x2kq-metal-0",
      serverId: "lab-7x2kq-metal-0-id",
      serverCreated: "2026-01-02T03:04:05Z",
      powerState: "active",
      fixedIps: ["10.0.0.20"],
      configPath: "pools[metal]",
    });
  });

  test("has all timeouts as inputs, so that a preview shows an edit of those that the engine keeps", () => {
    expect(first(types.node).inputs["timeouts"]).toEqual(args.timeouts);
  });

  test("is given longer than the sum of its phases, and its drain as long as a deletion may take", () => {
    expect(first(types.node).timeouts).toEqual({ create: "4861s", update: "", delete: "3601s" });
  });

  test("has a claim that may drain and delete a server that is left over, by the pool's own settings", () => {
    const { inputs, timeouts } = first(types.claim);
    expect(inputs).toMatchObject({ owner: args.owner, removeTimeout: 300, deleteTimeout: 3601, drain: args.drain });
    expect(timeouts.delete).toBe("8162s");
  });
});

describe("the membership", () => {
  test("lists the workers by outputs of their nodes, so that it is updated or deleted before any of them is drained", () => {
    const { inputs, propertyDependencies } = first(types.membership);
    expect(inputs).toEqual({
      pool: "metal",
      owner: args.owner,
      members: [
        { nodeName: "lab-7x2kq-metal-0", serverId: "lab-7x2kq-metal-0-id" },
        { nodeName: "lab-7x2kq-metal-1", serverId: "lab-7x2kq-metal-1-id" },
      ],
      cordonTimeout: 300,
      configPath: "pools[metal]",
    });
    const nodes = [`${types.node} lab-7x2kq-metal-0`, `${types.node} lab-7x2kq-metal-1`];
    expect(propertyDependencies["members"]).toEqual(expect.arrayContaining(nodes));
  });

  test("is bounded by the drain, and by five minutes at most", () => {
    expect(first(types.membership).timeouts).toEqual({ create: "", update: "360s", delete: "360s" });
  });

  test("has nothing depend on it: it is the first to go", () => {
    for (const { dependencies } of seen) expect(dependencies.join()).not.toContain("PoolMembership");
  });
});

describe("the store", () => {
  test("keeps one key as a secret and leaves nothing behind", () => {
    const { inputs, ignoreChanges, additionalSecretOutputs, deleteBeforeReplace } = first(types.container);
    expect(inputs).toMatchObject({ name: containerName("lab-7x2kq", "metal", args.owner), forceDestroy: true });
    expect(inputs["metadata"]).toEqual({
      secret: { "Temp-URL-Key": expect.stringMatching(/^[0-9a-f]{64}$/), Owner: args.owner },
    });
    // a renamed stack keeps its container
    expect(ignoreChanges).toEqual(["metadata", "name"]);
    expect(additionalSecretOutputs).toEqual(["metadata"]);
    expect(deleteBeforeReplace).toBe(false);
    expect(first(types.object).deleteBeforeReplace).toBe(false);
  });

  test("comes after the claim on its name, which is deleted last and removes what is left over", () => {
    const { name, inputs, timeouts } = first(types.containerClaim);
    const container = containerName("lab-7x2kq", "metal", args.owner);
    expect(inputs).toEqual({ container, owner: args.owner, removeTimeout: 300, configPath: "pools[metal]" });
    expect(timeouts.delete).toBe("360s");
    expect(first(types.container).dependencies).toEqual([`${types.containerClaim} ${name}`]);
  });

  test("gives the servers a signed URL, and that only as a secret", () => {
    expect(userData).toMatch(/temp_url_sig=[0-9a-f]{64}&temp_url_expires=\d+/);
    const clear = JSON.stringify(seen, (_, value: unknown) =>
      value !== null && typeof value === "object" && "secret" in value ? "[secret]" : value,
    );
    expect(clear).not.toContain("temp_url_sig");
    expect(clear).not.toMatch(/[0-9a-f]{64}"/);
  });
});

test("GIVEN two serving workers and a new one WHEN the pool is attached THEN the new one is in place first, then each serving one in turn", async () => {
  const { WorkerPool } = await import("../../../components/worker-pool.ts");
  const serving = ["lab-7x2kq-roll-0", "lab-7x2kq-roll-2"];
  const nodes = serving.map((name) => ({ name, serving: true, specHash: undefined, labels: {}, updating: false }));
  const pool = new WorkerPool("roll", {
    ...args,
    pool: "roll",
    workers: [0, 1, 2].map((i) => ({ name: `lab-7x2kq-roll-${i}` })),
    currentNodes: () => Promise.resolve(nodes),
  });
  const workers = await pool.attach();
  await Promise.all(workers.map(({ state }) => valueOf(state)));
  const order = seen.filter(({ type }) => [types.claim, types.server, types.node].includes(type));
  const names = order.map(({ name }) => name).filter((name) => name.includes("-roll-"));
  const each = (i: number): string[] => Array.from({ length: 3 }, () => `lab-7x2kq-roll-${i}`);
  expect(names).toEqual([...each(1), ...each(0), ...each(2)]);
  expect(workers.map(({ name }) => name)).toEqual(["lab-7x2kq-roll-0", "lab-7x2kq-roll-1", "lab-7x2kq-roll-2"]);
});

test("the table of workers is no secret", async () => {
  const { outputsOf } = await import("../../../infra/outputs.ts");
  const { WorkerPool } = await import("../../../components/worker-pool.ts");
  const pool = new WorkerPool("other", { ...args, pool: "other", workers: [{ name: "lab-7x2kq-other-0" }] });
  const { workers, __workers: rows } = outputsOf(await pool.attach());
  expect(await valueOf(pulumi.output(workers))).toEqual({ "lab-7x2kq-other-0": "Ready, 10.0.0.20" });
  expect(await valueOf(pulumi.output(rows))).toEqual([
    {
      name: "lab-7x2kq-other-0",
      node: "lab-7x2kq-other-0",
      serverId: "lab-7x2kq-other-0-id",
      addresses: ["10.0.0.20"],
      state: "Ready",
      phases: [],
    },
  ]);
  expect(await pulumi.isSecret(pulumi.output([workers, ...rows]))).toBe(false);
});

describe("GIVEN an image that the cloud does not return WHEN a server is declared", () => {
  const problem = 'no active image named "rhcos"';
  let server: Registration | undefined;
  beforeAll(async () => {
    const { WorkerPool } = await import("../../../components/worker-pool.ts");
    const workers = [{ name: "lab-7x2kq-blind-0" }];
    const pool = new WorkerPool("blind", { ...args, pool: "blind", workers, image: { name: "rhcos", problem } });
    await Promise.all((await pool.attach()).map(({ state }) => valueOf(state)));
    server = of(types.server).find(({ name }) => name === "lab-7x2kq-blind-0");
  });

  test("THEN its name still is in the metadata, so that a server that is there stays as it is", () => {
    expect(server?.inputs).toMatchObject({ flavorId: "flavor-id", metadata: { image: "rhcos", flavor: "baremetal" } });
    expect(server?.inputs).not.toHaveProperty("imageId");
  });

  test("THEN a server that is to be created is refused by the provider's check, with the problem", () => {
    expect(server?.inputs["powerState"]).toBe(problem);
    expect(server?.ignoreChanges).toContain("powerState");
    expect(first(types.server).inputs).not.toHaveProperty("powerState");
  });
});
