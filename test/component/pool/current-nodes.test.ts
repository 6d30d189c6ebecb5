import { expect, test } from "@jest/globals";
import { UserError } from "../../../components/lib/errors.ts";
import { currentNodesOf } from "../../../infra/pools.ts";

test("GIVEN a roll that has begun WHEN the Nodes cannot be read THEN the error is one line for the user, and does not say that nothing was changed", async () => {
  const error = await currentNodesOf({ kubeconfig: "/nowhere/kubeconfig" })().catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(UserError);
  const { message } = error as Error;
  expect(message).toMatch(/^cluster\.kubeconfig: .*\/nowhere\/kubeconfig.*; then repeat the command$/);
  expect(message).not.toContain("nothing was changed");
});
