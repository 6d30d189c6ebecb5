import { describe, expect, test } from "@jest/globals";
import type { PodObject } from "../../../../../components/kubernetes/types.ts";
import {
  daemonSetOf,
  drainPlan,
  type DrainPolicy,
  graceOf,
  judgePod,
  podsLeft,
  termination,
} from "../../../../../components/node/drain/policy.ts";
import { claimsOf, podName } from "../../../../../components/kubernetes/pods.ts";
import { pod } from "../../../../support/node-fixtures.ts";

// Sources. KCTL: kubernetes/kubectl@dee3483a, pkg/drain/filters.go; MAO: machine-api-operator@95119612,
// pkg/controller/machine/drain_controller.go (skip-wait on an unreachable node).

const now = Date.parse("2026-01-02T00:00:00Z");
const defaults: DrainPolicy = { ignoreDaemonSets: true, deleteEmptyDirData: false, force: false, skipWaitForDelete: 0 };
const daemonSets = new Set(["shop/agent"]);

const emptyDir = { volumes: [{ name: "cache", emptyDir: {} }] };
const owned = (kind: string, name: string, controller = true) => ({
  ownerReferences: [{ kind, name, uid: "uid", controller }],
});
const bare = { ownerReferences: [] };
const mirror = { annotations: { "kubernetes.io/config.mirror": "hash" } };
const agent = owned("DaemonSet", "agent");
const orphan = owned("DaemonSet", "gone");
const ended = (secondsAgo: number) => ({ deletionTimestamp: new Date(now - secondsAgo * 1000).toISOString() });
const finished = { phase: "Succeeded" };
const failed = { phase: "Failed" };

interface Case {
  pod: PodObject;
  policy?: Partial<DrainPolicy>;
  expected: string;
}

describe("GIVEN a pod on a node that leaves, WHEN its eviction is judged", () => {
  test.each<[string, Case]>([
    ["KCTL: one of a ReplicaSet is evicted", { pod: pod(), expected: "evict" }],
    [
      "KCTL: one of a StatefulSet is evicted",
      { pod: pod({ metadata: owned("StatefulSet", "db") }), expected: "evict" },
    ],
    ["KCTL: one of a Job is evicted", { pod: pod({ metadata: owned("Job", "sum") }), expected: "evict" }],
    ["KCTL: a pending one is evicted", { pod: pod({ status: { phase: "Pending" } }), expected: "evict" }],
    ["KCTL: one without a phase is evicted", { pod: pod({ status: { phase: undefined } }), expected: "evict" }],
    [
      "KCTL: one of an unknown controller's is evicted",
      { pod: pod({ metadata: owned("CloneSet", "x") }), expected: "evict" },
    ],

    ["KCTL: a DaemonSet's stays", { pod: pod({ metadata: agent }), expected: "skip daemonset" }],
    [
      "KCTL: a DaemonSet's blocks unless DaemonSets are ignored",
      { pod: pod({ metadata: agent }), policy: { ignoreDaemonSets: false }, expected: "block daemonset" },
    ],
    [
      "KCTL: force does not evict a DaemonSet's",
      { pod: pod({ metadata: agent }), policy: { force: true }, expected: "skip daemonset" },
    ],
    [
      "KCTL: a finished one of a DaemonSet is evicted",
      { pod: pod({ metadata: agent, status: finished }), expected: "evict" },
    ],
    [
      "KCTL: a failed one of a DaemonSet is evicted",
      { pod: pod({ metadata: agent, status: failed }), expected: "evict" },
    ],
    ["KCTL: one whose DaemonSet is gone blocks", { pod: pod({ metadata: orphan }), expected: "block daemonset" }],
    [
      "KCTL: one whose DaemonSet is gone is evicted by force",
      { pod: pod({ metadata: orphan }), policy: { force: true }, expected: "evict" },
    ],
    [
      "KCTL: one whose DaemonSet is gone, forced, with an emptyDir: the next filters still count",
      { pod: pod({ metadata: orphan, spec: emptyDir }), policy: { force: true }, expected: "block emptydir" },
    ],
    [
      "KCTL: a DaemonSet of the same name elsewhere does not count",
      { pod: pod({ metadata: { ...agent, namespace: "other" } }), expected: "block daemonset" },
    ],
    [
      "KCTL: a DaemonSet's with an emptyDir stays: the DaemonSet filter comes first",
      { pod: pod({ metadata: agent, spec: emptyDir }), expected: "skip daemonset" },
    ],
    [
      "KCTL: another API group's kind DaemonSet is not one: evicted as any other controller's",
      {
        pod: pod({
          metadata: {
            ownerReferences: [
              { apiVersion: "apps.kruise.io/v1alpha1", kind: "DaemonSet", name: "agent", uid: "u", controller: true },
            ],
          },
        }),
        expected: "evict",
      },
    ],
    [
      "KCTL: one of a DaemonSet of apps/v1 stays",
      {
        pod: pod({
          metadata: {
            ownerReferences: [{ apiVersion: "apps/v1", kind: "DaemonSet", name: "agent", uid: "u", controller: true }],
          },
        }),
        expected: "skip daemonset",
      },
    ],
    [
      "KCTL: a terminating one of a DaemonSet stays",
      { pod: pod({ metadata: { ...agent, ...ended(5) } }), expected: "skip daemonset" },
    ],
    [
      "KCTL: a terminating bare pod blocks as any bare pod",
      { pod: pod({ metadata: { ...bare, ...ended(5) } }), expected: "block unmanaged" },
    ],
    [
      "KCTL: an owner that is not the controller does not count",
      { pod: pod({ metadata: owned("DaemonSet", "agent", false) }), expected: "block unmanaged" },
    ],

    [
      "KCTL: a mirror pod stays",
      { pod: pod({ metadata: { ...mirror, ...owned("Node", "lab-worker-0") } }), expected: "skip mirror" },
    ],
    [
      "KCTL: a mirror pod stays, forced or not",
      { pod: pod({ metadata: mirror }), policy: { force: true }, expected: "skip mirror" },
    ],
    [
      "KCTL: a mirror pod with an emptyDir stays: the mirror filter comes first",
      { pod: pod({ metadata: mirror, spec: emptyDir }), expected: "skip mirror" },
    ],
    [
      "KCTL: a finished mirror pod stays",
      { pod: pod({ metadata: mirror, status: finished }), expected: "skip mirror" },
    ],

    ["KCTL: an emptyDir blocks", { pod: pod({ spec: emptyDir }), expected: "block emptydir" }],
    [
      "KCTL: an emptyDir in memory blocks too",
      { pod: pod({ spec: { volumes: [{ name: "m", emptyDir: { medium: "Memory" } }] } }), expected: "block emptydir" },
    ],
    [
      "KCTL: the second of two volumes is an emptyDir",
      { pod: pod({ spec: { volumes: [{ name: "c" }, { name: "m", emptyDir: {} }] } }), expected: "block emptydir" },
    ],
    [
      "KCTL: an emptyDir that may be lost is evicted",
      { pod: pod({ spec: emptyDir }), policy: { deleteEmptyDirData: true }, expected: "evict" },
    ],
    [
      "KCTL: a finished one with an emptyDir is evicted",
      { pod: pod({ spec: emptyDir, status: finished }), expected: "evict" },
    ],
    [
      "KCTL: force alone does not give up an emptyDir",
      { pod: pod({ spec: emptyDir }), policy: { force: true }, expected: "block emptydir" },
    ],
    [
      "KCTL: another volume does not block",
      { pod: pod({ spec: { volumes: [{ name: "config" }] } }), expected: "evict" },
    ],
    [
      "KCTL: a null emptyDir is none",
      { pod: pod({ spec: { volumes: [{ name: "x", emptyDir: null }] } }), expected: "evict" },
    ],

    ["KCTL: a bare pod blocks", { pod: pod({ metadata: bare }), expected: "block unmanaged" }],
    [
      "KCTL: a bare pod is evicted by force",
      { pod: pod({ metadata: bare }), policy: { force: true }, expected: "evict" },
    ],
    ["KCTL: a finished bare pod is evicted", { pod: pod({ metadata: bare, status: finished }), expected: "evict" }],
    ["KCTL: a failed bare pod is evicted", { pod: pod({ metadata: bare, status: failed }), expected: "evict" }],
    [
      "KCTL: a bare pod with an emptyDir blocks for the emptyDir first",
      { pod: pod({ metadata: bare, spec: emptyDir }), expected: "block emptydir" },
    ],
    [
      "KCTL: a bare pod with an emptyDir that may be lost still blocks",
      {
        pod: pod({ metadata: bare, spec: emptyDir }),
        policy: { deleteEmptyDirData: true },
        expected: "block unmanaged",
      },
    ],

    ["KCTL: a terminating one is waited for", { pod: pod({ metadata: ended(3600) }), expected: "evict" }],
    [
      "MAO: on an unreachable node one that terminates for 2 s is gone",
      { pod: pod({ metadata: ended(2.5) }), policy: { skipWaitForDelete: 1 }, expected: "skip deleted" },
    ],
    [
      "KCTL: on an unreachable node whole seconds count: 1.9 s is not more than 1",
      { pod: pod({ metadata: ended(1.9) }), policy: { skipWaitForDelete: 1 }, expected: "evict" },
    ],
    [
      "MAO: on an unreachable node one that has just been deleted is not gone yet",
      { pod: pod({ metadata: ended(0.5) }), policy: { skipWaitForDelete: 1 }, expected: "evict" },
    ],
    [
      "MAO: on an unreachable node one within its grace period is not gone yet",
      { pod: pod({ metadata: ended(-30) }), policy: { skipWaitForDelete: 1 }, expected: "evict" },
    ],
    [
      "MAO: on an unreachable node one that was not deleted is evicted",
      { pod: pod(), policy: { skipWaitForDelete: 1 }, expected: "evict" },
    ],
    [
      "KCTL: the deleted filter comes before the emptyDir one",
      { pod: pod({ metadata: ended(60), spec: emptyDir }), policy: { skipWaitForDelete: 1 }, expected: "skip deleted" },
    ],
    [
      "KCTL: the deleted filter comes before the unmanaged one",
      { pod: pod({ metadata: { ...ended(60), ...bare } }), policy: { skipWaitForDelete: 1 }, expected: "skip deleted" },
    ],
  ])("%s", (_, it) => {
    const plan = judgePod(it.pod, { ...defaults, ...it.policy }, now, daemonSets);
    expect(plan.action === "evict" ? "evict" : `${plan.action} ${plan.rule}`).toBe(it.expected);
  });
});

test("GIVEN several pods, WHEN the drain is planned, THEN each has its verdict, and none is lost", () => {
  const pods = [pod(), pod({ metadata: { name: "agent-x", ...agent } }), pod({ metadata: { name: "bare", ...bare } })];
  const plan = drainPlan(pods, defaults, now, daemonSets);
  expect(plan.map((it) => [podName(it.pod), it.plan.action])).toEqual([
    ["shop/web-0", "evict"],
    ["shop/agent-x", "skip"],
    ["shop/bare", "block"],
  ]);
});

describe("GIVEN a pod that has to go, WHEN its grace period is chosen", () => {
  const own = { gracePeriod: -1, unreachable: false, forced: false };
  test.each<[string, number | undefined, Partial<typeof own>, number]>([
    ["its own applies by default", 600, {}, -1],
    ["the policy's counts instead of its own", 600, { gracePeriod: 10 }, 10],
    ["none at all is a policy too", 600, { gracePeriod: 0 }, 0],
    ["MAO: a silent kubelet gets a second", 600, { unreachable: true }, 1],
    ["MAO: a silent kubelet gets a second, whatever the policy", 600, { unreachable: true, gracePeriod: 300 }, 1],
    ["under force a short one of its own applies", 20, { forced: true }, 20],
    ["under force Kubernetes' default stands", undefined, { forced: true }, 30],
    ["under force a long one is cut to what is left of the two minutes", 3600, { forced: true }, 90],
    ["under force a long one of the policy is cut too", 20, { forced: true, gracePeriod: 300 }, 90],
    ["under force a short one of the policy stands", 3600, { forced: true, gracePeriod: 5 }, 5],
    ["under force a silent kubelet gets a second", 3600, { forced: true, unreachable: true }, 1],
  ])("THEN %s", (_, terminationGracePeriodSeconds, how, expected) => {
    const spec = terminationGracePeriodSeconds === undefined ? {} : { terminationGracePeriodSeconds };
    expect(graceOf(pod({ spec }), { ...own, ...how })).toBe(expected);
  });
});

describe("GIVEN a pod's volumes, WHEN its claims are named", () => {
  // kubernetes, pkg/controller/volume/ephemeral: the claim of a generic ephemeral volume is <pod>-<volume>
  test.each<[string, object[], string[]]>([
    ["a claim is named as it is", [{ name: "data", persistentVolumeClaim: { claimName: "db" } }], ["shop/db"]],
    ["a generic ephemeral volume has a claim of its own", [{ name: "data", ephemeral: {} }], ["shop/web-0-data"]],
    ["any other volume has none", [{ name: "tmp", emptyDir: {} }, { name: "config" }], []],
    ["nulls are none", [{ name: "data", persistentVolumeClaim: null, ephemeral: null }], []],
  ])("THEN %s", (_, volumes, expected) => {
    expect(claimsOf(pod({ spec: { volumes } })).map((it) => `${it.namespace}/${it.name}`)).toEqual(expected);
  });

  test("THEN a pod without volumes has none", () => {
    expect(claimsOf(pod())).toEqual([]);
  });
});

test("GIVEN pods of several controllers, WHEN the DaemonSets to look up are named, THEN only those of apps/v1 are", () => {
  expect(daemonSetOf(pod({ metadata: agent }))).toBe("shop/agent");
  expect(daemonSetOf(pod())).toBeUndefined();
  expect(daemonSetOf(pod({ metadata: bare }))).toBeUndefined();
});

test("GIVEN the pods of a node WHEN it is asked what a drain would still evict THEN it names all but DaemonSets' and static ones", () => {
  const named = (name: string, changes: Parameters<typeof pod>[0]) =>
    pod({ ...changes, metadata: { ...changes?.metadata, name } });
  const pods = [
    named("web", {}),
    named("agent", { metadata: agent }),
    named("static", { metadata: mirror }),
    named("bare", { metadata: bare }),
    named("cache", { spec: emptyDir }),
    named("ending", { metadata: ended(40) }),
    named("done", { status: finished }),
  ];
  expect(podsLeft(pods)).toEqual(["shop/web", "shop/bare", "shop/cache", "shop/ending", "shop/done"]);
  expect(podsLeft(pods.slice(1, 3))).toEqual([]);
});

describe("GIVEN a terminating pod, WHEN its progress is described", () => {
  test.each<[string, object, string | undefined]>([
    ["one that was not asked is not ending", {}, undefined],
    ["one within its grace period", ended(-25), "terminating (its grace period ends in 25 s)"],
    ["one beyond it", ended(40), "terminating (its grace period ended 40 s ago)"],
    [
      "one that a finalizer keeps",
      { ...ended(40), finalizers: ["a.test/x", "b.test/y"] },
      "terminating (its grace period ended 40 s ago, finalizers: a.test/x, b.test/y)",
    ],
  ])("THEN %s", (_, metadata, expected) => {
    expect(termination(pod({ metadata }), now)).toBe(expected);
  });
});
