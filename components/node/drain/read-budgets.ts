import type { PodDisruptionBudgetObject, PodObject } from "../../kubernetes/types.ts";
import { reasonOf } from "../../lib/errors.ts";
import { timeoutSignal } from "../../lib/timer.ts";
import type { Cluster } from "../cluster/cluster.ts";
import type { Operation } from "../operation/phases.ts";

/** ms in which the disruption budgets must be read for an error, which is late already. */
const timeout = 5_000;

/** Namespaces whose disruption budgets are read for an error. */
const maxNamespaces = 20;

/** The disruption budgets of the pods' namespaces, for an error: that they cannot be read is a line of it. */
export async function readBudgets(
  cluster: Cluster,
  operation: Operation,
  pods: readonly PodObject[],
): Promise<{ budgets: PodDisruptionBudgetObject[]; unread: string[] }> {
  const namespaces = [...new Set(pods.map((pod) => pod.metadata.namespace ?? "default"))].slice(0, maxNamespaces);
  const signal = AbortSignal.any([operation.signal, timeoutSignal(timeout)]);
  try {
    const lists = await Promise.all(namespaces.map((it) => cluster.pods.budgets(it, signal)));
    return { budgets: lists.flat(), unread: [] };
  } catch (error) {
    return { budgets: [], unread: [`their disruption budgets could not be read: ${reasonOf(error)}`] };
  }
}
