import { describe, expect, test } from "@jest/globals";
import type { Diagnostic } from "../../../../../infra/diagnostics/diagnostic.ts";
import {
  answer,
  type Change,
  configOf,
  diagnosticsOf,
  existingPort,
  existingServer,
  factsOf,
  owner,
} from "../../../../support/preflight-facts.ts";

/** A shared network of another project; the ingress' address is elsewhere unless a test says so. */
const foreign: Change = { network: { otherProject: "p9" }, cluster: { ingressVips: ["10.9.9.9"] } };

const found = (pool: object, change: Change = {}): Diagnostic[] =>
  diagnosticsOf(configOf(pool), factsOf({ ...foreign, ...change })).filter(({ check }) => check === "network-owner");
const paths = (pool: object, change: Change = {}): string[] => found(pool, change).map(({ path }) => path);

const allowing = { networks: [{ allowedAddresses: ["10.0.0.9"] }] };
const inSubnet = { cluster: { ingressVips: ["10.0.0.7"] } };

describe("GIVEN a network of another project, and a plain member", () => {
  test.each<[string, string[], string[]]>([
    ["chooses no address", paths({}), []],
    ["chooses addresses that the ports may use", paths(allowing), ["pools[metal].networks[0].allowedAddresses"]],
    ["has several workers", paths({ ...allowing, replicas: 3 }), ["pools[metal].networks[0].allowedAddresses"]],
    ["chooses the ports' addresses", paths({ fixedIps: ["10.0.0.20"] }), ["pools[metal].fixedIps[0]"]],
    ["is in the ingress' subnet", paths({}, inSubnet), ["pools[metal].networks[0]"]],
    [
      "has a port without port security",
      paths({ networks: [{ portSecurity: false }] }, { network: { otherProject: "p9", portSecurity: true } }),
      ["pools[metal].networks[0].portSecurity"],
    ],
    [
      "has a port without port security, as its network",
      paths({ networks: [{ portSecurity: false }] }, { network: { otherProject: "p9", portSecurity: false } }),
      [],
    ],
    [
      "is in the ingress' subnet, without port security",
      paths({}, { ...inSubnet, network: { otherProject: "p9", portSecurity: false } }),
      [],
    ],
  ])("WHEN a pool %s THEN %j", (_, seen, expected) => {
    expect(seen).toEqual(expected);
  });

  test("WHEN it is refused THEN the message names network, owner, policy and a way round", () => {
    const [refused] = found(allowing);
    expect(refused?.problem).toContain('network "net" belongs to another project (p9)');
    expect(refused?.problem).toContain("the account's roles are: member, reader");
    expect(refused?.expected).toContain("create_port:allowed_address_pairs");
    expect(refused?.remedy).toContain("remove the key");
    expect(refused?.remedy).toContain("preflight.skip: [network-owner]");
  });

  describe("WHEN a worker has such a port there already THEN the cloud's policy allows it", () => {
    const name = "lab-7x2kq-metal-0";
    const servers = answer([existingServer("s", name, owner)]);
    const having = (port: object): Change => {
      const facts = factsOf(foreign).cloud.pools[0]?.ports[0];
      const at = {
        networkId: facts?.network.id ?? "",
        addresses: [{ subnetId: facts?.subnets[0]?.id ?? "", ip: "10.0.0.20" }],
      };
      return { checks: { servers, clusterPorts: answer([existingPort(`${name}-port-0`, { ...at, ...port })]) } };
    };
    const second = { replicas: 2, fixedIps: ["10.0.0.20", "10.0.0.21"] };

    test("of its fixed address", () => {
      expect(paths(second, having({}))).toEqual([]);
    });

    test("but not if the address is another, and the port is replaced", () => {
      const fixedIps = ["10.0.0.22", "10.0.0.21"];
      expect(paths({ ...second, fixedIps }, having({}))).toHaveLength(2);
    });

    test("and of its addresses it says nothing of those that it answers for", () => {
      expect(paths({ ...second, ...allowing }, having({}))).toEqual(["pools[metal].networks[0].allowedAddresses"]);
    });

    test("of those that it answers for", () => {
      expect(paths({ ...allowing, replicas: 2 }, having({ allowedAddresses: ["10.0.0.9"] }))).toEqual([]);
    });
  });

  test("WHEN the worker has its port already THEN nothing is said", () => {
    const name = "lab-7x2kq-metal-0";
    const clusterPorts = answer([existingPort(`${name}-port-0`)]);
    const servers = answer([existingServer("s", name, owner)]);
    expect(paths({}, { ...inSubnet, checks: { servers, clusterPorts } })).toEqual([]);
  });
});

test.each([["admin"], ["manager"]])(
  "GIVEN the role %s WHEN addresses are chosen there THEN nothing is said",
  (role) => {
    expect(paths(allowing, { roles: ["member", role] })).toEqual([]);
  },
);

test("GIVEN a network of the account's own project WHEN addresses are chosen THEN nothing is said", () => {
  expect(paths(allowing, { network: { otherProject: undefined } })).toEqual([]);
});
