import * as pulumi from "@pulumi/pulumi";

export interface NodeProviderArgs {
  /** Path or content of a kubeconfig. Content is a secret. Default: KUBECONFIG, then ~/.kube/config. */
  kubeconfig?: pulumi.Input<string>;
  /** A context of the kubeconfig. Default: its current one. */
  context?: pulumi.Input<string>;
}

/** The cluster whose nodes are claimed, joined and drained. Changing an argument never replaces what is under it. */
export class NodeProvider extends pulumi.ProviderResource {
  constructor(name: string, args: NodeProviderArgs = {}, opts?: pulumi.ResourceOptions) {
    super("openshift-node", name, { kubeconfig: hideContent(args.kubeconfig), context: args.context }, opts);
  }
}

/** A path may be shown, the content of a kubeconfig may not: it has line breaks (YAML) or begins with a brace (JSON). */
function hideContent(kubeconfig: pulumi.Input<string> | undefined): pulumi.Output<string | undefined> {
  return pulumi
    .output(kubeconfig)
    .apply((it) =>
      it !== undefined && (it.includes("\n") || it.trimStart().startsWith("{")) ? pulumi.secret(it) : pulumi.output(it),
    );
}
