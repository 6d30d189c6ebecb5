import { beforeAll, describe, expect, test } from "@jest/globals";
import { createHash } from "node:crypto";
import { unknownWorker, type WorkerInCloud } from "../../../components/server/in-cloud.ts";
import { args, machinePort, types } from "../support/pool-fixtures.ts";
import { recordRegistrations, type Registration, valueOf } from "../support/recorder.ts";

let seen: Registration[];

describe("GIVEN a named worker with ports, a machine and labels of its own WHEN it is attached", () => {
  beforeAll(async () => {
    seen = await recordRegistrations({
      [types.port]: { allFixedIps: ["10.0.0.20"] },
      [types.server]: { created: "2026-01-02 03:04:05 +0000 UTC", powerState: "active" },
      [types.node]: { state: "Ready", timeline: [] },
    });
    const { WorkerPool } = await import("../../../components/worker-pool.ts");
    const second = {
      ...machinePort,
      subnets: [{ id: "second", ipVersion: 4 as const }],
      virtualAddresses: [],
      allowedAddresses: ["10.0.0.9"],
      securityGroupIds: [],
    };
    const dhcpOptions = [{ name: "mtu", value: "9000", ipVersion: 4 as const }];
    // the cloud has its ports, and not where the config wants them
    const elsewhere: WorkerInCloud = {
      takenOver: { ports: new Map() },
      portRecord: "recorded",
      ports: new Set([0, 1, 2, 3].map((i) => `lab-7x2kq-named-u07-port-${i}`)),
      placedPorts: new Set(),
    };
    const pool = new WorkerPool("named", {
      ...args,
      inCloud: new Map([["lab-7x2kq-named-u07", elsewhere]]),
      pool: "named",
      ports: [machinePort, second],
      workers: [
        {
          name: "lab-7x2kq-named-u07",
          availabilityZone: "nova:host:node",
          labels: { "example.test/rack": "r2" },
          readmit: true,
          ports: [
            { ...machinePort, fixedIps: ["10.0.0.30"], tags: ["rack=r2"], dhcpOptions },
            { ...machinePort, securityGroupIds: [], virtualAddresses: [], portSecurity: false },
          ],
        },
      ],
    });
    const plain = new WorkerPool("metal", args);
    const spread = new WorkerPool("spread", {
      ...args,
      pool: "spread",
      workers: [
        { name: "lab-7x2kq-spread-a" },
        { name: "lab-7x2kq-spread-b", availabilityZone: "rack-b" },
        { name: "lab-7x2kq-spread-c" },
        { name: "lab-7x2kq-spread-d" },
        { name: "lab-7x2kq-spread-e" },
      ],
      zones: new Map(["a", "d", "e"].map((worker) => [`lab-7x2kq-spread-${worker}`, "rack-a"])),
      inCloud: new Map(
        ["d", "e"].map((worker) => [`lab-7x2kq-spread-${worker}`, { ...unknownWorker, madeZone: "rack-b" }]),
      ),
      replaced: new Set(["lab-7x2kq-spread-e"]),
      serverGroup: "group-id",
    });
    const renewed = new WorkerPool("renewed", {
      ...args,
      pool: "renewed",
      workers: [{ name: "lab-7x2kq-renewed-0" }],
      payload: { hash: "11ee", onChange: "replace" },
    });
    const workers = (await Promise.all([pool, plain, spread, renewed].map((each) => each.attach()))).flat();
    await Promise.all(workers.map(({ state }) => valueOf(state)));
  });
  const of = (type: string, part: string): Registration[] =>
    seen
      .filter((each) => each.type === type && each.name.includes(part))
      .toSorted((a, b) => a.name.localeCompare(b.name));
  const named = (type: string): Registration[] => of(type, "-named-u07");
  const plain = (type: string): Registration["inputs"] => of(type, "-metal-0")[0]?.inputs ?? {};

  test("THEN it has the pool's ports and then its own, each with what it asks for", () => {
    const ports = named(types.port).map(({ inputs }) => inputs);
    expect(ports.map(({ name }) => name)).toEqual([0, 1, 2, 3].map((i) => `lab-7x2kq-named-u07-port-${i}`));
    expect(ports[0]?.["description"]).toBe(`worker of ${args.owner}`);
    expect(ports[1]).toMatchObject({
      fixedIps: [{ subnetId: "second" }],
      allowedAddressPairs: [{ ipAddress: "10.0.0.9" }],
      description: `worker of ${args.owner}; answers for 10.0.0.9`,
    });
    expect(ports[1]).not.toHaveProperty("securityGroupIds");
    expect(ports[2]).toMatchObject({
      fixedIps: [{ subnetId: "subnet-id", ipAddress: "10.0.0.30" }],
      allowedAddressPairs: [{ ipAddress: "10.0.0.7" }],
      tags: ["openshiftClusterID=lab-7x2kq", "rack=r2"],
      extraDhcpOptions: [{ name: "mtu", value: "9000", ipVersion: 4 }],
    });
  });

  test("THEN a port without port security asks for no groups, and one that has it is replaced", () => {
    const [secured, , , open] = named(types.port);
    expect(open?.inputs).toMatchObject({ portSecurityEnabled: false, allowedAddressPairs: [] });
    expect(open?.inputs).not.toHaveProperty("securityGroupIds");
    expect(open?.replaceOnChanges).toContain("portSecurityEnabled");
    expect(secured?.inputs).not.toHaveProperty("portSecurityEnabled");
    expect(secured?.replaceOnChanges).not.toContain("portSecurityEnabled");
  });

  test("THEN its server is on that machine, with all ports, and another machine would replace it", () => {
    expect(named(types.server)[0]?.inputs).toMatchObject({
      availabilityZone: "nova:host:node",
      metadata: { availabilityZone: "nova:host:node" },
      networks: [0, 1, 2, 3].map((i) => ({ port: `lab-7x2kq-named-u07-port-${i}-id` })),
    });
    expect(plain(types.server)).not.toHaveProperty("availabilityZone");
    expect(plain(types.server)["metadata"]).not.toHaveProperty("availabilityZone");
  });

  test("THEN what Nova says of its zone replaces nothing: it says none of a server that has no host", () => {
    const [server] = named(types.server);
    expect(server?.ignoreChanges).toContain("availabilityZone");
    expect(server?.replaceOnChanges).toContain("metadata.availabilityZone");
  });

  test("THEN the zone of a pool that is spread is for a new server alone, and replaces none", () => {
    const [spread, own, free] = of(types.server, "-spread-");
    const key = "metadata.availabilityZone";
    expect(spread?.inputs).toMatchObject({ availabilityZone: "rack-a" });
    expect(spread?.inputs["metadata"]).not.toHaveProperty("availabilityZone");
    expect(spread?.ignoreChanges).toContain(key);
    expect(own?.inputs).toMatchObject({ availabilityZone: "rack-b", metadata: { availabilityZone: "rack-b" } });
    expect(free?.inputs).not.toHaveProperty("availabilityZone");
    for (const each of [own, free]) expect(each?.ignoreChanges).not.toContain(key);
    const hashes = of(types.node, "-spread-").map(({ inputs }) => inputs["specHash"]);
    expect(hashes[0]).toBe(hashes[2]);
  });

  test("THEN a worker that was pinned before its pool was spread counts as what it was, until it is replaced", () => {
    const [fresh, pinned, , kept, replaced] = of(types.node, "-spread-").map(({ inputs }) => inputs["specHash"]);
    expect(kept).toBe(pinned);
    expect(replaced).toBe(fresh);
  });

  test("THEN a server group is for a new server alone, with one or without", () => {
    const [grouped] = of(types.server, "-spread-");
    const [without] = of(types.server, "-metal-0");
    expect(grouped?.inputs).toMatchObject({ schedulerHints: [{ group: "group-id" }] });
    expect(without?.inputs).not.toHaveProperty("schedulerHints");
    for (const each of [grouped, without]) expect(each?.ignoreChanges).toContain("schedulerHints");
  });

  test("THEN its Node has its labels over the pool's, and another specification than a plain one", () => {
    const [node] = named(types.node);
    expect(node?.inputs["labels"]).toEqual({ "example.test/rack": "r2" });
    expect(node?.inputs["specHash"]).not.toBe(plain(types.node)["specHash"]);
  });

  test("THEN another client key may be admitted of it alone", () => {
    expect(named(types.node)[0]?.inputs).toMatchObject({ readmit: true });
    expect(plain(types.node)).not.toHaveProperty("readmit");
  });

  test("THEN a port whose fixed address is removed from the config keeps it", () => {
    const [anyAddress, , ownAddress] = named(types.port);
    expect(anyAddress?.ignoreChanges).toContain("fixedIps[0].ipAddress");
    expect(ownAddress?.ignoreChanges).not.toContain("fixedIps[0].ipAddress");
    for (const port of named(types.port)) expect(port.ignoreChanges).not.toContain("fixedIps");
  });

  test("THEN a payload replaces the server only where the pool asks for it, and is no part of the specification", () => {
    const [kept, renewed] = [of(types.server, "-metal-0")[0], of(types.server, "-renewed-0")[0]];
    expect(renewed?.inputs["metadata"]).toMatchObject({ ignition: "11ee" });
    expect(renewed?.replaceOnChanges).toContain("metadata.ignition");
    expect(renewed?.ignoreChanges).not.toContain("metadata.ignition");
    expect(kept?.replaceOnChanges).not.toContain("metadata.ignition");
    expect(of(types.node, "-renewed-0")[0]?.inputs["specHash"]).toBe(plain(types.node)["specHash"]);
  });

  test("THEN the spec hash of a plain worker is unchanged", () => {
    const spec = JSON.stringify(["baremetal", "rhcos", "network-id", "subnet-id"]);
    const hash = createHash("sha256").update(spec).digest("hex").slice(0, 16);
    expect(plain(types.node)["specHash"]).toBe(hash);
  });
});
