import { describe, expect, test } from "@jest/globals";
import type { Diagnostic } from "../../../../../infra/diagnostics/diagnostic.ts";
import type { ExistingPort } from "../../../../../infra/discovery/facts.ts";
import { plannedChanges, renderPlannedChanges } from "../../../../../infra/preflight/changes/plan.ts";
import {
  answer,
  type Change,
  configOf,
  diagnosticsOf,
  existingPort,
  existingServer,
  factsOf,
  owner,
  subnet,
} from "../../../../support/preflight-facts.ts";

const worker = "lab-7x2kq-metal-0";
const storage = {
  network: { id: "st", name: "storage", mtu: 1500 },
  subnets: [subnet],
  areNamed: true,
  securityGroupIds: [],
};
const storageKeys = { network: "storage", subnet: "storage-nodes" };

interface Made extends Pick<Change, "workerPorts"> {
  /** default false */
  readonly portSecurity?: boolean;
  /** of a worker that runs */
  readonly ports?: readonly ExistingPort[];
}

/** What is found of port security, by path; warnings are marked. */
function found(pool: object, { portSecurity = false, ports = [], ...change }: Made = {}): string[] {
  const server = existingServer("s0", worker, owner);
  const checks = ports.length > 0 && { checks: { servers: answer([server]), clusterPorts: answer(ports) } };
  const facts = factsOf({ network: { portSecurity }, ...change, ...checks });
  return diagnosticsOf(configOf(pool), facts).filter(isOfIt).map(shown);
}

const isOfIt = ({ check, problem }: Diagnostic): boolean =>
  check === "port-security" || problem.includes("port security");
const shown = ({ path, check, warning }: Diagnostic): string => `${path} ${check}${warning ? " (warning)" : ""}`;

const warned = "pools[metal].networks[0] security-groups (warning)";

describe("GIVEN a network without port security", () => {
  test.each<[string, object, string[]]>([
    ["names nothing that it refuses", {}, [warned]],
    ["has two workers", { replicas: 2 }, [warned]],
    ["asks for no groups", { securityGroups: [], networks: [{ securityGroups: [] }] }, [warned]],
    [
      "names groups of a port",
      { networks: [{ securityGroups: ["a"] }] },
      ["pools[metal].networks[0].securityGroups port-security"],
    ],
    [
      "names addresses that a port may use",
      { networks: [{ allowedAddresses: ["10.0.0.9"] }] },
      ["pools[metal].networks[0].allowedAddresses port-security"],
    ],
    ["names groups of the pool", { securityGroups: ["a"] }, [warned, "pools[metal].securityGroups port-security"]],
  ])("WHEN a pool of new workers %s THEN %j", (_, pool, expected) => {
    expect(found(pool)).toEqual(expected);
  });

  test.each<[string, object]>([
    ["nothing else", {}],
    ["groups for its other ports", { securityGroups: ["a"] }],
  ])("WHEN a port of the config is without it, too, and the pool has %s THEN nothing is said", (_, pool) => {
    expect(found({ networks: [{ portSecurity: false }], ...pool })).toEqual([]);
  });

  test("WHEN a named worker's own port is in it THEN its path is named", () => {
    const workers = [{ name: "a", networks: [{ ...storageKeys, securityGroups: ["a"] }] }];
    const network = { ...storage.network, portSecurity: false };
    expect(
      found({ replicas: undefined, workers }, { portSecurity: true, workerPorts: [[{ ...storage, network }]] }),
    ).toEqual(["pools[metal].workers[a].networks[0].securityGroups port-security"]);
  });

  test("WHEN another port of the pool can have its groups THEN the port without is a warning", () => {
    const pool = { securityGroups: ["a"], networks: [{}, storageKeys] };
    const facts = factsOf({ network: { portSecurity: false }, ports: [storage] });
    expect(diagnosticsOf(configOf(pool), facts).filter(isOfIt).map(shown)).toEqual([warned]);
  });

  test("WHEN a running worker has its port there THEN nothing is said, whatever the config names", () => {
    const pool = { securityGroups: ["a"], networks: [{ allowedAddresses: ["10.0.0.9"] }] };
    const ports = [existingPort(`${worker}-port-0`, { allowedAddresses: ["10.0.0.9"] })];
    expect(found(pool, { ports })).toEqual([]);
  });

  test("WHEN a running worker is replaced and keeps its port THEN nothing is said", () => {
    expect(found({ flavor: "other" }, { ports: [existingPort(`${worker}-port-0`)] })).toEqual([]);
  });

  test("WHEN a running worker gets another address THEN its new port is warned of", () => {
    expect(found({ fixedIps: ["10.0.0.21"] }, { ports: [existingPort(`${worker}-port-0`)] })).toEqual([warned]);
  });
});

test.each([true, undefined])(
  "GIVEN a network whose port security is %s WHEN it is checked THEN nothing",
  (security) => {
    const facts = factsOf({ network: { portSecurity: security } });
    expect(diagnosticsOf(configOf({ securityGroups: ["a"] }), facts).filter(isOfIt)).toEqual([]);
  },
);

test.each<[string, boolean | undefined, string[]]>([
  ["a network that has it", true, []],
  ["a cloud without the extension", undefined, ["pools[metal].networks[0].portSecurity port-security"]],
])("GIVEN %s WHEN a new port is to be without port security THEN %j", (_, portSecurity, expected) => {
  const facts = factsOf({ network: { portSecurity } });
  const config = configOf({ networks: [{ portSecurity: false }] });
  expect(diagnosticsOf(config, facts).filter(isOfIt).map(shown)).toEqual(expected);
});

describe("GIVEN a worker that runs WHEN its port is to be without port security", () => {
  const lines = (port: Partial<ExistingPort>): string[] => {
    const servers = answer([existingServer("s0", worker, owner)]);
    const clusterPorts = answer([existingPort(`${worker}-port-0`, { description: `worker of ${owner}`, ...port })]);
    const facts = factsOf({ network: { portSecurity: true }, checks: { servers, clusterPorts } });
    return renderPlannedChanges(plannedChanges(configOf({ networks: [{ portSecurity: false }] }), facts));
  };

  test("THEN it is replaced", () => {
    expect(lines({})).toEqual([`${worker}: replace, drained (networks[0].portSecurity true -> false)`]);
  });

  test("THEN one that has none stays", () => {
    expect(lines({ portSecurity: false })).toEqual([]);
  });
});
