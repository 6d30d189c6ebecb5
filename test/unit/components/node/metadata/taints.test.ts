import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import assert from "node:assert/strict";
import type { NodeTaint } from "../../../../../components/kubernetes/types.ts";
import {
  alike,
  describeTaint,
  idOf,
  readRecord,
  taintPlan,
  writeRecord,
} from "../../../../../components/node/metadata/taints.ts";
import type { Taint } from "../../../../../components/node/operation/types.ts";

// A Node's taints are one atomic list (kubernetes, api/core/v1/types.go, NodeSpec.Taints: +listType=atomic), unique by
// key and effect (pkg/apis/core/validation/validation.go, validateNodeTaints), written by several controllers.

const gpu = { key: "dedicated", value: "gpu", effect: "NoSchedule" } as const;
const infra = { key: "node-role.kubernetes.io/infra", effect: "NoSchedule" } as const;
const uninitialized: NodeTaint = {
  key: "node.cloudprovider.kubernetes.io/uninitialized",
  value: "true",
  effect: "NoSchedule",
};
const unreachable: NodeTaint = {
  key: "node.kubernetes.io/unreachable",
  effect: "NoExecute",
  timeAdded: "2026-01-01T12:00:00Z",
};

interface Case {
  existing?: NodeTaint[];
  recorded?: string[];
  wanted?: Taint[];
  taints: NodeTaint[];
  record: string[];
}

describe("GIVEN a Node's taints, WHEN ours are planned", () => {
  test.each<[string, Case]>([
    ["nothing there, nothing wanted", { taints: [], record: [] }],
    [
      "a wanted one is added after those of others",
      {
        existing: [uninitialized, unreachable],
        wanted: [gpu],
        taints: [uninitialized, unreachable, gpu],
        record: [idOf(gpu)],
      },
    ],
    [
      "ours that is there stays where it is",
      {
        existing: [gpu, unreachable],
        recorded: [idOf(gpu)],
        wanted: [gpu],
        taints: [gpu, unreachable],
        record: [idOf(gpu)],
      },
    ],
    [
      "ours with another value gets the wanted one in place",
      {
        existing: [{ ...gpu, value: "cpu" }, unreachable],
        recorded: [idOf(gpu)],
        wanted: [gpu],
        taints: [gpu, unreachable],
        record: [idOf(gpu)],
      },
    ],
    [
      "a value that is no longer wanted goes, the rest of the taint stays",
      {
        existing: [{ key: "a", value: "x", effect: "NoExecute", timeAdded: "2026-01-01T12:00:00Z" }],
        recorded: ["a:NoExecute"],
        wanted: [{ key: "a", effect: "NoExecute" }],
        taints: [{ key: "a", effect: "NoExecute", timeAdded: "2026-01-01T12:00:00Z" }],
        record: ["a:NoExecute"],
      },
    ],
    [
      "ours that is no longer wanted is removed, others stay",
      {
        existing: [uninitialized, gpu, unreachable],
        recorded: [idOf(gpu)],
        taints: [uninitialized, unreachable],
        record: [],
      },
    ],
    ["without a record none is removed", { existing: [gpu], taints: [gpu], record: [] }],
    [
      "ours that somebody took off is put back",
      { existing: [], recorded: [idOf(gpu)], wanted: [gpu], taints: [gpu], record: [idOf(gpu)] },
    ],
    ["ours that somebody took off and is not wanted is forgotten", { recorded: [idOf(gpu)], taints: [], record: [] }],
    [
      "one that somebody else has set alike is left to them",
      { existing: [gpu], wanted: [gpu], taints: [gpu], record: [] },
    ],
    [
      "no value and an empty value are alike",
      {
        existing: [{ ...infra, value: "" }],
        wanted: [infra],
        taints: [{ ...infra, value: "" }],
        record: [],
      },
    ],
    [
      "the same key with another effect is another taint",
      {
        existing: [{ ...gpu, effect: "NoExecute" }],
        wanted: [gpu],
        taints: [{ ...gpu, effect: "NoExecute" }, gpu],
        record: [idOf(gpu)],
      },
    ],
    [
      "several come in the order of the config",
      { wanted: [infra, gpu], taints: [infra, gpu], record: [idOf(infra), idOf(gpu)] },
    ],
    [
      "a record that names what is not there does no harm",
      { existing: [unreachable], recorded: ["x:NoSchedule", "garbage"], taints: [unreachable], record: [] },
    ],
  ])("%s", (_, { existing = [], recorded = [], wanted = [], taints, record }) => {
    expect(taintPlan(existing, recorded, wanted)).toEqual({ taints, record, conflicts: [] });
  });

  test("another owner's of the same key and effect with another value is a conflict", () => {
    const found = { ...gpu, value: "cpu" };
    expect(taintPlan([found], [], [gpu, infra]).conflicts).toEqual([{ wanted: gpu, found }]);
  });
});

test.each<[string, NodeTaint[], Taint[], string[]]>([
  ["is as wanted", [unreachable, gpu], [gpu, infra], [idOf(gpu)]],
  ["has no value, and none is wanted", [{ ...infra, value: "" }], [infra], [idOf(infra)]],
  ["has another value", [{ ...gpu, value: "cpu" }], [gpu], []],
  ["has another effect", [{ ...gpu, effect: "NoExecute" }], [gpu], []],
  ["is not wanted", [unreachable], [], []],
])(
  "GIVEN a Node that was never marked WHEN a taint %s THEN it is known whether it is alike",
  (_, found, wanted, ids) => {
    expect(alike(found, wanted)).toEqual(ids);
  },
);

const key = fc.constantFrom("a", "b", "c", "node.kubernetes.io/unreachable", "node-role.kubernetes.io/infra");
const effect = fc.constantFrom<Taint["effect"]>("NoSchedule", "PreferNoSchedule", "NoExecute");
const value = fc.constantFrom(undefined, "", "x", "y");
const taint = fc
  .record({ key, effect, value })
  .map(({ value: it, ...rest }) => ({ ...rest, ...(it !== undefined && { value: it }) }));
const taints = fc.uniqueArray(taint, { selector: idOf, maxLength: 8 });
const record = fc.subarray(["a", "b", "c"].flatMap((it) => ["NoSchedule", "NoExecute"].map((e) => `${it}:${e}`)));

describe("GIVEN any taints, any record and any wish", () => {
  test("WHEN ours are planned THEN those of others are neither changed nor moved, and a second plan changes nothing", () => {
    let conflicts = 0;
    fc.assert(
      fc.property(taints, record, taints, (existing, recorded, wanted) => {
        const plan = taintPlan(existing, recorded, wanted);
        const foreign = existing.filter((it) => !recorded.includes(idOf(it)));
        const added = new Set(plan.record);
        assert.deepEqual(
          plan.taints.filter((it) => !added.has(idOf(it))),
          foreign,
        );
        if (plan.conflicts.length > 0) {
          conflicts += 1;
          return;
        }
        assert.deepEqual(taintPlan(plan.taints, plan.record, wanted), plan);
        assert.equal(new Set(plan.taints.map(idOf)).size, plan.taints.length);
      }),
      { numRuns: 2_000 },
    );
    expect(conflicts).toBeGreaterThan(0);
  });

  test("WHEN there is no conflict THEN every wish is met, and without wishes only others' are left", () => {
    fc.assert(
      fc.property(taints, taints, (existing, wanted) => {
        const plan = taintPlan(existing, [], wanted);
        fc.pre(plan.conflicts.length === 0);
        const there = new Set(plan.taints.map(describeTaint));
        for (const it of wanted) expect(there).toContain(describeTaint(it));
        expect(taintPlan(plan.taints, plan.record, [])).toEqual({ taints: existing, record: [], conflicts: [] });
      }),
    );
  });

  test("WHEN a record is written THEN it reads back", () => {
    fc.assert(fc.property(record, (it) => expect(readRecord(writeRecord(it) ?? undefined)).toEqual(it)));
  });
});
