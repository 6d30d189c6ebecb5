import type { PodObject } from "./types.ts";

/** What tells which claims a pod uses. */
export interface ClaimingPod {
  readonly metadata: Pick<PodObject["metadata"], "name" | "namespace">;
  readonly spec: Pick<PodObject["spec"], "volumes">;
}

/** `namespace/name`. */
export function podName({ metadata: { name, namespace = "default" } }: Pick<ClaimingPod, "metadata">): string {
  return `${namespace}/${name}`;
}

/** `namespace/name` of the claims that a pod uses; that of a generic ephemeral volume is named `<pod>-<volume>`. */
export function claimsOf(pod: ClaimingPod): { namespace: string; name: string }[] {
  const { namespace = "default", name } = pod.metadata;
  return (pod.spec.volumes ?? []).flatMap((volume) => {
    if (volume.persistentVolumeClaim) return [{ namespace, name: volume.persistentVolumeClaim.claimName }];
    return volume.ephemeral ? [{ namespace, name: `${name}-${volume.name}` }] : [];
  });
}

/** The controller of a pod, undefined for a bare pod. */
export function controllerOf(pod: PodObject): { apiVersion?: string; kind: string; name: string } | undefined {
  return pod.metadata.ownerReferences?.find((it) => it.controller === true);
}
