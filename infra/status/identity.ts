import { otherCluster } from "../../components/kubernetes/cluster-identity.ts";
import { isSameCloud, otherCloud } from "../../components/openstack/cloud-identity.ts";
import { type FullObservation, ownServersOf } from "./observation.ts";

/**
 * The observation without what is of another cluster or project than the state's: there everything would seem to be gone.
 *
 * @param cloudName entry of clouds.yaml
 */
export function ofSameIdentity(observation: FullObservation, cloudName: string): FullObservation {
  const { state, cluster, cloud } = observation;
  const { clusterUid, cloud: expected } = state.value ?? {};
  const uid = cluster.value?.uid;
  const otherUid = clusterUid !== undefined && uid !== undefined && clusterUid !== uid;
  const made = clusterUid === undefined ? otherInfraId(observation) : undefined;
  const identity = cloud.value?.identity;
  const isOther = expected !== undefined && identity !== undefined && !isSameCloud(expected, identity);
  return {
    ...observation,
    ...(otherUid && { cluster: { error: otherCluster(clusterUid, uid, "the kubeconfig's cluster") } }),
    ...(made !== undefined && { cluster: { error: made } }),
    ...(isOther && { cloud: { error: otherCloud(expected, identity, cloudName) } }),
  };
}

/** What a state that was lost does not tell, the metadata of the stack's servers does: the cluster that they were made for. */
function otherInfraId(observation: FullObservation): string | undefined {
  const infraId = observation.cluster.value?.infraId;
  const made = [...new Set(ownServersOf(observation).flatMap((server) => server.infraId ?? []))];
  if (infraId === undefined || made.length === 0 || made.includes(infraId)) return undefined;
  return (
    `the kubeconfig leads to cluster ${infraId}, but this stack's servers were made for ${made.join(", ")}: ` +
    "set cluster.kubeconfig and cluster.context to this stack's own cluster"
  );
}
