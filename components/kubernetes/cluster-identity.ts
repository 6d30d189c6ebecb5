/** A cluster is identified by the uid of its namespace kube-system, which is as old as the cluster. */
export const kubeSystem = "/api/v1/namespaces/kube-system";

/**
 * The message if the stack's nodes are in one cluster and the kubeconfig leads to another.
 *
 * @param where what leads there, as `API server https://api.example:6443`
 */
export function otherCluster(expected: string, found: string, where: string): string {
  return [
    `${where} is another cluster than the one that this stack's nodes are in: its namespace kube-system has the uid ` +
      `${found}, expected ${expected}. Nothing was done there.`,
    "Set cluster.kubeconfig and cluster.context (and cluster.proxy) to this stack's own cluster. A stack cannot change " +
      "its cluster: create another stack for another cluster (pulumi stack init).",
    "If this stack's cluster is gone for good, remove its objects from the state (pulumi state delete, for each URN of " +
      "type openshift-node:index: that `pulumi stack --show-urns` lists); `pulumi destroy` then deletes the servers.",
  ].join("\n");
}
