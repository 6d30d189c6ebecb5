import { beforeEach, describe, expect, test } from "@jest/globals";
import type { NodeObject } from "../../../components/kubernetes/types.ts";
import { applyMetadata, metadataDrift, type TaintRecord } from "../../../components/node/metadata/apply.ts";
import type { NodeInputs } from "../../../components/node/operation/types.ts";
import { nodeInputs, owner, worker } from "../../support/node-fixtures.ts";
import { failureOf, harnessForEachTest } from "../support/node-harness.ts";
import { failure } from "../support/scripted-objects.ts";

// Labels and annotations by server-side apply, taints by a guarded patch, against an API server that keeps book of who
// set which label (scripted-api.ts).

const name = worker.nodeName;
const gpu = { key: "dedicated", value: "gpu", effect: "NoSchedule" } as const;
const uninitialized = { key: "node.cloudprovider.kubernetes.io/uninitialized", value: "true", effect: "NoSchedule" };
const wanted = {
  ...nodeInputs,
  specHash: "00ff",
  labels: { tier: "gold", "node-role.kubernetes.io/infra": "" },
  taints: [gpu],
};

const harness = harnessForEachTest();

const stored = () => harness.api.get("nodes", name) as unknown as NodeObject;
const labels = () => stored().metadata.labels ?? {};
const taints = () => stored().spec.taints ?? [];
let record: TaintRecord = { own: undefined };
beforeEach(() => {
  record = { own: undefined };
});
const apply = (inputs: NodeInputs = wanted, signal = AbortSignal.timeout(5_000), node = stored()) =>
  applyMetadata(harness.cluster.api, node, { ...inputs }, record, signal);
const drift = () => metadataDrift(stored(), wanted, record.own);
/** Another writer's change of the Node. */
const change = (metadata: object, spec: object = {}) => {
  const node = stored();
  harness.node({ metadata: { ...node.metadata, ...metadata }, spec: { ...node.spec, ...spec } });
};

describe("GIVEN a Node that has just registered", () => {
  beforeEach(() => {
    harness.node({
      metadata: { labels: { "kubernetes.io/hostname": name, tier: "bronze" } },
      spec: { taints: [uninitialized] },
    });
  });

  test("WHEN it is marked THEN it has our labels, annotations and taints, and keeps those of others", async () => {
    await apply();
    expect(labels()).toEqual({
      "kubernetes.io/hostname": name,
      tier: "gold",
      "node-role.kubernetes.io/infra": "",
    });
    expect(harness.annotations()).toEqual({
      "openstack-baremetal-compute/owner": owner,
      "openstack-baremetal-compute/server-id": worker.serverId,
      "openstack-baremetal-compute/spec-hash": "00ff",
      "openstack-baremetal-compute/taints": "dedicated:NoSchedule",
    });
    expect(taints()).toEqual([uninitialized, gpu]);
    expect(record.own).toEqual(["dedicated:NoSchedule"]);
    expect(drift()).toEqual([]);
  });

  test("WHEN it is marked twice THEN the taints are written once", async () => {
    await apply();
    harness.api.requests.length = 0;
    await apply();
    expect(harness.api.requests).toEqual([`PATCH /api/v1/nodes/${name}`]);
  });

  test("WHEN labels and taints leave the config, even all of them, THEN ours go and others' stay", async () => {
    await apply();
    change({ labels: { ...labels(), mine: "kept" } }, { taints: [...taints(), { key: "mine", effect: "NoExecute" }] });
    await apply({ ...wanted, labels: {}, taints: [] });
    expect(labels()).toEqual({ "kubernetes.io/hostname": name, mine: "kept" });
    expect(taints()).toEqual([uninitialized, { key: "mine", effect: "NoExecute" }]);
    expect(harness.annotations()).not.toHaveProperty("openstack-baremetal-compute/taints");
    expect(harness.annotations()).toHaveProperty("openstack-baremetal-compute/owner", owner);
  });

  test("WHEN the config never had any THEN the labels and taints of others are unchanged", async () => {
    change({}, { taints: [uninitialized, gpu] });
    const before = [labels(), taints()];
    await apply(nodeInputs);
    expect([labels(), taints()]).toEqual(before);
  });

  test("WHEN they drifted THEN it is seen by path, and the next time repairs it", async () => {
    await apply();
    change({ labels: { ...labels(), tier: "lead" }, annotations: {} }, { taints: [uninitialized] });
    expect(drift()).toEqual(["labels.tier", "taints", "owner", "specHash"]);
    change({ labels: { tier: "gold" } });
    expect(drift()).toContain('labels["node-role.kubernetes.io/infra"]');
    await apply();
    expect(drift()).toEqual([]);
    expect(taints()).toEqual([uninitialized, gpu]);
  });

  test("WHEN a detach cordons it meanwhile THEN its cordon is left alone", async () => {
    await apply();
    await harness.cluster.cordon(stored(), owner, AbortSignal.timeout(5_000));
    await apply();
    expect(harness.annotations()).toHaveProperty("openstack-baremetal-compute/cordoned-by", owner);
    expect(stored().spec.unschedulable).toBe(true);
  });
});

describe("GIVEN others that write the same Node", () => {
  beforeEach(() => {
    harness.node({ spec: { taints: [uninitialized] } });
  });
  const onPatch = (count: number, writer: () => void) => {
    let left = count + 1; // the first patch is the apply
    harness.api.onRequest = (request) => {
      if (request.startsWith("PATCH") && left-- <= count && left >= 0) writer();
      return undefined;
    };
  };

  test("WHEN the cloud controller takes its taint off between our look and our patch THEN it stays off, ours comes", async () => {
    onPatch(1, () => change({}, { taints: [] }));
    await apply();
    expect(taints()).toEqual([gpu]);
  });

  test("WHEN the Node changes again and again THEN it is evaluated again each time, until it is written", async () => {
    let round = 0;
    onPatch(5, () => change({ annotations: { ...harness.annotations(), round: String((round += 1)) } }));
    await apply();
    expect(taints()).toEqual([uninitialized, gpu]);
    expect(round).toBe(5);
  });

  test("WHEN it never stops changing THEN it ends with the timeout", async () => {
    onPatch(1_000, () => change({ annotations: { ...harness.annotations(), at: String(performance.now()) } }));
    await expect(apply(wanted, AbortSignal.timeout(300))).rejects.toThrow(/timeout|aborted/);
    expect(taints()).toEqual([uninitialized]);
  });

  test("WHEN another client has set the same taint with another value THEN it is refused, and no taint is changed", async () => {
    change({}, { taints: [uninitialized, { ...gpu, value: "cpu" }] });
    const message = await failureOf(apply());
    expect(message).toMatch(/wanted dedicated=gpu:NoSchedule, found dedicated=cpu:NoSchedule/);
    expect(message).toMatch(/oc adm taint node lab-worker-0 dedicated:NoSchedule-.*pools\[0\]\.taints/);
    expect(taints()).toEqual([uninitialized, { ...gpu, value: "cpu" }]);
    expect(drift()).toContain("taints");
    expect(record.own).toBeUndefined();
  });

  test("WHEN a kubelet has noted an administrator's taint as ours THEN it stays, and the note is corrected", async () => {
    const quarantine = { key: "quarantine", effect: "NoExecute" };
    await apply();
    change(
      { annotations: { ...harness.annotations(), "openstack-baremetal-compute/taints": "quarantine:NoExecute" } },
      { taints: [...taints(), quarantine] },
    );
    expect(drift()).toEqual([]);
    await apply({ ...wanted, taints: [] });
    expect(taints()).toEqual([uninitialized, quarantine]);
    expect(harness.annotations()).not.toHaveProperty("openstack-baremetal-compute/taints");
  });

  test("WHEN the answer to our patch is lost THEN the taint that it has set is ours", async () => {
    let lost = false;
    harness.api.onBody = (_, body) => {
      const { taints: patched } = (body as { spec?: { taints?: object[] } }).spec ?? {};
      if (patched === undefined || lost) return;
      lost = true;
      change({}, { taints: patched });
    };
    await apply();
    expect(lost).toBe(true);
    expect(record.own).toEqual(["dedicated:NoSchedule"]);
    await apply({ ...wanted, taints: [] });
    expect(taints()).toEqual([uninitialized]);
  });

  test("WHEN another client has set the same taint alike, after ours was marked THEN it is left to them", async () => {
    await apply(nodeInputs);
    change({}, { taints: [uninitialized, gpu] });
    await apply();
    expect(record.own).toEqual([]);
    await apply(nodeInputs);
    expect(taints()).toEqual([uninitialized, gpu]);
  });

  test.each([
    ["gone", () => harness.api.remove("nodes", name)],
    [
      "another one of the same name",
      () => {
        harness.api.remove("nodes", name);
        harness.node();
      },
    ],
  ])(
    "WHEN the Node is %s before or between our writes THEN it says so, and nothing is made or marked",
    async (_, writer) => {
      for (const patch of [0, 1]) {
        harness.node({ spec: { taints: [] } });
        const node = stored();
        let left = patch;
        harness.api.onRequest = (request) => {
          if (request.startsWith("PATCH") && left-- === 0) writer();
          return undefined;
        };
        expect(await apply(wanted, AbortSignal.timeout(5_000), node)).toBe(false);
        expect(harness.api.get("nodes", name)?.metadata.labels ?? {}).toEqual({});
        harness.api.onRequest = () => undefined;
        harness.api.remove("nodes", name);
      }
    },
  );

  test("WHEN the API server refuses a label THEN its word is the error", async () => {
    harness.api.onRequest = (request) =>
      request.startsWith("PATCH") ? failure(422, "metadata.labels: Invalid value") : undefined;
    expect(await failureOf(apply())).toMatch(/metadata\.labels: Invalid value/);
  });
});
