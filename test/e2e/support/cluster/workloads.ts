import {
  AppsV1Api,
  PatchStrategy,
  PolicyV1Api,
  setHeaderOptions,
  StorageV1Api,
  type V1Pod,
  type V1PodCondition,
  type V1PodSpec,
} from "@kubernetes/client-node";
import { administrator, core, ifThere, podsOf, type Recording } from "./cluster.ts";
import { until } from "../wait.ts";

/** What a user runs on the workers, in the namespace `default`. Nothing is pulled or executed. */

const apps = administrator.makeApiClient(AppsV1Api);
const policy = administrator.makeApiClient(PolicyV1Api);
const storage = administrator.makeApiClient(StorageV1Api);

const namespace = "default";

export interface PodShape {
  /** the nodes that the pod may run on: all others are of other tests, which may drain them */
  readonly only: readonly string[];
  /** the one among them that it runs on as long as that takes pods */
  readonly rather?: string;
  /** seconds that the pod takes to end, which is all of its grace period: as one that ignores SIGTERM. Default 0. */
  readonly ending?: number;
  /** with a volume whose data goes with the pod */
  readonly emptyDir?: boolean;
}

const hostnames = (values: readonly string[]) => ({
  matchExpressions: [{ key: "kubernetes.io/hostname", operator: "In", values: [...values] }],
});

function podSpec({ only, rather, ending = 0, emptyDir = false }: PodShape): V1PodSpec {
  return {
    affinity: {
      nodeAffinity: {
        requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [hostnames(only)] },
        ...(rather !== undefined && {
          preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 100, preference: hostnames([rather]) }],
        }),
      },
    },
    terminationGracePeriodSeconds: Math.max(1, ending),
    containers: [
      {
        name: "main",
        image: "registry.example.test/none:1",
        imagePullPolicy: "IfNotPresent",
        // the kubelet itself waits out this hook: the lab's runtime ends containers at once
        ...(ending > 0 && { lifecycle: { preStop: { sleep: { seconds: ending } } } }),
        ...(emptyDir && { volumeMounts: [{ name: "scratch", mountPath: "/scratch" }] }),
      },
    ],
    ...(emptyDir && { volumes: [{ name: "scratch", emptyDir: {} }] }),
  };
}

const template = (name: string, shape: PodShape) => ({ metadata: { labels: { app: name } }, spec: podSpec(shape) });
const selector = (name: string) => ({ matchLabels: { app: name } });

/** A Deployment without a rollout: as many pods as `replicas`, made again wherever they may run. */
export async function replicaSet(name: string, shape: PodShape, replicas = 1): Promise<void> {
  await apps.createNamespacedReplicaSet({
    namespace,
    body: { metadata: { name }, spec: { replicas, selector: selector(name), template: template(name, shape) } },
  });
}

export async function daemonSet(name: string, shape: PodShape): Promise<void> {
  await apps.createNamespacedDaemonSet({
    namespace,
    body: { metadata: { name }, spec: { selector: selector(name), template: template(name, shape) } },
  });
}

/** A pod that nothing brings back. */
export async function barePod(name: string, shape: PodShape): Promise<void> {
  await core.createNamespacedPod({
    namespace,
    body: { metadata: { name, labels: { app: name } }, spec: podSpec(shape) },
  });
}

/** A PodDisruptionBudget for the pods of an app; returns once its controller says how many disruptions it allows. */
export async function budget(name: string, minAvailable: number): Promise<void> {
  await policy.createNamespacedPodDisruptionBudget({
    namespace,
    body: { metadata: { name }, spec: { minAvailable, selector: selector(name) } },
  });
  await until(`the budget ${name} to protect its pods`, async () => {
    const { status } = await policy.readNamespacedPodDisruptionBudget({ namespace, name });
    return (status?.currentHealthy ?? 0) >= minAvailable ? status : undefined;
  });
}

/** Lets the budget allow every eviction. */
export async function relax(name: string): Promise<void> {
  await policy.patchNamespacedPodDisruptionBudget(
    { namespace, name, body: { spec: { minAvailable: 0 } } },
    setHeaderOptions("Content-Type", PatchStrategy.MergePatch),
  );
}

/** The pods of an app that run on a node and are not about to end. */
export const runningOn = async (app: string, node: string): Promise<V1Pod[]> =>
  (await podsOf(app)).filter(
    ({ metadata, spec, status }) =>
      spec?.nodeName === node && status?.phase === "Running" && metadata?.deletionTimestamp === undefined,
  );

/** Waits until so many pods of each app run on the node. */
export async function running(node: string, apps: readonly string[], count = 1): Promise<void> {
  for (const app of apps) {
    await until(`${count} pod(s) of ${app} on ${node}`, async () =>
      (await runningOn(app, node)).length >= count ? true : undefined,
    );
  }
}

/** Every condition that a recorded pod has had; of all recorded pods without one. */
export const conditionsOf = ({ states }: Recording<V1Pod>, pod?: V1Pod): V1PodCondition[] =>
  states
    .filter(({ metadata }) => pod === undefined || metadata?.uid === pod.metadata?.uid)
    .flatMap(({ status }) => status?.conditions ?? []);

/** The condition that the eviction API gives a pod, if it has evicted one. */
export const evictionOf = (recording: Recording<V1Pod>, pod?: V1Pod): V1PodCondition | undefined =>
  conditionsOf(recording, pod).find(({ reason }) => reason === "EvictionByEvictionAPI");

/** How a pod left the node that it ran on. */
export interface PodEnd {
  readonly name: string;
  /** by the eviction API: not with its Node or its server, and not by a plain deletion */
  readonly evicted: boolean;
}

/** The recorded pods that had a place on the node. */
export function endsOf(recording: Recording<V1Pod>, node: string): PodEnd[] {
  const placed = recording.states.filter(({ spec }) => spec?.nodeName === node);
  const pods = new Map(placed.map((pod) => [pod.metadata?.uid, pod]));
  return [...pods.values()].map((pod) => ({
    name: pod.metadata?.name ?? "",
    evicted: evictionOf(recording, pod) !== undefined,
  }));
}

/** Whether somebody has asked the pod to end. */
export const isEnding = ({ metadata }: V1Pod): boolean => metadata?.deletionTimestamp !== undefined;

/** The pods of an app that have a node. */
export const placedPods = async (app: string): Promise<V1Pod[]> =>
  (await podsOf(app)).filter(({ spec }) => spec?.nodeName !== undefined);

/** Removes whatever of the kinds above has one of these names, and waits until the pods are gone. */
export async function remove(names: readonly string[]): Promise<void> {
  for (const name of names) {
    await ifThere(policy.deleteNamespacedPodDisruptionBudget({ namespace, name }));
    await ifThere(apps.deleteNamespacedReplicaSet({ namespace, name, propagationPolicy: "Background" }));
    await ifThere(apps.deleteNamespacedDaemonSet({ namespace, name, propagationPolicy: "Background" }));
    await core.deleteCollectionNamespacedPod({ namespace, labelSelector: `app=${name}`, gracePeriodSeconds: 0 });
  }
}

/** A claim that is bound to a local volume of that name on a node's machine. */
export async function localVolume(name: string, nodeName: string): Promise<void> {
  const shape = { accessModes: ["ReadWriteOnce"], storageClassName: "local" };
  const size = { storage: "1Gi" };
  const matchExpressions = [{ key: "kubernetes.io/hostname", operator: "In", values: [nodeName] }];
  await core.createPersistentVolume({
    body: {
      metadata: { name },
      spec: {
        ...shape,
        capacity: size,
        claimRef: { namespace, name },
        local: { path: "/var/lib/data" },
        nodeAffinity: { required: { nodeSelectorTerms: [{ matchExpressions }] } },
      },
    },
  });
  const spec = { ...shape, volumeName: name, resources: { requests: size } };
  await core.createNamespacedPersistentVolumeClaim({ namespace, body: { metadata: { name }, spec } });
  await until(`claim ${name} to be bound`, async () => {
    const { status } = await core.readPersistentVolume({ name });
    return status?.phase === "Bound" ? true : undefined;
  });
}

export async function removeLocalVolume(name: string): Promise<void> {
  await ifThere(core.deleteNamespacedPersistentVolumeClaim({ namespace, name }));
  await ifThere(core.deletePersistentVolume({ name }));
}

/** A volume that is attached to a node and that nothing detaches. */
export async function attachVolume(name: string, nodeName: string): Promise<void> {
  const spec = { attacher: "none.example.test", nodeName, source: { persistentVolumeName: name } };
  await storage.createVolumeAttachment({ body: { metadata: { name }, spec } });
}

export const detachVolume = (name: string): Promise<unknown> => ifThere(storage.deleteVolumeAttachment({ name }));

/** An Ignition fragment with a static pod, which the kubelet runs from its file, and shows in the API as `<name>-<node>`. */
export function staticPod(name: string): object {
  const manifest = {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name, namespace, labels: { app: name } },
    spec: { containers: [{ name: "main", image: "registry.example.test/none:1", imagePullPolicy: "IfNotPresent" }] },
  };
  const source = `data:application/json;base64,${Buffer.from(JSON.stringify(manifest)).toString("base64")}`;
  return {
    ignition: { version: "3.2.0" },
    storage: { files: [{ path: `/etc/kubernetes/manifests/${name}.json`, mode: 0o644, contents: { source } }] },
  };
}
