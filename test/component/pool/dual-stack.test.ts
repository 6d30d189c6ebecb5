import { beforeAll, describe, expect, test } from "@jest/globals";
import type { WorkerInCloud } from "../../../components/server/in-cloud.ts";
import { args, machinePort, types } from "../support/pool-fixtures.ts";
import { recordRegistrations, type Registration, valueOf } from "../support/recorder.ts";

const v4 = { id: "v4-id", ipVersion: 4 as const };
const v6 = { id: "v6-id", ipVersion: 6 as const };
const addresses = ["10.0.0.20", "fd00:1::20"];

let seen: Registration[];

/** The cloud has the worker's port, where the config wants it or elsewhere. */
const withPort = (worker: string, isPlaced: boolean): [string, WorkerInCloud] => {
  const port = `${worker}-port-0`;
  return [
    worker,
    {
      takenOver: { ports: new Map() },
      portRecord: "recorded",
      ports: new Set([port]),
      placedPorts: new Set(isPlaced ? [port] : []),
    },
  ];
};

beforeAll(async () => {
  seen = await recordRegistrations({
    [types.port]: { allFixedIps: addresses.toReversed() },
    [types.server]: { created: "2026-01-02 03:04:05 +0000 UTC", powerState: "active" },
    [types.node]: { state: "Ready", timeline: [] },
  });
  const { WorkerPool } = await import("../../../components/worker-pool.ts");
  const dual = new WorkerPool("dual", {
    ...args,
    pool: "dual",
    ports: [{ ...machinePort, subnets: [v6, v4], virtualAddresses: ["10.0.0.7", "fd00:1::7"] }],
    inCloud: new Map([withPort("lab-7x2kq-dual-1", false), withPort("lab-7x2kq-dual-2", true)]),
    workers: [
      { name: "lab-7x2kq-dual-0", fixedIps: ["FD00:1:0::20", "10.0.0.20"] },
      { name: "lab-7x2kq-dual-1" },
      { name: "lab-7x2kq-dual-2" },
    ],
  });
  const six = new WorkerPool("six", {
    ...args,
    pool: "six",
    ports: [{ ...machinePort, subnets: [v6], virtualAddresses: ["fd00:1::7"] }],
    workers: [{ name: "lab-7x2kq-six-0" }],
  });
  const workers = (await Promise.all([dual, six].map((each) => each.attach()))).flat();
  await Promise.all(workers.map(({ state }) => valueOf(state)));
});

const of = (type: string, worker: string): Registration => {
  const found = seen.find((each) => each.type === type && each.name.startsWith(`lab-7x2kq-${worker}`));
  if (!found) throw new Error(`no ${type} of ${worker}`);
  return found;
};

describe("GIVEN a dual-stack machine network WHEN a worker is attached", () => {
  test("THEN it has one port, with an address of each family, IPv4 first", () => {
    expect(seen.filter(({ type, name }) => type === types.port && name.includes("-dual-0"))).toHaveLength(1);
    expect(of(types.port, "dual-0").inputs).toMatchObject({
      fixedIps: [
        { subnetId: "v4-id", ipAddress: "10.0.0.20" },
        { subnetId: "v6-id", ipAddress: "fd00:1::20" },
      ],
      allowedAddressPairs: [{ ipAddress: "10.0.0.7" }, { ipAddress: "fd00:1::7" }],
    });
    expect(of(types.port, "dual-1").inputs["fixedIps"]).toEqual([{ subnetId: "v4-id" }, { subnetId: "v6-id" }]);
  });

  test("THEN both addresses are facts that its certificates are judged by, in the same order however Neutron lists them", () => {
    expect(of(types.node, "dual-0").inputs["fixedIps"]).toEqual(addresses);
  });

  test("THEN an existing port is replaced where the config wants it elsewhere, and otherwise keeps its addresses", () => {
    expect(of(types.port, "dual-1").ignoreChanges).not.toContain("fixedIps");
    expect(of(types.port, "dual-2").ignoreChanges).toContain("fixedIps");
  });
});

test("GIVEN a machine network of IPv6 alone WHEN a worker is attached THEN its port has one address in it", () => {
  expect(of(types.port, "six-0").inputs).toMatchObject({
    fixedIps: [{ subnetId: "v6-id" }],
    allowedAddressPairs: [{ ipAddress: "fd00:1::7" }],
  });
});
