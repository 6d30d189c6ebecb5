import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { poolSpec } from "../../../infra/pool-spec.ts";
import { type Change, configOf, factsOf } from "../../support/preflight-facts.ts";

const owners = { owner: "organization/project/stack", formerOwners: [] };

function argsOf(change: object, more: Change["more"] = []): ReturnType<typeof poolSpec> {
  const [wanted] = configOf({ replicas: undefined, ...change }).pools;
  if (!wanted) throw new Error("no pool");
  return poolSpec(wanted, 0, factsOf({ more }), owners);
}

function never(): never {
  throw new Error("no pool");
}

/** A pool with a named worker, so that both paths are covered. */
const poolNamed = (name: string): object => ({
  name,
  flavor: "baremetal",
  image: "rhcos",
  workers: [{ name: `${name}-r1` }],
});

test("GIVEN a pool of two replicas WHEN it is declared THEN each worker has one port in the machine network", () => {
  const { workers, ports } = argsOf({ replicas: 2, fixedIps: ["10.0.0.20", "10.0.0.21"] });
  expect(workers).toMatchObject([
    { name: "lab-7x2kq-metal-0", fixedIps: ["10.0.0.20"], ports: [] },
    { name: "lab-7x2kq-metal-1", fixedIps: ["10.0.0.21"], ports: [] },
  ]);
  expect(ports).toMatchObject([
    { networkId: "n", subnets: [{ id: "s", ipVersion: 4 }], allowedAddresses: [], tags: [] },
  ]);
});

test("GIVEN the bound of a wait for a host WHEN a pool is declared THEN it is in no input of a resource, as in earlier releases", () => {
  const { timeouts } = argsOf({ replicas: 1, timeouts: { host: "2h" } });
  expect(Object.keys(timeouts)).toEqual(["provision", "boot", "servingCsr", "ready", "delete", "nodeRemoval"]);
});

test("GIVEN ports of two subnets WHEN a pool is declared THEN those in the ingress' own subnet answer for it", () => {
  const { ports } = argsOf({ replicas: 1, networks: [{}, {}, {}] }, [{}, { id: "t", cidr: "10.0.1.0/24" }]);
  expect(ports.map(({ virtualAddresses }) => virtualAddresses)).toEqual([["10.0.0.7"], ["10.0.0.7"], []]);
});

test("GIVEN a network without port security WHEN a pool is declared THEN its ports have only what the config names", () => {
  const portOf = (networks: object[], portSecurity?: boolean): unknown => {
    const [pool] = configOf({ networks }).pools;
    return poolSpec(pool ?? never(), 0, factsOf({ network: { portSecurity }, groups: ["g"] }), owners).ports[0];
  };
  const plain = { securityGroupIds: ["g"], virtualAddresses: ["10.0.0.7"], allowedAddresses: [] };
  expect(portOf([{}])).toMatchObject(plain);
  expect(portOf([{}], true)).toMatchObject(plain);
  expect(portOf([{}], false)).toMatchObject({ securityGroupIds: [], virtualAddresses: [], allowedAddresses: [] });
  expect(portOf([{ securityGroups: ["a"], allowedAddresses: ["10.0.0.9"] }], false)).toMatchObject({
    securityGroupIds: ["g"],
    virtualAddresses: [],
    allowedAddresses: ["10.0.0.9"],
  });
});

test.each([
  [true, { portSecurity: false, securityGroupIds: [], virtualAddresses: [] }],
  // Neutron lets the network's owner alone say so, and a new port there has none anyway
  [false, { securityGroupIds: [], virtualAddresses: [] }],
])(
  "GIVEN a network whose port security is %s WHEN one port is to be without THEN that one asks for nothing else: %j",
  (portSecurity, expected) => {
    const [pool] = configOf({ networks: [{ portSecurity: false }, {}], securityGroups: ["g"] }).pools;
    const facts = factsOf({ network: { portSecurity }, groups: ["g"], more: [{}] });
    const [open, other] = poolSpec(pool ?? never(), 0, facts, owners).ports;
    expect(open).toEqual({ ...other, ...expected });
    expect(other).not.toHaveProperty("portSecurity");
  },
);

test("GIVEN a named worker WHEN it is declared THEN what is its own goes with it, the rest with the pool", () => {
  const args = argsOf({
    workers: [{ name: "u07", availabilityZone: "nova:a:b", labels: { rack: "r1" } }],
    networks: [{ tags: ["x"] }],
    rollout: { maxUnavailable: 3 },
    readmit: ["lab-7x2kq-metal-u07"],
    ignition: { spec: "3.4.0" },
  });
  expect(args.workers).toMatchObject([
    { name: "lab-7x2kq-metal-u07", availabilityZone: "nova:a:b", labels: { rack: "r1" }, readmit: true },
  ]);
  expect(args.ports).toMatchObject([{ tags: ["x"] }]);
  expect(args.rollout.maxUnavailable).toBe(3);
  if (args.ignition.delivery !== "swift") throw new Error("another delivery than the default");
  expect(args.ignition.spec).toBe("3.4.0");
  expect(JSON.parse(args.ignition.payload)).toMatchObject({ ignition: { version: "3.4.0" } });
});

test("GIVEN a pool with replicas WHEN its workers are listed by their numbers instead THEN it is made from the same", () => {
  const removed = { replicas: 2, remove: ["lab-7x2kq-metal-1"], fixedIps: ["10.0.0.20", "10.0.0.21", "10.0.0.22"] };
  const listed = [
    { name: "0", fixedIp: "10.0.0.20" },
    { name: "2", fixedIp: "10.0.0.22" },
  ];
  expect(argsOf({ workers: listed })).toEqual(argsOf(removed));
});

test("GIVEN a cluster whose Nodes get no providerID WHEN a pool is declared THEN its workers are known by their addresses", () => {
  const [pool] = configOf().pools;
  const specOf = (change: Change) => poolSpec(pool ?? never(), 0, factsOf(change), owners);
  expect(specOf({ cluster: { nodeIdentity: "address" } })).toEqual({ ...specOf({}), identity: "address" });
  expect(specOf({})).not.toHaveProperty("identity");
});

test("GIVEN several pools WHEN some are removed or all are reordered THEN what the others are made from is the same", () => {
  const names = ["a", "b", "c", "d"];
  const argsByName = (pools: readonly string[]): Map<string, ReturnType<typeof poolSpec>> => {
    const config = configOf({}, { pools: pools.map(poolNamed) });
    const facts = factsOf({});
    const cloud = { ...facts.cloud, pools: pools.map(() => facts.cloud.pools[0] ?? never()) };
    return new Map(config.pools.map((pool, i) => [pool.name, poolSpec(pool, i, { ...facts, cloud }, owners)]));
  };
  const all = argsByName(names);
  fc.assert(
    fc.property(fc.shuffledSubarray(names), (kept) => {
      for (const [name, args] of argsByName(kept)) expect(args).toEqual(all.get(name));
    }),
  );
});
