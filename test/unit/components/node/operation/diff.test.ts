import { describe, expect, test } from "@jest/globals";
import { difference } from "../../../../../components/node/operation/diff.ts";
import { type Properties, unknown } from "../../../../../components/node/operation/property-values.ts";
import { allTimeouts, nodeInputs } from "../../../../support/node-fixtures.ts";

const timeouts = allTimeouts(60);

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
    ["a label that every object has a member of", { labels: { constructor: "" } }, [["labels.constructor", "add"]], []],
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
