import { expect, test } from "@jest/globals";
import { accepted, diagnosticsOf, good, named, pool } from "../../../support/config-fixtures.ts";

type Case = readonly [path: string, bad: Record<string, unknown>, valid: Record<string, unknown>];

const inNetwork = (subnet: unknown): Record<string, unknown> => ({
  ...good(),
  machineNetwork: { network: "n", subnet },
});
const oneWorker = (worker: object): Record<string, unknown> => good(named({ workers: [{ name: "a", ...worker }] }));
const onePort = (port: object, own: object = {}): Record<string, unknown> => good(pool({ networks: [port], ...own }));
const twoReplicas = (...fixedIps: unknown[]): Record<string, unknown> => good(pool({ replicas: 2, fixedIps }));

const twoVersions: readonly Case[] = [
  [
    "pools[metal].networks[0].subnet",
    onePort({ network: "n", subnet: ["a", "b", "c"] }),
    onePort({ network: "n", subnet: ["a", "b"] }),
  ],
  ["machineNetwork.subnet", inNetwork([]), inNetwork(["a"])],
  [
    "pools[metal].workers[a].fixedIp",
    oneWorker({ fixedIp: ["10.0.0.1", "10.0.0.2"] }),
    oneWorker({ fixedIp: ["10.0.0.1", "fd00::1"] }),
  ],
  [
    "pools[metal].workers[a].networks[0].fixedIp[1]",
    oneWorker({ fixedIp: "FD00:0::1", networks: [{ fixedIp: ["10.0.0.2", "fd00::1"] }] }),
    oneWorker({ fixedIp: "FD00:0::1", networks: [{ fixedIp: ["10.0.0.2", "fd00::2"] }] }),
  ],
  [
    "pools[metal].fixedIps[1][1]",
    twoReplicas(["10.0.0.1", "fd00::1"], ["10.0.0.2", "fd00::1"]),
    twoReplicas(["10.0.0.1", "fd00::1"], "fd00::2"),
  ],
  [
    "pools[metal].networks[0].allowedAddresses[0]",
    onePort({ allowedAddresses: ["fd00::/129"] }),
    onePort({ allowedAddresses: ["fd00::/64", "fd00::9"] }),
  ],
];

const unsecured: readonly Case[] = [
  ["pools[metal].networks[0].portSecurity", onePort({ portSecurity: true }), onePort({ portSecurity: false })],
  [
    "pools[metal].networks[0].securityGroups",
    onePort({ portSecurity: false, securityGroups: ["a"] }),
    onePort({ portSecurity: false, securityGroups: [] }, { securityGroups: ["a"] }),
  ],
  [
    "pools[metal].workers[a].networks[0].allowedAddresses",
    oneWorker({ networks: [{ portSecurity: false, allowedAddresses: ["10.0.0.9"] }] }),
    oneWorker({ networks: [{ allowedAddresses: ["10.0.0.9"] }] }),
  ],
];

test.each(twoVersions)(
  "GIVEN ports of two IP versions, one thing wrong at %s WHEN the config is read THEN it is named, and accepted when right",
  (path, bad, valid) => {
    expect(Object.keys(diagnosticsOf(bad))).toEqual([path]);
    accepted(valid);
  },
);

test.each(unsecured)(
  "GIVEN a port without port security, one thing wrong at %s WHEN the config is read THEN it is named, and accepted when right",
  (path, bad, valid) => {
    expect(Object.keys(diagnosticsOf(bad))).toEqual([path]);
    accepted(valid);
  },
);

test("GIVEN a port without port security that has groups and addresses WHEN the config is read THEN both paths are named, and the key that excludes them", () => {
  const port = { portSecurity: false, securityGroups: ["a"], allowedAddresses: ["10.0.0.9"] };
  expect(diagnosticsOf(onePort(port))).toMatchObject({
    "pools[metal].networks[0].allowedAddresses": expect.stringContaining("networks[0].portSecurity: false"),
    "pools[metal].networks[0].securityGroups": expect.stringContaining("networks[0].portSecurity: false"),
  });
});
