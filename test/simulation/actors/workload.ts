import type { NodeObject, PodObject } from "../../../components/kubernetes/types.ts";
import { podsOf } from "../world/pods.ts";
import type { Given, World } from "../world/world.ts";
import type { Actor } from "./actor.ts";

/** Namespace and label of the workload. */
export const namespace = "shop";
const labels = { app: "web" };

/** A pod of the workload as its controller makes it. */
export function webPod(name: string, nodeName?: string): Given {
  const ownerReferences = [{ apiVersion: "apps/v1", kind: "ReplicaSet", name: "web", uid: "rs", controller: true }];
  return {
    metadata: { name, namespace, labels, ownerReferences },
    spec: { ...(nodeName !== undefined && { nodeName }), terminationGracePeriodSeconds: 30 },
    status: { phase: nodeName === undefined ? "Pending" : "Running" },
  };
}

/** A budget of the workload. */
export const webBudget = (minAvailable: number): Given => ({
  metadata: { name: "web", namespace },
  spec: { selector: { matchLabels: labels }, minAvailable },
});

/** Keeps so many pods that are not about to end: the ReplicaSet controller. */
export function replicaSet(replicas: number): Actor {
  const name = "replicaset-controller";
  return {
    name,
    start: (simulation) => {
      const { world } = simulation;
      let made = 0;
      let isDue = false;
      const missing = (): number =>
        replicas - podsOf(world).filter((pod) => pod.metadata.deletionTimestamp === undefined).length;
      world.onChange(({ kind, type }) => {
        if (kind !== "pods" || type === "ADDED" || isDue || missing() <= 0) return;
        isDue = true;
        simulation.step(`${name} replaces a pod`, () => {
          isDue = false;
          for (let left = missing(); left > 0; left -= 1) world.put("pods", webPod(`web-new-${(made += 1)}`), name);
        });
      });
    },
  };
}

/** Adds a pod at each of these times, ms after the start: somebody scales up, and the scheduler looks before it sees a cordon. */
export function scaleUp(times: readonly number[]): Actor {
  return {
    name: "user",
    start: (simulation) => {
      for (const [i, at] of times.entries()) {
        simulation.later(
          at,
          "a user adds a pod",
          () => void simulation.world.put("pods", webPod(`web-added-${i}`), "user"),
        );
      }
    },
  };
}

export interface SchedulerPace {
  /** ms from its choice of a node to the binding: it does not look again in between (schedule_one.go, bindingCycle) */
  readonly binds: number;
  /** whether it prefers the first node to the last */
  readonly packs: boolean;
}

/** Binds pods to nodes that are not cordoned when it looks, some time after it has looked: kube-scheduler. */
export function scheduler({ binds, packs }: SchedulerPace): Actor {
  const name = "kube-scheduler";
  return {
    name,
    start: (simulation) => {
      const { world } = simulation;
      const placed = new Set<string>();
      const look = (): void => {
        for (const pod of podsOf(world)) {
          const { metadata, spec } = pod;
          if (spec.nodeName !== undefined || placed.has(metadata.uid)) continue;
          const nodes = schedulable(world);
          const chosen = packs ? nodes[0] : nodes.at(-1);
          if (!chosen) continue;
          placed.add(metadata.uid);
          const node = chosen.metadata.name;
          simulation.later(binds, `${name} binds ${metadata.name} to ${node}`, () => {
            const now = world.get("pods", metadata.name, metadata.namespace);
            if (now?.metadata.uid !== metadata.uid) return;
            world.put("pods", { ...now, spec: { ...(now["spec"] as object), nodeName: node } }, name);
          });
        }
      };
      let isDue = false;
      world.onChange(({ kind }) => {
        if ((kind !== "pods" && kind !== "nodes") || isDue) return;
        isDue = true;
        simulation.step(`${name} looks`, () => {
          isDue = false;
          look();
        });
      });
    },
  };
}

const schedulable = (world: World): NodeObject[] =>
  (world.list("nodes") as object[] as NodeObject[]).filter(
    ({ spec, status }) =>
      spec.unschedulable !== true &&
      (status?.conditions ?? []).some((it) => it.type === "Ready" && it.status === "True"),
  );

export const podsOn = (world: World, nodeName: string): PodObject[] =>
  podsOf(world).filter(({ spec }) => spec.nodeName === nodeName);
