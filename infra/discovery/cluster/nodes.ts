import { z } from "zod";
import { annotations } from "../../../components/kubernetes/types.ts";
import type { NodeFacts } from "../facts.ts";

const texts = z.record(z.string(), z.string()).default({});

const nodesSchema = z.object({
  items: z.array(
    z.object({
      metadata: z.object({ name: z.string(), annotations: texts }),
      spec: z.object({ unschedulable: z.boolean().default(false) }).prefault({}),
      status: z
        .object({
          conditions: z.array(z.object({ type: z.string(), status: z.string() })).default([]),
          nodeInfo: z.object({ kubeletVersion: z.string() }).optional(),
        })
        .prefault({}),
    }),
  ),
});

type NodeObject = z.output<typeof nodesSchema>["items"][number];

/**
 * A cordoned Node that is Ready still runs pods: after a detach that failed, all of a pool are cordoned, and must not be
 * replaced together. The machine-config operator, though, is about to reboot the one that it has cordoned: that one is out
 * of service (openshift/machine-config-operator, pkg/daemon/constants: the state annotation is Working meanwhile).
 */
function isServing({ metadata, spec, status }: NodeObject): boolean {
  const ready = status.conditions.some(({ type, status: value }) => type === "Ready" && value === "True");
  const updating = metadata.annotations["machineconfiguration.openshift.io/state"] === "Working";
  return ready && !(spec.unschedulable && updating);
}

/** The Nodes in a list response of the API server. */
export function parseNodes(list: unknown): NodeFacts[] {
  return nodesSchema.parse(list).items.map((node) => ({
    name: node.metadata.name,
    serving: isServing(node),
    specHash: node.metadata.annotations[annotations.specHash],
    owner: node.metadata.annotations[annotations.owner],
    kubelet: node.status.nodeInfo?.kubeletVersion ?? "",
  }));
}
