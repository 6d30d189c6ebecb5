import { newestSpec, releaseOfImage, releaseOfKubernetes } from "../../components/ignition/release.ts";
import { lowestSpec } from "../../components/ignition/spec.ts";
import type { ClusterFacts, PoolFacts } from "./facts.ts";

/** The newest specification that the cluster's own release knows: what its Machine Config Server serves at most. */
export function servedSpec({ version }: Pick<ClusterFacts, "version">): string | undefined {
  const release = releaseOfKubernetes(version);
  return release === undefined ? undefined : newestSpec(release);
}

/** The specification in which a machine of the image asks the Machine Config Server; of an unknown image, the cluster's own. */
export function askedSpec({ image }: Pick<PoolFacts, "image">, cluster: Pick<ClusterFacts, "version">): string {
  const release = releaseOfImage(image.version);
  const known = release === undefined ? undefined : newestSpec(release);
  return known ?? servedSpec(cluster) ?? lowestSpec(["merge"]);
}
