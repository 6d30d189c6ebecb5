import { otherCluster } from "../../components/kubernetes/cluster-identity.ts";
import { isSameCloud, otherCloud } from "../../components/openstack/cloud-identity.ts";
import type { FullObservation } from "./observation.ts";

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
  const identity = cloud.value?.identity;
  const isOther = expected !== undefined && identity !== undefined && !isSameCloud(expected, identity);
  return {
    ...observation,
    ...(otherUid && { cluster: { error: otherCluster(clusterUid, uid, "the kubeconfig's cluster") } }),
    ...(isOther && { cloud: { error: otherCloud(expected, identity, cloudName) } }),
  };
}
