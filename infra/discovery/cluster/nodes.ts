import { z } from "zod";
import { annotations } from "../../../components/kubernetes/types.ts";

/** A Node of the cluster. */
export interface NodeFacts {
  readonly name: string;
  /** Ready, and takes pods */
  readonly serving: boolean;
  /** what its server was made from, as its annotation says; undefined: not annotated */
  readonly specHash: string | undefined;
  /** the stack that attached it, as its annotation says */
  readonly owner: string | undefined;
  /** e.g. `v1.34.1` */
  readonly kubelet: string;
}

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

/** The Nodes of a list as the API server answers it. */
export function parseNodes(list: unknown): NodeFacts[] {
  return nodesSchema.parse(list).items.map(({ metadata, spec, status }) => ({
    name: metadata.name,
    serving: !spec.unschedulable && status.conditions.some((each) => each.type === "Ready" && each.status === "True"),
    specHash: metadata.annotations[annotations.specHash],
    owner: metadata.annotations[annotations.owner],
    kubelet: status.nodeInfo?.kubeletVersion ?? "",
  }));
}
