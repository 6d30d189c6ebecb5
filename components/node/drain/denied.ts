import { ApiError, isUnauthenticated } from "../../kubernetes/api-error.ts";
import { podName } from "../../kubernetes/pods.ts";
import type { PodObject } from "../../kubernetes/types.ts";

/** Refused by the account's permissions, not by the state of the pod or of its namespace (kubernetes, authorization errors). */
export function isDenied(error: unknown): error is ApiError {
  if (!(error instanceof ApiError)) return false;
  return error.status === 401 || (error.status === 403 && /cannot (create|delete) resource/.test(error.message));
}

/** The message of a drain that may not remove a pod. */
export function removalDenied(node: string, pod: PodObject, error: ApiError): string {
  const kept = "Its server is untouched, and the node stays cordoned.";
  if (isUnauthenticated(error))
    return `node ${node}: pod ${podName(pod)} cannot be removed: ${error.message}. ${kept} Then run the same command again.`;
  return (
    `node ${node}: the kubeconfig's account is not permitted to remove pod ${podName(pod)}: ${error.message}. ${kept} ` +
    "Grant the permission (the component NodeRegistrar does; components/kubernetes/permissions.ts lists what the account " +
    "needs), then run the same command again."
  );
}
