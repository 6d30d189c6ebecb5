import * as pulumi from "@pulumi/pulumi";

/** An object that is not taken over: another owner's, or one that a command has just left. */
export function duplicateError(kind: string, name: string, ids: readonly string[]): string | undefined {
  if (ids.length === 0) return undefined;
  const several = ids.length > 1 ? "s" : "";
  return [
    `${kind} ${name} exists already (id${several} ${ids.join(", ")}), but not in this stack's state. Nothing was created.`,
    "If this stack has created it since the command began, as a request that was answered too late: run `pulumi up` again, which takes it over.",
    `Otherwise give the worker another name or, if ${unused(kind, name)}, delete it: openstack ${kind} delete ${ids[0]}`,
  ].join("\n");
}

/** Nobody may delete the server of a Node that is there. */
const unused = (kind: string, name: string): string =>
  kind === "server" ? `nobody uses it and the cluster has no Node ${name} (oc get node ${name})` : "nobody uses it";

/**
 * A hook that refuses to create an object whose name the cloud already has: a second server would take another machine,
 * and the cloud controller finds the server of a Node by its name alone (cloud-provider-openstack). The stack's own are taken
 * over instead (infra/preflight/changes/take-over.ts): what is left is somebody else's, or younger than the discovery.
 */
export function refuseDuplicate(
  kind: "server" | "port",
  name: string,
  idsOf: (name: string) => Promise<readonly string[]>,
): pulumi.ResourceHook {
  return new pulumi.ResourceHook(`no-twin-of-${kind}-${name}`, async () => {
    const refusal = duplicateError(kind, name, await idsOf(name));
    if (refusal !== undefined) throw new Error(refusal);
  });
}
