import { describe, expect, test } from "@jest/globals";
import type { Config } from "../../../../../infra/config/load.ts";
import type { Diagnostic } from "../../../../../infra/diagnostics/diagnostic.ts";
import type { LocalData } from "../../../../../infra/discovery/facts.ts";
import { leavingNodes } from "../../../../../infra/preflight/checks/local-volumes.ts";
import { plannedChanges } from "../../../../../infra/preflight/changes/plan.ts";
import {
  answer,
  configOf,
  diagnosticsOf,
  existingServer,
  factsOf,
  nodeOf,
  owner,
} from "../../../../support/preflight-facts.ts";

const worker = "lab-7x2kq-metal-0";
const server = existingServer("0", worker, owner);
const data: LocalData = {
  worker,
  volumes: [{ name: "pv-1", claim: "shop/data-db-0", machines: [worker] }],
  pods: [
    {
      metadata: { name: "db-0", namespace: "shop" },
      spec: { volumes: [{ name: "data", persistentVolumeClaim: { claimName: "data-db-0" } }] },
    },
  ],
};
const given = (image: string) =>
  factsOf({
    cluster: { nodes: [nodeOf(worker, owner, "v1.34.1")] },
    checks: { servers: answer([{ ...server, made: { ...server.made, image } }]) },
  });
const found = (config: Config, localData = answer([data])): Diagnostic[] =>
  diagnosticsOf(config, { ...given("rhcos-old"), localData }).filter(({ check }) => check === "local-volumes");
const what = "claim shop/data-db-0 (PersistentVolume pv-1), used by pod shop/db-0";

describe("GIVEN a worker with a claim's data on the disks of its machine", () => {
  test("WHEN it is to be replaced THEN it is an error that names worker, claim, volume, pod and what to type", () => {
    expect(found(configOf())).toEqual([
      {
        check: "local-volumes",
        path: "pools[metal].drain.localVolumes",
        problem: `${worker} is to leave, but with its machine would end: ${what}`,
        expected: "no data on the disks of a machine that leaves",
        remedy:
          "move or copy the data, then: oc delete persistentvolumeclaim --namespace shop data-db-0 --wait=false; " +
          "oc delete pod --namespace shop db-0; " +
          "or, to lose it with the machine: pools[metal].drain.localVolumes: lose, and `pulumi up` once before the worker leaves",
      },
    ]);
  });

  test("WHEN the config gives it up THEN it is a warning of what ends", () => {
    expect(found(configOf({ drain: { localVolumes: "lose" } }))).toMatchObject([
      { warning: true, problem: `${worker} leaves, and with its machine end: ${what}` },
    ]);
  });

  test("WHEN its pool is not in the config any more THEN it is a warning: the state has what the drain does", () => {
    expect(found(configOf({ name: "other" }))).toMatchObject([
      { warning: true, path: "pools", problem: expect.stringContaining(what) },
    ]);
  });

  test("WHEN the volumes may not be read THEN that is a warning", () => {
    expect(found(configOf(), { error: "HTTP 403", code: 403 })).toMatchObject([
      { warning: true, problem: "the PersistentVolumes cannot be read: HTTP 403" },
    ]);
  });
});

describe("GIVEN a worker with a Node WHEN its change is planned", () => {
  test.each([
    ["it is replaced", configOf(), "rhcos-old", [worker]],
    ["its pool is gone", configOf({ name: "other" }), "rhcos", [worker]],
    ["it stays", configOf(), "rhcos", []],
  ])("AND %s THEN its volumes are looked for only if it leaves", (_, config, image, expected) => {
    const facts = given(image);
    expect(leavingNodes(plannedChanges(config, facts), facts.cluster).map(({ name }) => name)).toEqual(expected);
  });
});
