import { describe, expect, test } from "@jest/globals";
import type {
  PodDisruptionBudgetObject,
  PodObject,
  VolumeAttachmentObject,
} from "../../../../../components/kubernetes/types.ts";
import { type DrainImpact, drainImpacts, type Load } from "../../../../../infra/preflight/changes/drain-impact.ts";
import { drainLines } from "../../../../../infra/preflight/changes/drain-lines.ts";
import { pod } from "../../../../support/node-fixtures.ts";
import { answer, configOf } from "../../../../support/preflight-facts.ts";

const worker = "lab-7x2kq-metal-0";
const metadata = { uid: "u", resourceVersion: "1", creationTimestamp: "2026-01-01T00:00:00Z" };
const owned = (name: string, kind: string, owner: string, change: object = {}): PodObject =>
  pod({ ...change, metadata: { name, ownerReferences: [{ kind, name: owner, uid: "o", controller: true }] } });
const deployed = (name: string): PodObject => {
  const ownerReferences = [{ kind: "ReplicaSet", name: "web-6d4cf", uid: "o", controller: true }];
  return pod({ metadata: { name, labels: { app: "web", "pod-template-hash": "6d4cf" }, ownerReferences } });
};
const bare = pod({ metadata: { name: "debug", ownerReferences: [] } });
const cache = owned("cache-0", "StatefulSet", "cache", { spec: { volumes: [{ name: "data", emptyDir: {} }] } });
const done = owned("report-x", "Job", "report", { status: { phase: "Succeeded" } });
const agent = owned("agent-1", "DaemonSet", "agent");
const mirror = pod({ metadata: { name: "proxy", annotations: { "kubernetes.io/config.mirror": "1" } } });
const all = [deployed("web-1"), deployed("web-2"), cache, bare, done, agent, mirror];

const budget = (name: string, disruptionsAllowed: number): PodDisruptionBudgetObject => ({
  metadata: { ...metadata, name, namespace: "shop" },
  spec: { selector: { matchLabels: { app: "web" } } },
  status: { disruptionsAllowed },
});
const attachment = (name: string, nodeName: string, change: Partial<VolumeAttachmentObject> = {}) => ({
  metadata: { ...metadata, name: `csi-${name}` },
  spec: { nodeName, source: { persistentVolumeName: name } },
  status: { attached: true },
  ...change,
});

const loadOf = (pods: readonly PodObject[], change: Partial<Load> = {}): Load => ({
  pods: answer(new Map([[worker, pods]])),
  budgets: answer([]),
  attachments: answer([]),
  localData: answer([]),
  ...change,
});
const impactOf = (load: Load, config = configOf()): DrainImpact | undefined =>
  drainImpacts(config, "lab-7x2kq", [worker], load)[0];
const linesOf = (load: Load, config = configOf()): string[] =>
  drainLines(drainImpacts(config, "lab-7x2kq", [worker], load), load);

describe("GIVEN the pods of a worker that leaves", () => {
  test("WHEN they are looked at THEN those that leave have their owners, a ReplicaSet's its Deployment", () => {
    const plain = { finished: false, emptyDir: false };
    expect(impactOf(loadOf(all))?.evicted).toEqual([
      { ...plain, name: "shop/web-1", owner: { kind: "Deployment", name: "web" } },
      { ...plain, name: "shop/web-2", owner: { kind: "Deployment", name: "web" } },
      { ...plain, name: "shop/cache-0", owner: { kind: "StatefulSet", name: "cache" }, emptyDir: true },
      { ...plain, name: "shop/debug", owner: undefined },
      { ...plain, name: "shop/report-x", owner: { kind: "Job", name: "report" }, finished: true },
    ]);
  });

  test.each<[string, readonly PodObject[], string]>([
    ["there is none", [agent, mirror], "evicts no pod"],
    ["there is one", [deployed("web-1")], "evicts 1 pod (Deployment 1)"],
    [
      "there are all kinds",
      all,
      "evicts 5 pods (Deployment 2, finished 1, StatefulSet 1, without controller 1); " +
        "nobody recreates shop/debug; emptyDir data ends of shop/cache-0",
    ],
    [
      "many have no controller",
      [1, 2, 3, 4, 5].map((i) => pod({ metadata: { name: `run-${i}`, ownerReferences: [] } })),
      "evicts 5 pods (without controller 5); nobody recreates shop/run-1, shop/run-2, shop/run-3 and 2 more",
    ],
    ["a ReplicaSet is nobody's", [owned("old-1", "ReplicaSet", "old")], "evicts 1 pod (ReplicaSet 1)"],
  ])("WHEN %s THEN the line says what is evicted", (_, pods, expected) => {
    expect(linesOf(loadOf(pods))).toEqual([`${worker}: ${expected}`]);
  });

  test.each<[string, object, string]>([
    ["force", { force: false }, "the drain refuses shop/debug (pools[metal].drain.force)"],
    [
      "deleteEmptyDirData",
      { deleteEmptyDirData: false },
      "the drain refuses shop/cache-0 (pools[metal].drain.deleteEmptyDirData)",
    ],
  ])(
    "WHEN the config does not give drain.%s THEN the line says what is refused, and by which key",
    (_, drain, text) => {
      expect(linesOf(loadOf(all), configOf({ drain }))[0]).toContain(text);
    },
  );

  test("WHEN their pool is not in the config any more THEN nothing is said of a policy that is not known", () => {
    expect(impactOf(loadOf(all), configOf({ name: "other", drain: { force: false } }))?.blocked).toEqual([]);
  });
});

describe("GIVEN PodDisruptionBudgets", () => {
  test.each<[string, readonly PodDisruptionBudgetObject[], string]>([
    ["one allows a disruption", [budget("web", 1)], ""],
    ["one allows none", [budget("web", 0)], "; PodDisruptionBudget without a disruption left: shop/web"],
    ["two select a pod", [budget("a", 1), budget("b", 1)], "; several PodDisruptionBudgets forbid to evict shop/web-1"],
    ["one is of another namespace", [{ ...budget("web", 0), metadata: { ...metadata, name: "web" } }], ""],
  ])("WHEN %s THEN the line tells what holds the drain up", (_, budgets, expected) => {
    const load = loadOf([deployed("web-1")], { budgets: answer(budgets) });
    expect(linesOf(load)).toEqual([`${worker}: evicts 1 pod (Deployment 1)${expected}`]);
  });

  test("WHEN the pod has ended THEN none holds it", () => {
    const ended = { ...deployed("web-1"), status: { phase: "Failed" } };
    expect(impactOf(loadOf([ended], { budgets: answer([budget("web", 0)]) }))?.exhaustedBudgets).toEqual([]);
  });
});

describe("GIVEN volumes", () => {
  test("WHEN some are attached to the Node THEN these are named, one that its attacher has detached is not", () => {
    const attached = [
      attachment("pv-1", worker),
      attachment("pv-2", "other"),
      attachment("pv-3", worker, { status: { attached: false } }),
      attachment("inline", worker, { spec: { nodeName: worker } }),
    ];
    const load = loadOf([], { attachments: answer(attached) });
    expect(linesOf(load)).toEqual([`${worker}: evicts no pod; volumes to detach: pv-1, csi-inline`]);
  });

  test("WHEN some are on the disks of the machine THEN their claims are named", () => {
    const volumes = [{ name: "pv-1", claim: "shop/data-db-0", machines: [worker] }];
    const load = loadOf([], { localData: answer([{ worker, volumes, pods: [] }]) });
    expect(linesOf(load)).toEqual([`${worker}: evicts no pod; data on its disks ends of claim shop/data-db-0`]);
  });
});

describe("GIVEN an account that may not see them", () => {
  const denied = { error: "HTTP 403", code: 403 };

  test("WHEN nothing can be read THEN the lines say so, and nothing that is not known", () => {
    const load = { pods: denied, budgets: denied, attachments: denied, localData: denied };
    expect(linesOf(load)).toEqual([
      `${worker}: nothing is known`,
      "the pods of the workers that leave cannot be read: HTTP 403",
      "the PodDisruptionBudgets of the workers that leave cannot be read: HTTP 403",
      "the VolumeAttachments of the workers that leave cannot be read: HTTP 403",
    ]);
    expect(impactOf(load)).toEqual({
      worker,
      evicted: undefined,
      blocked: [],
      exhaustedBudgets: undefined,
      severalBudgets: undefined,
      localVolumes: undefined,
      attached: undefined,
    });
  });

  test("WHEN only the budgets are hidden THEN the pods are told all the same", () => {
    expect(linesOf(loadOf([deployed("web-1")], { budgets: denied }))).toEqual([
      `${worker}: evicts 1 pod (Deployment 1)`,
      "the PodDisruptionBudgets of the workers that leave cannot be read: HTTP 403",
    ]);
  });
});
