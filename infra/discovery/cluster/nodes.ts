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

/** The Nodes in a list response of the API server. */
export function parseNodes(list: unknown): NodeFacts[] {
  return nodesSchema.parse(list).items.map(({ metadata, spec, status }) => ({
    name: metadata.name,
    serving: !spec.unschedulable && status.conditions.some((each) => each.type === "Ready" && each.status === "True"),
    specHash: metadata.annotations[annotations.specHash],
    owner: metadata.annotations[annotations.owner],
    kubelet: status.nodeInfo?.kubeletVersion ?? "",
  }));
}
