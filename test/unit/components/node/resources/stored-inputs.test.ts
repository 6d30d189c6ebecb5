import { describe, expect, test } from "@jest/globals";
import { UserError } from "../../../../../components/lib/errors.ts";
import type { Properties } from "../../../../../components/node/operation/property-values.ts";
import {
  ownTaintsOf,
  parseClaim,
  parseMembership,
  parseNode,
} from "../../../../../components/node/resources/inputs.ts";
import { check } from "../../../../../components/node/schemas/check.ts";
import { nodeInputs as schema } from "../../../../../components/node/schemas/openshift-node.ts";
import { nodeInputs } from "../../../../support/node-fixtures.ts";

describe("GIVEN the inputs of a worker in a state of an earlier release", () => {
  test("WHEN a label and a taint of it are refused today THEN they are refused in the config, and read from the state", () => {
    const stored = {
      ...nodeInputs,
      labels: { "kubernetes.io/hostname": "x" },
      taints: [{ key: "a b", effect: "NoSchedule" }],
    };
    expect(check(schema, stored).failures).toHaveLength(2);
    expect(parseNode(stored)).toMatchObject({ labels: stored.labels, taints: stored.taints });
  });

  test("WHEN a bound of it is above today's limit THEN it is refused in the config, and read from the state", () => {
    const drain = { ...nodeInputs.drain, timeout: 1e12, gracePeriod: 1e12 };
    const stored = { ...nodeInputs, timeouts: { ...nodeInputs.timeouts, boot: 1e12 }, drain };
    expect(check(schema, stored).failures).toHaveLength(3);
    expect(parseNode(stored)).toMatchObject({ timeouts: stored.timeouts, drain });
    expect(parseClaim({ nodeName: "w", owner: "o", removeTimeout: 1e12 })).toMatchObject({ removeTimeout: 1e12 });
    const membership = { pool: "p", owner: "o", members: [], cordonTimeout: 1e12, configPath: "pools[p]" };
    expect(parseMembership(membership)).toMatchObject({ cordonTimeout: 1e12 });
  });

  test("WHEN it has neither timeouts nor a drain policy THEN the defaults are used", () => {
    const { timeouts, drain, ...older } = nodeInputs;
    expect(Object.keys(parseNode(older).timeouts)).toEqual(Object.keys(timeouts));
    expect(Object.keys(parseNode(older).drain)).toEqual(Object.keys(drain));
  });

  const gpu = { key: "dedicated", value: "gpu", effect: "NoSchedule" };
  test.each<[string, Properties, string[] | undefined]>([
    ["says which taints are ours", { ownTaints: ["a:NoExecute"], taints: [gpu] }, ["a:NoExecute"]],
    ["says that none is", { ownTaints: [], taints: [gpu] }, []],
    ["knows only what the last update has set", { taints: [gpu] }, ["dedicated:NoSchedule"]],
    ["has null for it, as an update's preview writes", { ownTaints: null, taints: [gpu] }, ["dedicated:NoSchedule"]],
    ["knows no taints at all", {}, []],
    ["is of a worker that was imported and not updated since", { imported: true, taints: [gpu] }, undefined],
    ["is of a worker whose join failed", { state: "Joining", taints: [gpu] }, undefined],
  ])("WHEN it %s THEN no annotation is needed", (_, changes, expected) => {
    const { taints, ...older } = nodeInputs;
    expect(taints).toEqual([]);
    expect(ownTaintsOf({ ...older, state: "Ready", ...changes }, older.nodeName)).toEqual(expected);
  });

  test("WHEN it does not say which server it is THEN the error names the property and what to type", () => {
    const { serverId, ...broken } = nodeInputs;
    const parsing = (): unknown => parseNode(broken);
    expect(serverId).toBeDefined();
    expect(parsing).toThrow(UserError);
    expect(parsing).toThrow(/serverId is required.*pulumi stack export/);
  });
});
