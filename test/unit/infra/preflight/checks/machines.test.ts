import { describe, expect, test } from "@jest/globals";
import { parseHealthChecks, parseMachines } from "../../../../../infra/discovery/cluster/machine-api.ts";
import type { HealthCheckFacts, MachineFacts } from "../../../../../infra/discovery/facts.ts";
import type { PreflightFacts } from "../../../../../infra/preflight/index.ts";
import {
  answer,
  configOf,
  diagnosticsOf,
  existingPort,
  existingServer,
  factsOf,
  machineOf,
  nodeOf,
  owner,
} from "../../../../support/preflight-facts.ts";

const worker = "lab-7x2kq-metal-0";
const tags = ["openshiftClusterID=lab-7x2kq"];

/** A worker of this stack that is there, beside these Machines. */
const beside = (machines: readonly MachineFacts[], healthChecks: readonly HealthCheckFacts[] = []): PreflightFacts =>
  factsOf({
    cluster: { nodes: [{ ...nodeOf(worker, owner, "v1.34.1"), serverId: "s-0" }] },
    checks: {
      servers: answer([existingServer("s-0", worker, owner)]),
      ports: answer([existingPort(`${worker}-port-0`, { tags })]),
      machines: answer(machines),
      machineHealthChecks: answer(healthChecks),
    },
  });

const stale = (change: Partial<MachineFacts>): MachineFacts =>
  machineOf("lab-7x2kq-worker-0", {
    node: undefined,
    serverId: undefined,
    internalIps: [],
    labels: { role: "worker" },
    ...change,
  });
const selecting = (name: string, matchLabels: Record<string, string>): HealthCheckFacts => ({
  name,
  selector: { matchLabels },
});

describe("GIVEN a Machine of another name", () => {
  test.each<[string, Partial<MachineFacts>, string]>([
    ["its address", { internalIps: ["10.0.0.20"] }, "has its address 10.0.0.20"],
    ["its server", { serverId: "s-0" }, "has its server s-0"],
    ["its Node", { node: worker }, "has its Node"],
    ["all of them", { internalIps: ["10.0.0.20"], serverId: "s-0", node: worker }, "has its Node"],
  ])("WHEN it has of a worker %s THEN it is named once", (_, change, claim) => {
    expect(diagnosticsOf(configOf(), beside([stale(change)]))).toMatchObject([
      {
        check: "machine-name",
        path: "pools[metal].replicas",
        warning: true,
        problem: `Machine lab-7x2kq-worker-0 of the Machine API ${claim}: it would be taken for that of Node ${worker}`,
        remedy: expect.stringContaining("oc -n openshift-machine-api delete machine lab-7x2kq-worker-0"),
      },
    ]);
  });

  test("WHEN it has the address that the config asks for, for a worker to come THEN it is named", () => {
    const checks = { machines: answer([stale({ internalIps: ["10.0.0.101"] })]) };
    expect(diagnosticsOf(configOf({ fixedIps: ["10.0.0.101"] }), factsOf({ checks }))).toMatchObject([
      { check: "machine-name", problem: expect.stringContaining("has its address 10.0.0.101") },
    ]);
  });

  test("WHEN MachineHealthChecks select it THEN they are named, and no other", () => {
    const checks = [
      selecting("workers", { role: "worker" }),
      selecting("masters", { role: "master" }),
      selecting("all", {}),
    ];
    const [found] = diagnosticsOf(configOf(), beside([stale({ node: worker })], checks));
    expect(found?.problem).toMatch(/; MachineHealthCheck workers, all selects it, and may delete it$/);
  });

  test("WHEN it has nothing of a worker THEN nothing is reported, whatever a MachineHealthCheck selects", () => {
    const machines = [stale({ internalIps: ["10.0.0.99"], serverId: "s-9", node: "lab-7x2kq-worker-0" })];
    expect(diagnosticsOf(configOf(), beside(machines, [selecting("all", {})]))).toEqual([]);
  });
});

test("GIVEN MachineHealthChecks that the account may not list WHEN they are judged THEN it warns, and stops nothing", () => {
  const machineHealthChecks = { error: "HTTP 403", code: 403 };
  expect(diagnosticsOf(configOf(), factsOf({ checks: { machineHealthChecks } }))).toMatchObject([
    { check: "machine-name", warning: true, problem: "the MachineHealthChecks cannot be read: HTTP 403" },
  ]);
});

test("GIVEN lists of the API server WHEN they are read THEN what tells whose a Node is is known, and the rest has defaults", () => {
  const machine = {
    metadata: { name: "a", labels: { role: "worker" } },
    spec: { providerID: "openstack:///s-0" },
    status: {
      nodeRef: { kind: "Node", name: "a" },
      addresses: [
        { type: "InternalIP", address: "10.0.0.20" },
        { type: "Hostname", address: "a" },
      ],
    },
  };
  const provisioning = {
    metadata: { name: "b" },
    spec: { providerID: null },
    status: { nodeRef: null, addresses: null },
  };
  expect(parseMachines({ items: [machine, provisioning, { metadata: { name: "c" } }] })).toEqual([
    { name: "a", labels: { role: "worker" }, serverId: "s-0", node: "a", internalIps: ["10.0.0.20"] },
    { name: "b", labels: {}, serverId: undefined, node: undefined, internalIps: [] },
    { name: "c", labels: {}, serverId: undefined, node: undefined, internalIps: [] },
  ]);
  const items = [
    { metadata: { name: "m" }, spec: { selector: { matchLabels: { a: "b" } } } },
    { metadata: { name: "n" }, spec: {} },
  ];
  expect(parseHealthChecks({ items })).toEqual([
    { name: "m", selector: { matchLabels: { a: "b" }, matchExpressions: [] } },
    { name: "n", selector: { matchLabels: {}, matchExpressions: [] } },
  ]);
});
