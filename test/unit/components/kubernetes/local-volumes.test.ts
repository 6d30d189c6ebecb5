import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import {
  describeLocalVolume,
  localVolume,
  localVolumeRemedies,
  machineNames,
} from "../../../../components/kubernetes/local-volumes.ts";
import type { PersistentVolumeObject, PodObject } from "../../../../components/kubernetes/types.ts";

const metadata = { name: "pv-1", uid: "u", resourceVersion: "1", creationTimestamp: "2026-01-01T00:00:00Z" };
const on = (...machines: string[]) => ({
  required: {
    nodeSelectorTerms: machines.map((machine) => ({
      matchExpressions: [{ key: "kubernetes.io/hostname", operator: "In", values: [machine] }],
    })),
  },
});
const volume = (spec: PersistentVolumeObject["spec"], phase = "Bound"): PersistentVolumeObject => ({
  metadata,
  spec: { claimRef: { namespace: "shop", name: "data" }, persistentVolumeReclaimPolicy: "Delete", ...spec },
  status: { phase },
});
const terms = (...matchExpressions: { key: string; operator: string; values?: string[] }[]) => ({
  required: { nodeSelectorTerms: [{ matchExpressions }] },
});
const zone = { key: "topology.kubernetes.io/zone", operator: "In", values: ["nova"] };
const topolvm = { key: "topology.topolvm.io/node", operator: "In", values: ["worker-0"] };

describe("GIVEN a PersistentVolume", () => {
  test.each([
    ["a local volume that is bound", volume({ nodeAffinity: on("worker-0") }), ["worker-0"]],
    ["one of LVM Storage, by the key of its driver", volume({ nodeAffinity: terms(topolvm) }), ["worker-0"]],
    ["one whose term names its zone, too", volume({ nodeAffinity: terms(zone, topolvm) }), ["nova", "worker-0"]],
    [
      "one that is kept after its claim",
      volume({ nodeAffinity: on("a"), persistentVolumeReclaimPolicy: "Retain" }, "Released"),
      ["a"],
    ],
    [
      "one that is named by a field",
      volume({
        nodeAffinity: {
          required: { nodeSelectorTerms: [{ matchFields: [{ key: "metadata.name", operator: "In", values: ["a"] }] }] },
        },
      }),
      ["a"],
    ],
    ["one that two machines may use", volume({ nodeAffinity: on("a", "b") }), undefined],
    [
      "one that one term gives to two machines",
      volume({ nodeAffinity: terms({ ...topolvm, values: ["a", "b"] }) }),
      undefined,
    ],
    [
      "one that must not be on a machine",
      volume({ nodeAffinity: terms({ ...topolvm, operator: "NotIn" }) }),
      undefined,
    ],
    ["one without an affinity", volume({}), undefined],
    ["one that nobody has claimed", volume({ claimRef: null, nodeAffinity: on("a") }, "Available"), undefined],
    ["one that is about to be deleted with its data", volume({ nodeAffinity: on("a") }, "Released"), undefined],
    ["one whose deletion has failed after its claim's", volume({ nodeAffinity: on("a") }, "Failed"), undefined],
  ])("WHEN it is %s THEN the machines that alone have its data are told", (_, given, machines) => {
    expect(localVolume(given)?.machines).toEqual(machines);
  });

  test("WHEN its terms are any THEN a machine is told only if every term demands it", () => {
    const values = fc.array(fc.constantFrom("a", "b", "c"), { minLength: 1, maxLength: 2 });
    const expression = fc.record({
      key: fc.constantFrom("x", "y"),
      operator: fc.constantFrom("In", "NotIn", "Exists"),
      values,
    });
    const term = fc.record({ matchExpressions: fc.array(expression, { maxLength: 3 }) });
    fc.assert(
      fc.property(fc.array(term, { maxLength: 3 }), (nodeSelectorTerms) => {
        for (const machine of localVolume(volume({ nodeAffinity: { required: { nodeSelectorTerms } } }))?.machines ??
          []) {
          for (const { matchExpressions } of nodeSelectorTerms) {
            expect(matchExpressions).toContainEqual(expect.objectContaining({ operator: "In", values: [machine] }));
          }
        }
      }),
    );
  });
});

test("GIVEN a Node whose hostname differs WHEN its volumes are looked for THEN by both names", () => {
  expect(machineNames("worker-0.example.com", { "kubernetes.io/hostname": "worker-0" })).toEqual([
    "worker-0.example.com",
    "worker-0",
  ]);
  expect(machineNames("worker-0")).toEqual(["worker-0"]);
});

describe("GIVEN a local volume WHEN it is described", () => {
  const local = { name: "pv-1", claim: "shop/data", machines: ["worker-0"] };
  const pod = (claimName: string): PodObject => ({
    metadata: { ...metadata, name: "db-0", namespace: "shop" },
    spec: { volumes: [{ name: "data", persistentVolumeClaim: { claimName } }] },
  });

  test.each([
    ["a pod uses it", [pod("data")], "claim shop/data (PersistentVolume pv-1), used by pod shop/db-0"],
    ["no pod uses it", [pod("other")], "claim shop/data (PersistentVolume pv-1), no pod on the node uses it"],
  ])("AND %s THEN that is said", (_, pods, expected) => {
    expect(describeLocalVolume(local, pods)).toBe(expected);
  });

  // a claim stays as long as a pod uses it, and a volume may stay after its claim
  test.each([
    [
      "a pod uses it",
      local,
      [pod("data")],
      "oc delete persistentvolumeclaim --namespace shop data --wait=false; oc delete pod --namespace shop db-0",
    ],
    ["no pod uses it", local, [pod("other")], "oc delete persistentvolumeclaim --namespace shop data"],
    ["its claim is gone", { ...local, isReleased: true }, [], "oc delete persistentvolume pv-1"],
  ])("AND %s THEN what to type is what works", (_, given, pods, expected) => {
    expect(localVolumeRemedies([given], pods, "pools[metal]")[0]).toBe(`move or copy the data, then: ${expected}`);
  });

  test("AND its claim is gone, but the volume is kept THEN that is known", () => {
    const kept = { nodeAffinity: on("a"), persistentVolumeReclaimPolicy: "Retain" };
    expect(localVolume(volume(kept, "Released"))?.isReleased).toBe(true);
    expect(localVolume(volume(kept))?.isReleased).toBeUndefined();
  });
});
