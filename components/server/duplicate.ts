import * as pulumi from "@pulumi/pulumi";

/** What a run that was killed between the cloud's answer and the state's leaves behind, or somebody else's object. */
export function duplicateError(kind: string, name: string, ids: readonly string[], stack: string): string | undefined {
  if (ids.length === 0) return undefined;
  const several = ids.length > 1 ? "s" : "";
  return [
    `${kind} ${name} exists already (id${several} ${ids.join(", ")}), though this stack's state does not know it. Nothing was made.`,
    "If an earlier `pulumi up` of this stack was killed while it made it, take it over and go on:",
    `  npm run adopt -- --stack ${stack}`,
    "  pulumi up",
    `If it is somebody else's or a leftover, remove it (openstack ${kind} delete ${ids[0]}) or give the worker another name.`,
  ].join("\n");
}

/**
 * A hook that refuses to create what the cloud has already by that name: a second server would take another machine,
 * and the cloud controller finds a Node's server by its name alone (cloud-provider-openstack).
 *
 * It is asked just before the creation: neither the program nor a preview can know whether the state has the object.
 */
export function refuseDuplicate(
  kind: "server" | "port",
  name: string,
  idsOf: (name: string) => Promise<readonly string[]>,
): pulumi.ResourceHook {
  return new pulumi.ResourceHook(`no-twin-of-${kind}-${name}`, async () => {
    const refusal = duplicateError(kind, name, await idsOf(name), pulumi.getStack());
    if (refusal !== undefined) throw new Error(refusal);
  });
}
