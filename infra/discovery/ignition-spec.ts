import { newestSpec, releaseOfImage, releaseOfKubernetes } from "../../components/ignition/release.ts";
import { lowestSpec } from "../../components/ignition/spec.ts";
import type { ClusterFacts, PoolFacts } from "./facts.ts";
import { found } from "./found.ts";

/** The newest specification of the cluster's release: the newest that its Machine Config Server serves. */
export function servedSpec({ version }: Pick<ClusterFacts, "version">): string | undefined {
  const release = releaseOfKubernetes(version);
  return release === undefined ? undefined : newestSpec(release);
}

/** The specification that a machine of the image requests from the Machine Config Server; of an unknown release, the cluster's. */
export function askedSpec({ image }: Pick<PoolFacts, "image">, cluster: Pick<ClusterFacts, "version">): string {
  const release = releaseOfImage(found(image)?.version);
  const known = release === undefined ? undefined : newestSpec(release);
  return known ?? servedSpec(cluster) ?? lowestSpec(["merge"]);
}
