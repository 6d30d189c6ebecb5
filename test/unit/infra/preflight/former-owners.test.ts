import { describe, expect, test } from "@jest/globals";
import type { ExistingServer, NodeFacts } from "../../../../infra/discovery/facts.ts";
import { added } from "../../../../infra/preflight/checks/capacity.ts";
import { evaluate } from "../../../../infra/preflight/index.ts";
import {
  answer,
  type Change,
  configOf,
  diagnosticsOf,
  existingServer,
  factsOf,
  nodeOf,
  owner,
} from "../../../support/preflight-facts.ts";

const worker = "lab-7x2kq-metal-0";

describe("GIVEN a server and a Node of the name that the stack had before", () => {
  const former = "organization/project/former";
  const there = (by: string, joined = true): Change => ({
    cluster: { nodes: joined ? [nodeOf(worker, by, "v1.34.1")] : [] },
    checks: { servers: answer([existingServer("0", worker, by)]) },
  });

  test("WHEN the config lists that name THEN they are its own, and nothing is created", () => {
    const facts = factsOf({ ...there(former), formerOwners: [former] });
    expect(evaluate(configOf(), facts)).toEqual({ diagnostics: [], changes: [] });
    expect(added(configOf(), facts).instances).toBe(0);
  });

  test("WHEN it does not THEN both errors say how to list it, and neither that the server may be deleted", () => {
    const found = diagnosticsOf(configOf(), factsOf(there(former)));
    expect(found.map(({ check }) => check)).toEqual(["server-name", "node-owner"]);
    for (const { remedy } of found) {
      expect(remedy).toContain(`formerOwners: [${former}]`);
      expect(remedy).not.toContain("openstack server delete");
    }
  });

  test.each<[string, readonly ExistingServer[]]>([
    ["another stack's", [existingServer("0", worker, "a/b/c")]],
    ["nobody's", [existingServer("0", worker, undefined)]],
    ["its own, twice", [existingServer("0", worker, owner), existingServer("1", worker, owner)]],
    ["its own, and another stack's", [existingServer("0", worker, owner), existingServer("1", worker, "a/b/c")]],
  ])("WHEN the servers of that name are %s THEN it may be deleted only if there is no Node", (_, servers) => {
    const remedies = (nodes: readonly NodeFacts[]): string =>
      diagnosticsOf(configOf(), factsOf({ cluster: { nodes }, checks: { servers: answer(servers) } }))
        .map(({ remedy }) => remedy)
        .join("\n");
    expect(remedies([nodeOf(worker, owner, "v1.34.1")])).not.toContain("openstack server delete");
    expect(remedies([])).toContain("openstack server delete");
  });
});
