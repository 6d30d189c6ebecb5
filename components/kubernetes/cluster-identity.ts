/** One cluster is told from another by the uid of its namespace kube-system, which is as old as the cluster. */
export const kubeSystem = "/api/v1/namespaces/kube-system";

/**
 * The message when the stack's nodes are of one cluster and the kubeconfig leads to another.
 *
 * @param where what leads there, as `API server https://api.example:6443`
 */
export function otherCluster(expected: string, found: string, where: string): string {
  return [
    `${where} is another cluster than the one that this stack's nodes are in: its namespace kube-system has the uid ` +
      `${found}, expected ${expected}. Nothing was done there.`,
    "Set cluster.kubeconfig and cluster.context (and cluster.proxy) to this stack's own cluster. A stack keeps its " +
      "cluster: workers of another one are another stack's (pulumi stack init).",
    "If that cluster is gone for good, take what was in it out of the state (pulumi state delete, of the URNs of type " +
      "openshift-node:index: that `pulumi stack --show-urns` lists); `pulumi destroy` then removes the servers.",
  ].join("\n");
}
