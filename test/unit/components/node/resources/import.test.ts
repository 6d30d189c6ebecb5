import { describe, expect, test } from "@jest/globals";
import { annotations } from "../../../../../components/kubernetes/types.ts";
import { type Properties, unknown } from "../../../../../components/node/operation/property-values.ts";
import { asProperties } from "../../../../../components/node/operation/types.ts";
import {
  formerOfImported,
  importedClaim,
  importedDrain,
  importedInputs,
} from "../../../../../components/node/resources/import.ts";
import { check, withDefaults } from "../../../../../components/node/schemas/check.ts";
import { claimInputs } from "../../../../../components/node/schemas/node-claim.ts";
import { drainInputs } from "../../../../../components/node/schemas/node-drain.ts";
import { nodeInputs as nodeSchema } from "../../../../../components/node/schemas/openshift-node.ts";
import { node, nodeInputs, owner, worker } from "../../../../support/node-fixtures.ts";

const addresses = (...ips: string[]) => ips.map((address) => ({ type: "InternalIP", address }));

describe("GIVEN a worker that somebody attached by hand, WHEN it is imported", () => {
  const found = node({
    status: { addresses: [...addresses("10.0.0.10", "fd00::10"), { type: "Hostname", address: "w" }] },
  });

  test("THEN its Node gives the facts, the defaults the rest, and Check has nothing to say", () => {
    const inputs = importedInputs(found);
    expect(inputs).toEqual({
      nodeName: worker.nodeName,
      owner: "imported/imported/imported",
      serverId: worker.serverId,
      serverCreated: found.metadata.creationTimestamp,
      powerState: "active",
      fixedIps: ["10.0.0.10", "fd00::10"],
      configPath: "args",
      ...withDefaults(nodeSchema, {}),
    });
    expect(check(nodeSchema, inputs).failures).toEqual([]);
    expect(check(claimInputs, importedClaim(found)).failures).toEqual([]);
    expect(check(drainInputs, importedDrain(found)).failures).toEqual([]);
  });

  test("THEN one that this program had marked keeps its owner, its specification and its taints", () => {
    const gpu = { key: "dedicated", value: "gpu", effect: "NoSchedule" };
    const marks = {
      [annotations.owner]: owner,
      [annotations.specHash]: "00ff",
      [annotations.taints]: "dedicated:NoSchedule",
    };
    const marked = node({
      metadata: { annotations: marks },
      spec: { ...found.spec, taints: [gpu, { key: "x", effect: "NoExecute" }] },
    });
    expect(importedInputs(marked)).toMatchObject({ owner, specHash: "00ff", taints: [gpu] });
    expect(importedClaim(marked)).toMatchObject({ owner, removeTimeout: 300 });
  });

  test.each<[string, Parameters<typeof node>[0], RegExp]>([
    ["no providerID", { spec: {} }, /providerID \(none\) does not name a Nova server/],
    ["another cloud's providerID", { spec: { providerID: "aws:///a/i-0" } }, /aws:\/\/\/a\/i-0 does not name/],
    ["no InternalIP", { status: {} }, /no InternalIP/],
    [
      "a role of the control plane",
      { metadata: { labels: { "node-role.kubernetes.io/master": "" } } },
      /a member of the control plane is not a worker/,
    ],
    ["all of it at once", { spec: {}, status: {} }, /providerID.*; it has no InternalIP/],
  ])("THEN a Node with %s is refused", (_, changes, expected) => {
    expect(() => importedInputs(node(changes))).toThrow(expected);
  });
});

describe("GIVEN an imported worker, WHEN a program's inputs are compared with it", () => {
  const state = asProperties(importedInputs(node({ status: { addresses: addresses("10.0.0.10", "fd00::10") } })));
  const program = asProperties({
    ...nodeInputs,
    labels: { a: "b" },
    drain: { ...nodeInputs.drain, timeout: 5 },
    specHash: "1",
  });
  const facts = ["nodeName", "serverId", "fixedIps"];
  test.each<[string, Properties, string[]]>([
    ["policies, owner, labels and what it was made from do not count", {}, []],
    ["addresses count as a set", { fixedIps: ["fd00::10", "10.0.0.10"] }, []],
    ["another address counts", { fixedIps: ["10.0.0.11"] }, ["fixedIps"]],
    ["another server counts", { serverId: "x" }, ["serverId"]],
    ["a server that is not known yet counts", { serverId: unknown }, ["serverId"]],
    ["another name counts", { nodeName: "w9" }, ["nodeName"]],
  ])("THEN %s", (_, changes, expected) => {
    const news = { ...program, ...changes };
    const former = formerOfImported(state, news, facts);
    expect(Object.keys(news).filter((key) => former[key] !== news[key])).toEqual(expected);
  });
});
