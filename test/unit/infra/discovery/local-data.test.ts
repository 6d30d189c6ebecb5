import { expect, test } from "@jest/globals";
import { parseClaimingPods, parseLocalVolumes } from "../../../../infra/discovery/cluster/local-data.ts";

const affinity = (machine: string) => ({
  required: {
    nodeSelectorTerms: [{ matchExpressions: [{ key: "kubernetes.io/hostname", operator: "In", values: [machine] }] }],
  },
});

test("GIVEN PersistentVolumes as the API server lists them WHEN they are read THEN those on one machine's disks are known", () => {
  const items = [
    {
      metadata: { name: "pv-local" },
      spec: { claimRef: { namespace: "shop", name: "data" }, nodeAffinity: affinity("w-0") },
      status: { phase: "Bound" },
    },
    { metadata: { name: "pv-cinder" }, spec: { claimRef: { namespace: "shop", name: "web" } } },
    { metadata: { name: "pv-free" }, spec: { nodeAffinity: affinity("w-0") }, status: { phase: "Available" } },
  ];
  expect(parseLocalVolumes({ items })).toEqual([{ name: "pv-local", claim: "shop/data", machines: ["w-0"] }]);
});

test("GIVEN pods as the API server lists them WHEN they are read THEN their claims are known", () => {
  const volumes = [
    { name: "data", persistentVolumeClaim: { claimName: "data" } },
    { name: "tmp", emptyDir: {} },
  ];
  expect(parseClaimingPods({ items: [{ metadata: { name: "db-0", namespace: "shop" }, spec: { volumes } }] })).toEqual([
    {
      metadata: { name: "db-0", namespace: "shop" },
      spec: {
        volumes: [
          { name: "data", persistentVolumeClaim: { claimName: "data" }, ephemeral: null },
          { name: "tmp", persistentVolumeClaim: null, ephemeral: null },
        ],
      },
    },
  ]);
});
