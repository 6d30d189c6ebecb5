import { describe, expect, test } from "@jest/globals";
import { isContent } from "../../../../../components/kubernetes/kubeconfig.ts";
import { humanDuration } from "../../../../../components/lib/duration.ts";
import { difference } from "../../../../../components/node/operation/diff.ts";
import {
  hasUnknown,
  type Plain,
  type Properties,
  read,
  unknown,
  write,
} from "../../../../../components/node/operation/property-values.ts";
import { check, claimShape, nodeOptional, nodeShape } from "../../../../../components/node/resources/inputs.ts";
import { allTimeouts, nodeInputs } from "../../../../support/node-fixtures.ts";

const problems = (inputs: Properties) => check(inputs, nodeShape, nodeOptional).map((it) => it.property);
const timeouts = allTimeouts(60);
const drain = {
  timeout: 60,
  gracePeriod: -1,
  deleteEmptyDirData: true,
  force: false,
  disableEviction: false,
  onTimeout: "fail",
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
    ["a name with capitals", { nodeName: "Lab-0" }, ["nodeName"]],
    ["a name that is too long", { nodeName: "a".repeat(254) }, ["nodeName"]],
    ["a name with an empty label", { nodeName: "lab..0" }, ["nodeName"]],
    ["no address", { fixedIps: [] }, ["fixedIps"]],
    ["not a list", { fixedIps: "10.0.0.1" }, ["fixedIps"]],
    ["not an address", { fixedIps: ["10.0.0.1", "10.0.0.256"] }, ["fixedIps[1]"]],
    ["a date without a time", { serverCreated: "2026-01-01" }, ["serverCreated"]],
    ["a bound of 0", { timeouts: { ...timeouts, boot: 0 } }, ["timeouts.boot"]],
    [
      "a bound that is missing",
      { timeouts: Object.fromEntries(Object.entries(timeouts).filter(([key]) => key !== "ready")) },
      ["timeouts.ready"],
    ],
    ["a bound that does not exist", { timeouts: { ...timeouts, csr: 1 } }, ["timeouts.csr"]],
    ["no bounds at all", { timeouts: 5 }, ["timeouts"]],
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

  test("a claim's are fewer", () => {
    expect(check({ nodeName: "w", owner: "o", removeTimeout: 60 }, claimShape)).toEqual([]);
    expect(check({ removeTimeout: "60" }, claimShape).map((it) => it.property)).toEqual([
      "nodeName",
      "owner",
      "removeTimeout",
    ]);
  });
});

describe("GIVEN old and new inputs, WHEN they are compared", () => {
  test.each<[string, Properties, [string, string][], string[]]>([
    ["nothing changed", {}, [], []],
    ["another server replaces", { serverId: "b" }, [["serverId", "update"]], ["serverId"]],
    ["a server that is not known yet replaces", { serverId: unknown }, [["serverId", "update"]], ["serverId"]],
    ["another name replaces", { nodeName: "b" }, [["nodeName", "update"]], ["nodeName"]],
    ["a bound does not", { timeouts: { ...timeouts, boot: 61 } }, [["timeouts.boot", "update"]], []],
    ["an address more", { fixedIps: ["10.0.0.10", "10.0.0.11"] }, [["fixedIps[1]", "add"]], []],
    ["no address any more", { fixedIps: [] }, [["fixedIps[0]", "delete"]], []],
    ["a list becomes unknown", { fixedIps: unknown }, [["fixedIps", "update"]], []],
    ["a property more", { serverUrn: "urn" }, [["serverUrn", "add"]], []],
    ["a property less", { owner: null }, [["owner", "delete"]], []],
    ["a label more", { labels: { tier: "a" } }, [["labels.tier", "add"]], []],
    ["a label with dots is quoted", { labels: { "a.b/c": "" } }, [['labels["a.b/c"]', "add"]], []],
    ["a taint more", { taints: [{ key: "a", effect: "NoExecute" }] }, [["taints[0]", "add"]], []],
    ["the engine's own keys do not count", { __internal: 1 }, [], []],
  ])("%s", (_, changes, expected, replaces) => {
    const olds = { ...nodeInputs, timeouts, fixedIps: ["10.0.0.10"] };
    const found = difference(olds, { ...olds, ...changes }, ["nodeName", "serverId"]);
    expect([...found.changes]).toEqual(expected);
    expect(found.replaces).toEqual(replaces);
  });
});

describe("GIVEN property values on the wire, WHEN they are read and written", () => {
  const secret = (value: Plain) => ({ "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", value });
  const output = (value: Properties) => ({
    "4dabf18193072939515e22adb298388d": "d0e6a833031e9bbcd3f4e8bde6ca49a4",
    ...value,
  });
  test.each<[string, Properties, Properties, string[]]>([
    ["plain ones", { a: 1, b: [true, null, "x"], c: { d: "e" } }, { a: 1, b: [true, null, "x"], c: { d: "e" } }, []],
    ["a secret", { a: secret("s") }, { a: "s" }, ["a"]],
    ["a secret within", { a: { b: [secret("s")] } }, { a: { b: ["s"] } }, ["a"]],
    ["a secret in a secret", { a: secret(secret("s")) }, { a: "s" }, ["a"]],
    ["an output", { a: output({ value: 1 }) }, { a: 1 }, []],
    ["a secret output", { a: output({ value: 1, secret: true }) }, { a: 1 }, ["a"]],
    ["an output that is not known", { a: output({}) }, { a: unknown }, []],
    ["an unknown number", { a: "3eeb2bf0-c639-47a8-9e75-3b44932eb421" }, { a: unknown }, []],
  ])("%s", (_, wire, properties, secrets) => {
    expect(read(write(wire))).toEqual({ properties, secret: secrets });
  });

  test("a wrapped property comes back as a secret, an undefined one not at all", () => {
    expect(read(write({ a: "s", b: 1, c: undefined }, ["a"]))).toEqual({ properties: { a: "s", b: 1 }, secret: ["a"] });
  });

  test("an unknown is found however deep", () => {
    expect(hasUnknown({ a: [{ b: unknown }] })).toBe(true);
    expect(hasUnknown({ a: [{ b: "x" }] })).toBe(false);
  });
});

test.each([
  ["a path", "/home/me/.kube/config", false],
  ["a path under ~", "~/.kube/config", false],
  ["YAML", "apiVersion: v1\nkind: Config\n", true],
  ["JSON", ' {"kind":"Config"}', true],
])("GIVEN a kubeconfig by %s, WHEN it is asked whether that is its content", (_, kubeconfig, expected) => {
  expect(isContent(kubeconfig)).toBe(expected);
});

test.each([
  [0.4, "0s"],
  [59.6, "1m"],
  [150, "2m30s"],
  [3600, "1h"],
  [3900, "1h5m"],
  [3601, "1h"],
])("GIVEN %d seconds, WHEN they are told, THEN it is %s", (value, expected) => {
  expect(humanDuration(value)).toBe(expected);
});
