import { describe, expect, test } from "@jest/globals";
import { type Properties, unknown } from "../../../../../components/node/operation/property-values.ts";
import { check, parse, withDefaults } from "../../../../../components/node/schemas/check.ts";
import { claimInputs } from "../../../../../components/node/schemas/node-claim.ts";
import { nodeInputs as nodeSchema } from "../../../../../components/node/schemas/openshift-node.ts";
import { membershipInputs } from "../../../../../components/node/schemas/pool-membership.ts";
import { allTimeouts, nodeInputs } from "../../../../support/node-fixtures.ts";

const problems = (inputs: Properties) => check(nodeSchema, inputs).failures.map((it) => it.property);
const timeouts = allTimeouts(60);
const drain = {
  timeout: 60,
  gracePeriod: -1,
  deleteEmptyDirData: true,
  force: false,
  disableEviction: false,
  onTimeout: "fail",
  localVolumes: "refuse",
};

describe("GIVEN inputs of an OpenShiftNode, WHEN they are checked", () => {
  test.each<[string, Properties, string[]]>([
    ["right ones pass", {}, []],
    ["what a preview does not know passes", { serverId: unknown, fixedIps: unknown, timeouts: unknown }, []],
    ["an unknown element passes", { fixedIps: [unknown] }, []],
    ["the engine's own keys pass", { __defaults: [] }, []],
    ["an optional one passes", { serverUrn: "urn:pulumi:x" }, []],
    ["a missing one", { serverId: null }, ["serverId"]],
    ["an empty one", { owner: "" }, ["owner"]],
    ["one of another type", { configPath: 3 }, ["configPath"]],
    ["an unknown property", { nodename: "x" }, ["nodename"]],
    ["one that every object has", { constructor: "x", toString: "x" }, ["constructor", "toString"]],
    ["one that every object has, within another", { drain: { ...drain, valueOf: 1 } }, ["drain.valueOf"]],
    ["a name with capitals", { nodeName: "Lab-0" }, ["nodeName"]],
    ["a name that is too long", { nodeName: "a".repeat(254) }, ["nodeName"]],
    ["a name with an empty label", { nodeName: "lab..0" }, ["nodeName"]],
    ["no address", { fixedIps: [] }, ["fixedIps"]],
    ["not a list", { fixedIps: "10.0.0.1" }, ["fixedIps"]],
    ["not an address", { fixedIps: ["10.0.0.1", "10.0.0.256"] }, ["fixedIps[1]"]],
    ["a date without a time", { serverCreated: "2026-01-01" }, ["serverCreated"]],
    ["a bound of 0", { timeouts: { ...timeouts, boot: 0 } }, ["timeouts.boot"]],
    ["bounds of 31 days pass", { timeouts: allTimeouts(2_678_400), drain: { ...drain, timeout: 2_678_400 } }, []],
    [
      "bounds above 31 days",
      { timeouts: { ...timeouts, boot: 2_678_401 }, drain: { ...drain, timeout: 1e12, gracePeriod: 2_678_401 } },
      ["timeouts.boot", "drain.timeout", "drain.gracePeriod"],
    ],
    [
      "a bound that is left out passes: it has a default",
      { timeouts: Object.fromEntries(Object.entries(timeouts).filter(([key]) => key !== "ready")) },
      [],
    ],
    ["a bound that does not exist", { timeouts: { ...timeouts, csr: 1 } }, ["timeouts.csr"]],
    ["no allTimeouts at all", { timeouts: 5 }, ["timeouts"]],
    ["a grace period below -1", { drain: { ...drain, gracePeriod: -2 } }, ["drain.gracePeriod"]],
    ["a broken grace period", { drain: { ...drain, gracePeriod: 1.5 } }, ["drain.gracePeriod"]],
    ["a role and a plain label pass", { labels: { "node-role.kubernetes.io/infra": "", tier: "a" } }, []],
    ["labels that are not known yet pass", { labels: unknown, taints: unknown }, []],
    [
      "a label's value that is not known yet passes",
      { labels: { tier: unknown, "node-role.kubernetes.io/x": unknown } },
      [],
    ],
    ["labels that are no object", { labels: ["a"] }, ["labels"]],
    ["a label's value of another type", { labels: { tier: 3 } }, ["labels.tier"]],
    ["a label whose value is wrong", { labels: { tier: "a b" } }, ["labels.tier"]],
    [
      "a label that zod leaves out",
      { labels: JSON.parse('{"__proto__":"x","tier":"a"}') as Properties },
      ["labels.__proto__"],
    ],
    ["a reserved label", { labels: { "kubernetes.io/os": "linux" } }, ['labels["kubernetes.io/os"]']],
    ["a right taint passes", { taints: [{ key: "a", effect: "NoExecute" }] }, []],
    ["a taint that is not known yet passes", { taints: [unknown, { key: unknown, effect: "NoExecute" }] }, []],
    ["taints that are no list", { taints: {} }, ["taints"]],
    ["a taint that is no object", { taints: ["a=b:NoSchedule"] }, ["taints[0]"]],
    ["a taint without an effect", { taints: [{ key: "a" }] }, ["taints[0].effect"]],
    [
      "a taint with a property that does not exist",
      { taints: [{ key: "a", effect: "NoExecute", operator: "Exists" }] },
      ["taints[0].operator"],
    ],
    ["a taint's value of another type", { taints: [{ key: "a", value: 1, effect: "NoExecute" }] }, ["taints[0].value"]],
    [
      "the same taint twice, behind one that is not known yet",
      { taints: [unknown, { key: "a", effect: "NoExecute" }, { key: "a", value: "b", effect: "NoExecute" }] },
      ["taints[2]"],
    ],
    ["a reserved taint", { taints: [{ key: "node.kubernetes.io/x", effect: "NoSchedule" }] }, ["taints[0]"]],
    ["an end that does not exist", { drain: { ...drain, onTimeout: "retry" } }, ["drain.onTimeout"]],
    ["a flag as text", { drain: { ...drain, force: "yes" } }, ["drain.force"]],
    [
      "all errors at once",
      { owner: "", fixedIps: [], drain: { ...drain, timeout: -1 } },
      ["fixedIps", "owner", "drain.timeout"],
    ],
  ])("%s", (_, changes, expected) => {
    expect(problems({ ...nodeInputs, ...changes })).toEqual(expected);
  });

  test("each error says what the property must be, and no value of it", () => {
    const canary = "canary-4f1d";
    const labels = { tier: `${canary} x` };
    const { failures } = check(nodeSchema, { ...nodeInputs, owner: "", serverId: null, labels, nodename: canary });
    expect(failures).toEqual([
      { property: "serverId", reason: "is required" },
      { property: "owner", reason: "must be a non-empty string" },
      { property: "labels.tier", reason: expect.stringMatching(/^the value must be letters, digits/) },
      { property: "nodename", reason: "is not a property of this resource" },
    ]);
    expect(JSON.stringify(failures)).not.toContain(canary);
  });

  test("every label is judged, whatever is wrong with the others", () => {
    const labels = { tier: 3, "kubernetes.io/os": "linux" };
    expect(problems({ ...nodeInputs, labels })).toEqual(["labels.tier", 'labels["kubernetes.io/os"]']);
  });

  test("a claim's are fewer", () => {
    expect(check(claimInputs, { nodeName: "w", owner: "o", removeTimeout: 60 }).failures).toEqual([]);
    expect(check(claimInputs, { removeTimeout: "60" }).failures.map((it) => it.property)).toEqual([
      "nodeName",
      "owner",
      "removeTimeout",
    ]);
  });

  test("a time above its limit is told the limit, by every resource", () => {
    const above = 2_678_401;
    const reason = "must be at most 2678400 (744h)";
    const members = { pool: "p", owner: "o", members: [], configPath: "pools[p]" };
    expect(check(nodeSchema, { ...nodeInputs, timeouts: { ...timeouts, ready: above } }).failures).toEqual([
      { property: "timeouts.ready", reason },
    ]);
    expect(check(claimInputs, { nodeName: "w", owner: "o", removeTimeout: above }).failures).toEqual([
      { property: "removeTimeout", reason },
    ]);
    expect(check(membershipInputs, { ...members, cordonTimeout: above }).failures).toEqual([
      { property: "cordonTimeout", reason },
    ]);
  });
});

describe("GIVEN inputs of which some were left out, WHEN they are completed", () => {
  test("THEN the defaults fill them in, null and objects in depth as well, and the engine's own keys stay", () => {
    const inputs = { ...nodeInputs, drain: { timeout: 60, force: null }, labels: null, __defaults: [] };
    expect(check(nodeSchema, inputs).inputs).toEqual({
      ...inputs,
      drain: { ...(withDefaults(nodeSchema, {})["drain"] as object), timeout: 60 },
      labels: {},
    });
  });

  test("THEN what is not known yet, or is wrong, stays as it is", () => {
    const inputs = { ...nodeInputs, timeouts: unknown, drain: { onTimeout: "retry" }, more: 1 };
    expect(check(nodeSchema, inputs).inputs).toEqual(inputs);
  });
});

describe("GIVEN the properties of a state, WHEN they are read", () => {
  test("THEN those of another release are left out, and defaults stand for what it has not", () => {
    const state = { ...nodeInputs, labels: null, state: "Ready", drain: { ...drain, former: 1 }, __meta: "" };
    expect(parse(nodeSchema, state, "node w")).toEqual({ ...nodeInputs, drain });
  });

  test("THEN what cannot be used is named", () => {
    const read = () => parse(nodeSchema, { ...nodeInputs, more: 1, timeouts: { boot: "1h" } }, "node w");
    expect(read).toThrow(/^node w: .*: timeouts\.boot must be a number of seconds above 0\. .*pulumi stack export/);
  });
});
