import * as pulumi from "@pulumi/pulumi";
import { hasCredentials } from "./kubernetes/endpoint.ts";
import { isContent } from "./kubernetes/kubeconfig.ts";

export interface NodeProviderArgs {
  /** Path or content of a kubeconfig. Content is a secret. Default: KUBECONFIG, then ~/.kube/config. */
  kubeconfig?: pulumi.Input<string>;
  /** A context of the kubeconfig. Default: its current one. */
  context?: pulumi.Input<string>;
  /**
   * URL of a proxy on the way to the API server, a secret if it has a user or a password. Default: the kubeconfig's `proxy-url`.
   * Example `http://proxy.example:3128`.
   */
  proxy?: pulumi.Input<string>;
  /** Path or PEM of who signs the API server's certificate. Default: the kubeconfig's `certificate-authority`. */
  ca?: pulumi.Input<string>;
  /**
   * The uid of the cluster's namespace `kube-system`. Everything is refused where it is another one, and so is a change
   * to another one. Left out, the one of the last update counts. Default: any cluster will do.
   */
  clusterUid?: pulumi.Input<string>;
  /**
   * What a deletion does when the API server has not answered at all, not once since the command began and for a
   * minute: `fail` (default), or `skip` the cluster's side. Refused credentials or a certificate that is not trusted
   * are an answer.
   */
  clusterUnreachable?: pulumi.Input<"fail" | "skip">;
  /** How many workers the stack asks for: raises the limit of the guard against floods of requests. Default 0. */
  expectedWorkers?: pulumi.Input<number>;
}

/** The cluster whose nodes are claimed, joined and drained. Changing an argument never replaces what is under it. */
export class NodeProvider extends pulumi.ProviderResource {
  constructor(name: string, args: NodeProviderArgs = {}, opts?: pulumi.ResourceOptions) {
    const secrets = {
      kubeconfig: secretIf(isContent, args.kubeconfig),
      proxy: secretIf(hasCredentials, args.proxy),
    };
    super("openshift-node", name, { ...args, ...secrets }, opts);
  }
}

/** A path may be shown, the content of a kubeconfig may not. */
function secretIf(
  isSecret: (value: string) => boolean,
  input: pulumi.Input<string> | undefined,
): pulumi.Output<string | undefined> {
  return pulumi.output(input).apply((it) => (it !== undefined && isSecret(it) ? pulumi.secret(it) : pulumi.output(it)));
}
