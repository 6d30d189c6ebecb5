import type { NodeObject } from "../../../components/kubernetes/types.ts";
import type { ApiServer } from "../world/api-server.ts";
import type { Actor } from "./actor.ts";

/** Something that somebody else does to a Node at a moment of his own. */
export interface Deed {
  readonly who: "administrator" | "machine-config-operator" | "autoscaler";
  readonly what: "cordons" | "uncordons" | "labels" | "taints" | "deletes the Node";
  /** ms after the start */
  readonly at: number;
}

/** Whoever else writes Nodes. */
export function others(nodeName: string, api: ApiServer, deeds: readonly Deed[]): Actor {
  return {
    name: "others",
    start: (simulation) => {
      for (const { who, what, at } of deeds) {
        simulation.later(at, `${who} ${what}`, () => {
          if (what === "deletes the Node") simulation.world.delete("nodes", nodeName, undefined, who);
          else
            api.patch(
              "nodes",
              nodeName,
              changesOf(what, simulation.world.get("nodes", nodeName) as NodeObject | undefined),
              who,
            );
        });
      }
    },
  };
}

function changesOf(what: Exclude<Deed["what"], "deletes the Node">, node: NodeObject | undefined): object {
  switch (what) {
    case "cordons":
      return { spec: { unschedulable: true } };
    case "uncordons":
      return { spec: { unschedulable: null } };
    case "labels":
      return { metadata: { labels: { looked: String(Number(node?.metadata.labels?.["looked"] ?? 0) + 1) } } };
    case "taints":
      return { spec: { taints: [...(node?.spec.taints ?? []), { key: "quarantine", effect: "NoSchedule" }] } };
  }
}

/** ms after which the pods of a Node that is gone are deleted (pkg/controller/podgc: quarantine and period, shortened). */
const podGcAfter = 40_000;

/** Deletes the pods of a Node that is gone, without an eviction: the pod garbage collector. */
export function podGarbageCollector(): Actor {
  const name = "pod-garbage-collector";
  return {
    name,
    start: (simulation) => {
      const { world } = simulation;
      world.onChange(({ kind, type, object }) => {
        if (kind !== "nodes" || type !== "DELETED") return;
        const node = object.metadata.name;
        simulation.later(podGcAfter, `${name} looks for pods of ${node}`, () => {
          if (world.get("nodes", node)) return;
          for (const pod of world.list("pods")) {
            if ((pod["spec"] as { nodeName?: string }).nodeName !== node) continue;
            world.delete("pods", pod.metadata.name, pod.metadata.namespace, name);
          }
        });
      });
    },
  };
}

/** ms after its last report at which a kubelet counts as silent (OpenShift's node-monitor-grace-period). */
const silentAfter = 40_000;

/** Of a server that is gone the Node turns NotReady, and the cloud controller removes it. */
export function nodeLifecycle(nodeName: string, api: ApiServer): Actor {
  return {
    name: "node-lifecycle-controller",
    start: (simulation) => {
      const { world } = simulation;
      world.onChange(({ kind, type }) => {
        if (kind !== "servers" || type !== "DELETED") return;
        const { uid } = world.get("nodes", nodeName)?.metadata ?? {};
        const isSame = (): boolean => world.get("nodes", nodeName)?.metadata.uid === uid;
        simulation.later(silentAfter, "the node lifecycle controller notices a silent kubelet", () => {
          if (!isSame()) return;
          const conditions = [{ type: "Ready", status: "Unknown", reason: "NodeStatusUnknown" }];
          api.patch("nodes", nodeName, { status: { conditions } }, "node-lifecycle-controller");
          simulation.step("the cloud controller removes a Node without a server", () => {
            if (isSame()) world.delete("nodes", nodeName, undefined, "cloud-controller-manager");
          });
        });
      });
    },
  };
}
