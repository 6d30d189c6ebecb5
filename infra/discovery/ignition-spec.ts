import { newestServed, newestSpec, releaseOfKubernetes, specOfImage } from "../../components/ignition/release.ts";
import { lowestSpec } from "../../components/ignition/spec.ts";
import type { ClusterFacts, PoolFacts } from "./facts.ts";
import { found } from "./found.ts";

type Version = Pick<ClusterFacts, "version">;

const ofRelease = ({ version }: Version, specOf: (minor: number) => string | undefined): string | undefined => {
  const release = releaseOfKubernetes(version);
  return release === undefined ? undefined : specOf(release);
};

/** The newest specification that the cluster's Machine Config Server serves. */
export const servedSpec = (cluster: Version): string | undefined => ofRelease(cluster, newestServed);

/** The newest specification that boot images of the cluster's own release know. */
export const ownImageSpec = (cluster: Version): string | undefined => ofRelease(cluster, newestSpec);

/** The specification that a machine of the image requests from the Machine Config Server; of an unknown release, the cluster's. */
export const askedSpec = ({ image }: Pick<PoolFacts, "image">, cluster: Version): string =>
  specOfImage(found(image)?.version) ?? ownImageSpec(cluster) ?? lowestSpec(["merge"]);
