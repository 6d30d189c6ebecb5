import type { PodObject } from "./types.ts";

/** `namespace/name`. */
export function podName({ metadata: { name, namespace = "default" } }: PodObject): string {
  return `${namespace}/${name}`;
}

/** `namespace/name` of the claims that a pod uses; that of a generic ephemeral volume is named `<pod>-<volume>`. */
export function claimsOf(pod: PodObject): { namespace: string; name: string }[] {
  const { namespace = "default", name } = pod.metadata;
  return (pod.spec.volumes ?? []).flatMap((volume) => {
    if (volume.persistentVolumeClaim) return [{ namespace, name: volume.persistentVolumeClaim.claimName }];
    return volume.ephemeral ? [{ namespace, name: `${name}-${volume.name}` }] : [];
  });
}
