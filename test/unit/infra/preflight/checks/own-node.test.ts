import { describe, expect, test } from "@jest/globals";
import type { Config } from "../../../../../infra/config/load.ts";
import type { Diagnostic } from "../../../../../infra/diagnostics/diagnostic.ts";
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
const other = "lab-7x2kq-metal-1";

/** Two workers, the first of which has been made of another image than the config's. */
const facts = factsOf({
  cluster: { nodes: [worker, other].map((name) => nodeOf(name, owner, "v1.34.1")) },
  checks: {
    servers: answer([
      { ...existingServer("0", worker, owner), made: { flavor: "baremetal", image: "rhcos-old" } },
      existingServer("1", other, owner),
    ]),
  },
});
const found = (config: Config, ownNode: string | undefined): Diagnostic[] =>
  diagnosticsOf(config, { ...facts, ownNode }).filter(({ check }) => check === "own-node");

describe("GIVEN a program that runs in a pod of the cluster", () => {
  test.each<[string, number]>([
    ["replaced", 2],
    ["detached", 0],
  ])("WHEN the worker that it runs on is to be %s THEN that is an error, and says where it may run", (_, replicas) => {
    expect(found(configOf({ replicas }), worker)).toEqual([
      {
        check: "own-node",
        path: "pools",
        problem: `this program runs in a pod on ${worker}, which this update would drain`,
        expected:
          "a pod on a node that no stack of this program has (OPENSTACK_BAREMETAL_COMPUTE_NODE names the Node of the pod)",
        remedy: expect.stringContaining("examples/operator/stack.yaml"),
      },
    ]);
  });

  test.each<[string, string | undefined]>([
    ["it runs on a worker that stays", other],
    ["it runs on the control plane", "lab-7x2kq-master-0"],
    ["nobody says where it runs", undefined],
    ["the variable is empty", ""],
  ])("WHEN %s THEN nothing is said", (_, ownNode) => {
    expect(found(configOf({ replicas: 2 }), ownNode)).toEqual([]);
  });
});
