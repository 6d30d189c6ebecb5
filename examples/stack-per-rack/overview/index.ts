import * as pulumi from "@pulumi/pulumi";
import { type Overview, overviewOf, type Worker } from "./overview.ts";

/** Reads the outputs of the racks' stacks. Config: `racks`, the names of these stacks. */
export default function main(): { readonly overview: pulumi.Output<Overview> } {
  const racks = new pulumi.Config().requireObject<readonly string[]>("racks");
  const organization = pulumi.getOrganization();
  const entries = racks.map((rack) => {
    const stack = new pulumi.StackReference(`${organization}/openstack-baremetal-compute/${rack}`);
    return [rack, stack.requireOutput("__workers") as pulumi.Output<readonly Worker[]>] as const;
  });
  return { overview: pulumi.all(Object.fromEntries(entries)).apply(overviewOf) };
}
