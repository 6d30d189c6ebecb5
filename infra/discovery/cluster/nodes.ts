import { z } from "zod";
import { parseQuantity } from "../../../components/kubernetes/quantity.ts";
import { serverIdOf } from "../../../components/kubernetes/provider-id.ts";
import { annotations } from "../../../components/kubernetes/types.ts";
import type { Allocatable, NodeFacts } from "../facts.ts";

const texts = z.record(z.string(), z.string()).default({});

const nodesSchema = z.object({
  items: z.array(
    z.object({
      metadata: z.object({
        name: z.string(),
        creationTimestamp: z.string().optional(),
        annotations: texts,
        labels: texts,
      }),
      spec: z.object({ unschedulable: z.boolean().default(false), providerID: z.string().optional() }).prefault({}),
      status: z
        .object({
          conditions: z
            .array(
              z.object({
                type: z.string(),
                status: z.string(),
                lastTransitionTime: z.string().optional(),
                reason: z.string().optional(),
                message: z.string().optional(),
              }),
            )
            .default([]),
          allocatable: z.object({ cpu: z.string(), memory: z.string() }).optional().catch(undefined),
          nodeInfo: z.object({ kubeletVersion: z.string() }).optional(),
        })
        .prefault({}),
    }),
  ),
});

type NodeObject = z.output<typeof nodesSchema>["items"][number];

/** An annotation of the machine-config operator (openshift/machine-config-operator, pkg/daemon/constants). */
const ofOperator = ({ metadata }: NodeObject, key: string): string | undefined =>
  metadata.annotations[`machineconfiguration.openshift.io/${key}`];

const readyCondition = ({ status }: NodeObject): NodeObject["status"]["conditions"][number] | undefined =>
  status.conditions.find(({ type }) => type === "Ready");

/**
 * A cordoned Node that is Ready still runs pods: after a detach that failed, all of a pool are cordoned, and must not be
 * replaced together. The machine-config operator, though, is about to reboot the one that it has cordoned: that one is out
 * of service (the state annotation is Working meanwhile).
 */
function isServing(node: NodeObject): boolean {
  const { spec } = node;
  const ready = readyCondition(node)?.status === "True";
  return ready && !(spec.unschedulable && ofOperator(node, "state") === "Working");
}

/**
 * The operator counts such a Node against its own maxUnavailable from the moment that it has chosen it, and one that has
 * failed no longer (openshift/machine-config-operator, layered_node_state.go, IsUnavailableForUpdate). A Node without
 * these annotations is new.
 */
function isUpdating(node: NodeObject): boolean {
  const state = ofOperator(node, "state");
  if (state === "Degraded" || state === "Unreconcilable") return false;
  if (state === "Working" || state === "Rebooting") return true;
  return ["Config", "Image"].some((what) => ofOperator(node, `current${what}`) !== ofOperator(node, `desired${what}`));
}

function allocatableOf({ status: { allocatable } }: NodeObject): Allocatable | undefined {
  const [cpu, memory] = [allocatable?.cpu, allocatable?.memory].map((text) => parseQuantity(text ?? ""));
  return cpu === undefined || memory === undefined ? undefined : { cpu, memory };
}

/** The Nodes in a list response of the API server. */
export function parseNodes(list: unknown): NodeFacts[] {
  return nodesSchema.parse(list).items.map((node) => {
    const condition = readyCondition(node);
    return {
      name: node.metadata.name,
      serving: isServing(node),
      specHash: node.metadata.annotations[annotations.specHash],
      owner: node.metadata.annotations[annotations.owner],
      serverId: serverIdOf(node.spec.providerID),
      kubelet: node.status.nodeInfo?.kubeletVersion ?? "",
      labels: node.metadata.labels,
      updating: isUpdating(node),
      created: node.metadata.creationTimestamp,
      ready: condition?.status,
      since: condition?.lastTransitionTime,
      message: condition?.message ?? condition?.reason ?? "",
      readySince: condition?.status === "True" ? condition.lastTransitionTime : undefined,
      allocatable: allocatableOf(node),
    };
  });
}
