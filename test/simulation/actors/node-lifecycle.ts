import type { NodeObject } from "../../../components/kubernetes/types.ts";
import type { ApiServer } from "../world/api-server.ts";
import type { Actor } from "./actor.ts";

/** ms of silence until a Node is Unknown (kubernetes, node-monitor-grace-period; OpenShift leaves it). */
const gracePeriod = 40_000;

/** ms between two looks at a Node: a silence shows as late. */
const monitorPeriod = 5_000;

/** Marks the Node of a silent kubelet as Unknown: the node lifecycle controller. */
export function nodeLifecycle(api: ApiServer, nodeName: string, reports: () => boolean): Actor {
  const name = "node-lifecycle-controller";
  return {
    name,
    start: (simulation) => {
      let silentFor = 0;
      const look = (): void => {
        silentFor = reports() ? 0 : silentFor + monitorPeriod;
        const node = simulation.world.get("nodes", nodeName) as NodeObject | undefined;
        const ready = node?.status?.conditions?.find((it) => it.type === "Ready");
        if (ready && ready.status !== "Unknown" && silentFor >= gracePeriod) {
          const unknown = { type: "Ready", status: "Unknown", reason: "NodeStatusUnknown" };
          api.patch("nodes", nodeName, { status: { conditions: [unknown] } }, name);
        }
        simulation.later(monitorPeriod, `${name} looks`, look, true);
      };
      simulation.later(monitorPeriod, `${name} looks`, look, true);
    },
  };
}
