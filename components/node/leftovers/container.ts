import { containerNamed, deleteContainer } from "../../openstack/containers.ts";
import { ownersOf } from "../metadata/ownership.ts";
import type { Operation } from "../operation/phases.ts";
import type { ContainerClaimInputs } from "../operation/types.ts";
import { CloudPhases } from "./phase.ts";
import type { StackCloud } from "./stack-cloud.ts";

/**
 * Removes the container of a pool that a command which was interrupted has left: the engine records a creation only once
 * it is answered. Runs when the container that the state had is deleted. One that does not name the owner is not touched.
 *
 * @throws UserError when it may be left
 */
export async function removeContainer(
  cloud: StackCloud,
  operation: Operation,
  inputs: ContainerClaimInputs,
): Promise<void> {
  const { container, owner, removeTimeout: seconds, configPath } = inputs;
  const left = () => `An interrupted command may have left container ${container} in the object store.`;
  const phases = new CloudPhases(cloud, operation, `container ${container}`, left);
  const phase = {
    name: "leftovers in the cloud",
    timeout: { seconds, key: `${configPath}.timeouts.nodeRemoval` },
    awaiting: () => `container ${container} to be gone`,
  };
  await phases.run(phase, async (ask) => {
    const found = await ask((client, signal) => containerNamed(client, container, signal));
    if (!found) return;
    if (found.owner === undefined || !ownersOf(inputs).includes(found.owner)) {
      phases.warn(`container ${container} is not removed: it does not name ${owner} as its owner`);
      return;
    }
    await ask((client, signal) => deleteContainer(client, container, signal));
    phases.info(`removed what an interrupted command had left in the object store: container ${container}`);
  });
}
