import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import type { LabelSelector, PodDisruptionBudgetObject } from "../../../../components/kubernetes/types.ts";
import { matches } from "../../../../components/kubernetes/label-selector.ts";
import { budgetsOf, describeBudgets } from "../../../../components/kubernetes/disruption-budgets.ts";
import { pod } from "../../../support/node-fixtures.ts";

// Sources. SEL: kubernetes, staging/src/k8s.io/apimachinery@v0.34.1, pkg/apis/meta/v1/helpers.go (LabelSelectorAsSelector)
// and pkg/labels/selector.go (Requirement.Matches, NewRequirement); EVI: kubernetes@v1.34.1,
// pkg/registry/core/pod/storage/eviction.go (getPodDisruptionBudgets); PDB: k8s.io/api policy/v1, spec.selector.

const web = { app: "web", tier: "front" };
const expression = (key: string, operator: string, values?: string[]): LabelSelector => ({
  matchExpressions: [{ key, operator, ...(values && { values }) }],
});

describe("GIVEN a selector and the labels of a pod, WHEN they are matched", () => {
  test.each<[string, LabelSelector | null | undefined, Record<string, string> | undefined, boolean]>([
    ["PDB: no selector matches nothing", undefined, web, false],
    ["PDB: a null selector matches nothing", null, web, false],
    ["PDB: an empty selector matches every pod", {}, web, true],
    ["PDB: an empty selector matches a pod without labels", {}, undefined, true],
    ["SEL: a label that is equal", { matchLabels: { app: "web" } }, web, true],
    ["SEL: every label must be equal", { matchLabels: { app: "web", tier: "back" } }, web, false],
    ["SEL: a label that is missing", { matchLabels: { zone: "a" } }, web, false],
    ["SEL: an empty value is a value", { matchLabels: { app: "" } }, { app: "" }, true],
    ["SEL: an empty value is not an absent one", { matchLabels: { app: "" } }, {}, false],
    ["SEL: In, one of the values", expression("app", "In", ["api", "web"]), web, true],
    ["SEL: In, none of the values", expression("app", "In", ["api"]), web, false],
    ["SEL: In, the label is missing", expression("zone", "In", ["a"]), web, false],
    ["SEL: In without values is no selector", expression("app", "In"), web, false],
    ["SEL: NotIn, none of the values", expression("app", "NotIn", ["api"]), web, true],
    ["SEL: NotIn, one of the values", expression("app", "NotIn", ["web"]), web, false],
    ["SEL: NotIn, the label is missing", expression("zone", "NotIn", ["a"]), web, true],
    ["SEL: NotIn without values is no selector", expression("app", "NotIn"), web, false],
    ["SEL: Exists", expression("app", "Exists"), web, true],
    ["SEL: Exists, the label is missing", expression("zone", "Exists"), web, false],
    ["SEL: Exists with values is no selector", expression("app", "Exists", ["web"]), web, false],
    ["SEL: DoesNotExist", expression("zone", "DoesNotExist"), web, true],
    ["SEL: DoesNotExist, the label is there", expression("app", "DoesNotExist"), web, false],
    ["SEL: DoesNotExist with values is no selector", expression("zone", "DoesNotExist", ["a"]), web, false],
    ["SEL: an unknown operator is no selector", expression("app", "Gt", ["1"]), web, false],
    [
      "SEL: labels and expressions must both match",
      { matchLabels: { app: "web" }, ...expression("tier", "In", ["back"]) },
      web,
      false,
    ],
    [
      "SEL: labels and expressions both match",
      { matchLabels: { app: "web" }, ...expression("tier", "In", ["front"]) },
      web,
      true,
    ],
    ["a label of a name that every object inherits", expression("constructor", "Exists"), web, false],
  ])("%s", (_, selector, labels, expected) => {
    expect(matches(selector, labels)).toBe(expected);
  });

  const key = fc.constantFrom("app", "tier", "zone");
  const value = fc.constantFrom("a", "b", "c");
  const labels = fc.dictionary(key, value);
  const values = fc.uniqueArray(value, { minLength: 1 });

  test("THEN In and NotIn, Exists and DoesNotExist are each other's opposites", () => {
    const reached = { yes: 0, no: 0 };
    fc.assert(
      fc.property(key, values, labels, (name, some, own) => {
        const isIn = matches(expression(name, "In", some), own);
        reached[isIn ? "yes" : "no"] += 1;
        expect(matches(expression(name, "NotIn", some), own)).toBe(!isIn);
        expect(matches(expression(name, "DoesNotExist"), own)).toBe(!matches(expression(name, "Exists"), own));
      }),
      { numRuns: 1_000 },
    );
    expect(Math.min(reached.yes, reached.no)).toBeGreaterThan(0);
  });

  test("THEN matchLabels says the same as In with one value", () => {
    fc.assert(
      fc.property(key, value, labels, (name, one, own) => {
        expect(matches({ matchLabels: { [name]: one } }, own)).toBe(matches(expression(name, "In", [one]), own));
      }),
    );
  });

  test("THEN one more condition never makes a selector match more", () => {
    const conditions = fc.array(fc.record({ key, operator: fc.constantFrom("In", "NotIn"), values }), { maxLength: 3 });
    fc.assert(
      fc.property(conditions, conditions, labels, (some, more, own) => {
        if (matches({ matchExpressions: [...some, ...more] }, own))
          expect(matches({ matchExpressions: some }, own)).toBe(true);
      }),
    );
  });
});

function budget(name: string, namespace = "shop", selector: LabelSelector | null = {}): PodDisruptionBudgetObject {
  return {
    metadata: { name, namespace, uid: name, resourceVersion: "1", creationTimestamp: "2026-01-01T00:00:00Z" },
    spec: { selector },
    status: { disruptionsAllowed: 0, currentHealthy: 2, desiredHealthy: 2 },
  };
}

describe("GIVEN the budgets of some namespaces, WHEN those of a pod are named", () => {
  const held = pod({ metadata: { labels: web } });

  test("THEN EVI: only those of its namespace that select it count", () => {
    const budgets = [
      budget("a"),
      budget("b", "other"),
      budget("c", "shop", null),
      budget("d", "shop", { matchLabels: web }),
    ];
    expect(budgetsOf(held, budgets).map((it) => it.metadata.name)).toEqual(["a", "d"]);
  });

  test("THEN the allowed disruptions and the healthy pods are reported", () => {
    expect(describeBudgets(held, [budget("web")])).toBe(
      "PodDisruptionBudget web (disruptions allowed: 0; healthy: 2 of 2 needed)",
    );
  });

  test("THEN EVI: several on one pod are reported as unsupported by the API", () => {
    expect(describeBudgets(held, [budget("a"), budget("b")])).toMatch(
      /PodDisruptionBudget a .*, PodDisruptionBudget b .*; the API refuses to evict a pod that several budgets select/,
    );
  });

  test("THEN a pod that none holds has none", () => {
    expect(describeBudgets(held, [budget("b", "other")])).toBeUndefined();
  });

  test("THEN a budget that has no status yet allows nothing", () => {
    const { metadata, spec } = budget("new");
    expect(describeBudgets(held, [{ metadata, ...(spec && { spec }) }])).toContain(
      "disruptions allowed: 0; healthy: 0 of 0",
    );
  });
});
