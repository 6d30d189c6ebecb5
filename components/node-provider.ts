import * as pulumi from "@pulumi/pulumi";
import type { z } from "zod";
import type { ArgsOf } from "./args.ts";
import { hasCredentials } from "./kubernetes/endpoint.ts";
import { isContent } from "./kubernetes/kubeconfig.ts";
import type { providerArgs } from "./node/schemas/provider.ts";

/** What each argument means: components/node/schemas/provider.ts. */
export type NodeProviderArgs = ArgsOf<z.input<typeof providerArgs>>;

/** The cluster whose nodes are claimed, joined and drained. Changing an argument never replaces what is under it. */
export class NodeProvider extends pulumi.ProviderResource {
  readonly #isNew: () => boolean;

  constructor(name: string, args: NodeProviderArgs = {}, opts?: pulumi.ResourceOptions) {
    const secrets = {
      kubeconfig: secretIf(isContent, args.kubeconfig),
      proxy: secretIf(hasCredentials, args.proxy),
    };
    let isNew = false;
    // runs for what the state does not have, in a preview too (pulumi/pulumi, pkg/resource/deploy/step.go, CreateStep.Apply)
    const created = new pulumi.ResourceHook(`new-${name}`, () => void (isNew = true), { onDryRun: true });
    super("openshift-node", name, { ...args, ...secrets }, { ...opts, hooks: { beforeCreate: [created] } });
    this.#isNew = () => isNew;
  }

  /** Whether the state did not have it, and so none of the workers. Known once it is accepted. */
  get isNew(): boolean {
    return this.#isNew();
  }

  /** Settles when the provider has accepted its arguments. It refuses another cluster and another project of the cloud. */
  async accepted(): Promise<void> {
    await (this.id as pulumi.Output<string> & { promise(): Promise<string> }).promise();
  }
}

/** A path may be shown, the content of a kubeconfig may not. */
function secretIf(
  isSecret: (value: string) => boolean,
  input: pulumi.Input<string> | undefined,
): pulumi.Output<string | undefined> {
  return pulumi.output(input).apply((it) => (it !== undefined && isSecret(it) ? pulumi.secret(it) : pulumi.output(it)));
}
