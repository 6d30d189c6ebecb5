import type { PodObject } from "../../../components/kubernetes/types.ts";
import type { Stored } from "../../component/support/scripted-objects.ts";
import type { Simulation } from "../run/simulation.ts";
import type { Actor } from "./actor.ts";

interface Pace {
  /** ms until a pod that is bound to the node runs */
  readonly starts: number;
  /** ms until a pod that is to go has ended */
  readonly ends: number;
}

/** Runs and ends the pods of one node, as long as the machine runs. */
export function podRuntime(nodeName: string, isRunning: () => boolean, { starts, ends }: Pace): Actor {
  const name = `kubelet ${nodeName}`;
  return {
    name,
    start: (simulation: Simulation) => {
      const { world } = simulation;
      const started = new Set<string>();
      const ending = new Set<string>();
      const act = (ms: number, label: string, pod: PodObject, task: (now: Stored) => void): void => {
        simulation.later(ms, `${name} ${label} ${pod.metadata.name}`, () => {
          const now = world.get("pods", pod.metadata.name, pod.metadata.namespace);
          if (now?.metadata.uid === pod.metadata.uid && isRunning()) task(now);
        });
      };
      world.onChange(({ kind, type, object }) => {
        if (kind !== "pods" || type === "DELETED") return;
        const pod = object as Stored & PodObject;
        const { uid, namespace, deletionTimestamp } = pod.metadata;
        if (pod.spec.nodeName !== nodeName) return;
        if (deletionTimestamp !== undefined && !ending.has(uid)) {
          ending.add(uid);
          act(ends, "has ended", pod, () => world.delete("pods", pod.metadata.name, namespace, name));
        } else if (pod.status?.phase === "Pending" && !started.has(uid)) {
          started.add(uid);
          act(starts, "has started", pod, (now) => {
            if (now.metadata.deletionTimestamp === undefined)
              world.put("pods", { ...now, status: { phase: "Running" } }, name);
          });
        }
      });
    },
  };
}
