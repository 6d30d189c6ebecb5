import * as pulumi from "@pulumi/pulumi";
import type { z } from "zod";
import type { ArgsOf } from "./args.ts";
import type { accountKeyInputs } from "./node/schemas/account-key.ts";

/** What each argument means: components/node/schemas/account-key.ts. */
export type AccountKeyArgs = ArgsOf<z.input<typeof accountKeyInputs>>;

/**
 * The second temporary URL key of the object store's account, for stores without keys per container. It is set if the account
 * has none, shared with every stack that finds it there, and never removed: other stacks' URLs may be signed with it.
 */
export class AccountKey extends pulumi.CustomResource {
  /** a secret */
  declare readonly key: pulumi.Output<string>;

  constructor(name: string, args: AccountKeyArgs, opts?: pulumi.CustomResourceOptions) {
    super("openshift-node:index:AccountKey", name, { ...args, key: undefined }, opts);
  }
}
