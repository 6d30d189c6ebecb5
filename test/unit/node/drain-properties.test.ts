import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { judgePod, type DrainPolicy } from "../../../components/node/drain.ts";
import { pod } from "./fixtures.ts";

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
    })
    .map((it) => ({
      ...it,
      pod: pod({
        metadata: {
          ownerReferences: it.controller ? [{ kind: it.controller, name: "x", uid: "u", controller: true }] : [],
          ...(it.mirror && { annotations: { "kubernetes.io/config.mirror": "h" } }),
        },
        spec: it.emptyDir ? { volumes: [{ name: "v", emptyDir: {} }] } : {},
        status: { phase: it.phase },
      }),
    }));

  test("THEN data in an emptyDir and pods without a controller are never given up without leave", () => {
    fc.assert(
      fc.property(pods, policies, fc.boolean(), (it, policy, exists) => {
        const { action } = judgePod(it.pod, policy, 0, new Set(exists ? ["shop/x"] : []));
        const running = it.phase === "Running" || it.phase === "Pending";
        if (action === "evict" && running && it.emptyDir) expect(policy.deleteEmptyDirData).toBe(true);
        if (action === "evict" && running && it.controller === undefined) expect(policy.force).toBe(true);
        if (it.mirror) expect(action).not.toBe("evict");
      }),
      { numRuns: 5_000 },
    );
  });

  test("THEN a laxer policy never blocks what a stricter one lets go", () => {
    fc.assert(
      fc.property(pods, policies, (it, policy) => {
        const sets = new Set(["shop/x"]);
        const lax = { ...policy, ignoreDaemonSets: true, deleteEmptyDirData: true, force: true };
        expect(judgePod(it.pod, lax, 0, sets).action).not.toBe("block");
      }),
    );
  });
});
