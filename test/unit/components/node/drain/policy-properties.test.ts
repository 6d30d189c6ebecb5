import { afterAll, describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { type DrainPolicy, graceOf, judgePod } from "../../../../../components/node/drain/policy.ts";
import { pod } from "../../../../support/node-fixtures.ts";

const verdicts = new Map<string, number>(
  [
    "evict",
    ...["daemonset", "mirror", "deleted"].map((it) => `skip ${it}`),
    ...["daemonset", "emptydir", "unmanaged"].map((it) => `block ${it}`),
  ].map((it) => [it, 0]),
);
afterAll(() => {
  const counts = [...verdicts].sort().map(([verdict, count]) => `${verdict} ${count}`);
  process.stdout.write(`drain verdicts reached: ${counts.join(", ")}\n`);
});

const now = Date.parse("2026-01-02T00:00:00Z");

describe("GIVEN any pod and any policy, WHEN its eviction is judged", () => {
  const policies = fc.record<DrainPolicy>({
    ignoreDaemonSets: fc.boolean(),
    deleteEmptyDirData: fc.boolean(),
    force: fc.boolean(),
    skipWaitForDelete: fc.constantFrom(0, 1),
  });
  const pods = fc
    .record({
      controller: fc.constantFrom("ReplicaSet", "DaemonSet", undefined),
      mirror: fc.boolean(),
      emptyDir: fc.boolean(),
      phase: fc.constantFrom("Running", "Pending", "Succeeded", "Failed"),
      /** seconds for which it has been terminating */
      ended: fc.constantFrom(undefined, 0, 1, 2, 60),
    })
    .map((it) => ({
      ...it,
      pod: pod({
        metadata: {
          ownerReferences: it.controller ? [{ kind: it.controller, name: "x", uid: "u", controller: true }] : [],
          ...(it.ended !== undefined && { deletionTimestamp: new Date(now - it.ended * 1000).toISOString() }),
          ...(it.mirror && { annotations: { "kubernetes.io/config.mirror": "h" } }),
        },
        spec: it.emptyDir ? { volumes: [{ name: "v", emptyDir: {} }] } : {},
        status: { phase: it.phase },
      }),
    }));

  test("THEN data in an emptyDir and pods without a controller are never given up without leave", () => {
    fc.assert(
      fc.property(pods, policies, fc.boolean(), (it, policy, exists) => {
        const plan = judgePod(it.pod, policy, now, new Set(exists ? ["shop/x"] : []));
        const { action } = plan;
        const verdict = plan.action === "evict" ? "evict" : `${plan.action} ${plan.rule}`;
        verdicts.set(verdict, (verdicts.get(verdict) ?? 0) + 1);
        const running = it.phase === "Running" || it.phase === "Pending";
        if (action === "evict" && running && it.emptyDir) expect(policy.deleteEmptyDirData).toBe(true);
        if (action === "evict" && running && it.controller === undefined) expect(policy.force).toBe(true);
        if (it.mirror) expect(action).not.toBe("evict");
      }),
      { numRuns: 5_000 },
    );
    expect([...verdicts].filter(([, count]) => count === 0)).toEqual([]);
  });

  test("THEN a laxer policy never blocks what a stricter one lets go", () => {
    fc.assert(
      fc.property(pods, policies, (it, policy) => {
        const sets = new Set(["shop/x"]);
        const lax = { ...policy, ignoreDaemonSets: true, deleteEmptyDirData: true, force: true };
        expect(judgePod(it.pod, lax, now, sets).action).not.toBe("block");
      }),
    );
  });

  test("THEN a pod never counts as gone while the kubelet answers, and force never gives it more than two minutes", () => {
    fc.assert(
      fc.property(pods, policies, fc.integer({ min: -1, max: 7200 }), (it, policy, gracePeriod) => {
        const plan = judgePod(it.pod, { ...policy, skipWaitForDelete: 0 }, now, new Set());
        expect(plan.action === "skip" && plan.rule === "deleted").toBe(false);
        const grace = graceOf(it.pod, { gracePeriod, unreachable: false, forced: true });
        expect(grace).toBeGreaterThanOrEqual(0);
        expect(grace).toBeLessThan(120);
      }),
    );
  });
});
