import { expect, test } from "@jest/globals";
import { UserError } from "../../../components/lib/errors.ts";
import { currentNodesOf, machineConfigPoolsOf } from "../../../infra/pools.ts";

const cluster = { kubeconfig: "/nowhere/kubeconfig" };

test.each<[string, () => Promise<unknown>]>([
  ["the Nodes", currentNodesOf(cluster)],
  ["the MachineConfigPools", machineConfigPoolsOf(cluster, { value: [] })],
])(
  "GIVEN a roll that has begun WHEN %s cannot be read THEN the error is one line for the user, and does not say that nothing was changed",
  async (_, read) => {
    const error = await read().catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(UserError);
    const { message } = error as Error;
    expect(message).toMatch(/^cluster\.kubeconfig: .*\/nowhere\/kubeconfig.*; then repeat the command$/);
    expect(message).not.toContain("nothing was changed");
  },
);
