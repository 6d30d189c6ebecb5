import { z } from "zod";
import type { MachineConfigPool } from "../../../components/rollout/machine-config.ts";
import type { Result } from "../attempt.ts";
import { type Ask, orUnread } from "./ask.ts";

const configuration = z.object({ name: z.string().default("") }).prefault({});
const labelExpression = z.object({ key: z.string(), operator: z.string(), values: z.array(z.string()).default([]) });

/** openshift/api machineconfiguration/v1. */
const poolsSchema = z.object({
  items: z.array(
    z.object({
      metadata: z.object({ name: z.string() }),
      spec: z
        .object({
          paused: z.boolean().default(false),
          nodeSelector: z
            .object({
              matchLabels: z.record(z.string(), z.string()).default({}),
              matchExpressions: z.array(labelExpression).default([]),
            })
            .prefault({}),
          configuration,
        })
        .prefault({}),
      status: z
        .object({
          configuration,
          conditions: z
            .array(z.object({ type: z.string(), status: z.string(), message: z.string().default("") }))
            .default([]),
          updatedMachineCount: z.number().default(0),
        })
        .prefault({}),
    }),
  ),
});

/** The MachineConfigPools in a list response of the API server. */
export function parseMachineConfigPools(list: unknown): MachineConfigPool[] {
  return poolsSchema.parse(list).items.map(({ metadata, spec, status }) => ({
    name: metadata.name,
    nodeSelector: spec.nodeSelector,
    paused: spec.paused,
    updating: status.conditions.some(({ type, status: value }) => type === "Updating" && value === "True"),
    degraded: degradation(status.conditions),
    wanted: spec.configuration.name,
    current: status.configuration.name,
    updated: status.updatedMachineCount,
  }));
}

interface Condition {
  readonly type: string;
  readonly status: string;
  readonly message: string;
}

/** What the operator says of a degraded pool; the conditions of its Nodes and of its rendering say why. */
function degradation(conditions: readonly Condition[]): string | undefined {
  const isTrue = (wanted: string): Condition | undefined =>
    conditions.find(({ type, status }) => type === wanted && status === "True");
  if (!isTrue("Degraded")) return undefined;
  const [cause] = ["RenderDegraded", "NodeDegraded", "Degraded"]
    .map((type) => isTrue(type)?.message ?? "")
    .filter(Boolean);
  return cause ?? "the operator gives no reason";
}

/** Unread where the cluster does not have the kind, or the account may not list it: neither keeps a worker from joining. */
export const readPools = (ask: Ask): Promise<Result<readonly MachineConfigPool[]>> =>
  orUnread(
    ask(
      "the MachineConfigPools",
      "/apis/machineconfiguration.openshift.io/v1/machineconfigpools",
      parseMachineConfigPools,
    ),
  );
