import * as pulumi from "@pulumi/pulumi";
import { reasonOf } from "../lib/errors.ts";
import type { FailedServer } from "../openstack/existing.ts";

/**
 * The engines that run error hooks on whatever a provider's create fails with (pulumi/pulumi#23347). On a delete whose hook the
 * running command has not registered, as a destroy, they report the provider's own error (step.go, DeleteStep.Apply).
 */
const withErrorHooks = ">=3.244.0";

/** Whether the engine of this run has error hooks: an older one refuses a resource that has one. */
export async function supportsErrorHooks(): Promise<boolean> {
  try {
    await pulumi.runtime.requirePulumiVersion(withErrorHooks);
    return true;
  } catch {
    // what it rejects with is that the engine is older, or too old to tell
    return false;
  }
}

/** What is to be done about a server that could not be created, or not deleted in order to be replaced. */
const next = {
  create: () => "`pulumi preview` says what becomes of it, and what to do.",
  delete: (id: string) =>
    "Repeat the command, which has Nova delete it again. If it fails again, the cloud's operator sees why on its machine " +
    `(openstack baremetal node show --instance ${id}).`,
} as const;

const isTold = (operation: string): operation is keyof typeof next => Object.hasOwn(next, operation);

/** What Nova says of the servers of a name that have failed, a text each. */
export const failedTexts = (operation: keyof typeof next, name: string, failed: readonly FailedServer[]): string[] =>
  failed.map(({ id, fault = "Nova reports no reason" }) => {
    const reason = fault.replace(/\.$/, "");
    return `server ${name} (${id}) is in ERROR: ${reason}. ${next[operation](id)}`;
  });

/**
 * A hook that says why a server could not be built, or not be deleted in order to be replaced, in the update that has failed:
 * the provider does not pass on Nova's fault. It asks for no retry, which would be an update of the server that has failed. It
 * never fails itself: the engine would report that in the place of the provider's error.
 *
 * So it does if the program has died by then, of a create that left no server: the engine has nobody to call, and no fallback
 * (pulumi/pulumi, pkg/resource/deploy/step.go, CreateStep.Apply; retries.go). Of one that left a server it reports the
 * provider's error.
 */
export function failedServerHook(
  name: string,
  failedServers: (name: string) => Promise<readonly FailedServer[]>,
  log: (text: string) => Promise<void>,
): pulumi.ErrorHook {
  return new pulumi.ErrorHook(`failed-server-${name}`, async ({ failedOperation }) => {
    if (!isTold(failedOperation)) return false;
    const texts = await failedServers(name).then(
      (failed) => failedTexts(failedOperation, name, failed),
      (error: unknown) => [`what Nova says of server ${name} could not be read: ${reasonOf(error)}`],
    );
    for (const text of texts) await log(text);
    return false;
  });
}
