import { expect, test } from "@jest/globals";
import { parseConfig } from "../../../../infra/config/load.ts";

const pool = { name: "metal", replicas: 1, flavor: "baremetal", image: "rhcos" };
const diagnosticsOf = (change: object) => parseConfig({ cloud: "lab", pools: [{ ...pool, ...change }] }).diagnostics;

test.each<[string, object, string, string, string]>([
  ["a label of true", { labels: { gpu: true } }, "pools[metal].labels.gpu", "true", 'quote it: gpu: "true"'],
  ["a label of a number", { labels: { rack: 12 } }, "pools[metal].labels.rack", "12", 'quote it: rack: "12"'],
  [
    "a label without a value",
    { labels: { "node-role.kubernetes.io/infra": null } },
    'pools[metal].labels["node-role.kubernetes.io/infra"]',
    "null",
    'for an empty text write node-role.kubernetes.io/infra: ""',
  ],
  [
    "a taint of a number",
    { taints: [{ key: "rack", value: 12, effect: "NoSchedule" }] },
    "pools[metal].taints[0].value",
    "12",
    'quote it: value: "12"',
  ],
  ["a flavor of a number", { flavor: 4 }, "pools[metal].flavor", "4", 'quote it: flavor: "4"'],
  ["an item of a list", { securityGroups: [7] }, "pools[metal].securityGroups[0]", "7", 'quote it: "7"'],
])("GIVEN %s WHEN it is not quoted THEN the fix is what to type", (_, change, path, problem, remedy) => {
  expect(diagnosticsOf(change)).toMatchObject([{ path, problem, remedy }]);
});

test.each<[string, object]>([
  ["a duration of a number", { timeouts: { boot: 60 } }],
  ["an empty flavor", { flavor: null }],
  ["a text where a number belongs", { replicas: "1" }],
])("GIVEN %s WHEN quotes would not help THEN none are proposed", (_, change) => {
  expect(diagnosticsOf(change)?.[0]?.remedy).not.toMatch(/quote|write/);
});
