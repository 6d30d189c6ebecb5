import { deleteTrunk, portsNamed, statusOf } from "../../openstack/named.ts";
import { ownerOf } from "../../ports/description.ts";
import { ownersOf } from "../metadata/ownership.ts";
import type { Operation } from "../operation/phases.ts";
import type { TrunkClaimInputs } from "../operation/types.ts";
import { CloudPhases } from "./phase.ts";
import type { StackCloud } from "./stack-cloud.ts";

/**
 * Removes the trunk of a port that a command which was interrupted has left: the engine records a creation only once it is
 * answered. Runs when the trunk that the state had is deleted, and before the port is: Neutron deletes no port that is in a
 * trunk. On a port that does not name the owner, or that a server uses, it stays.
 *
 * @throws UserError when it may be left
 */
export async function removeTrunk(cloud: StackCloud, operation: Operation, inputs: TrunkClaimInputs): Promise<void> {
  const { port: name, owner, removeTimeout: seconds, configPath } = inputs;
  const left = () => `An interrupted command may have left a trunk on port ${name}.`;
  const phases = new CloudPhases(cloud, operation, `trunk of port ${name}`, left);
  const phase = {
    name: "leftovers in the cloud",
    timeout: { seconds, key: `${configPath}.timeouts.nodeRemoval` },
    awaiting: () => `the trunk of port ${name} to be gone`,
  };
  await phases.run(phase, async (ask) => {
    const found = await ask((client, signal) => portsNamed(client, [name], signal));
    for (const { id, description, deviceId, trunkId } of found) {
      if (trunkId === undefined) continue;
      const by = ownerOf(description);
      const isUsed =
        deviceId !== "" && (await ask((client, signal) => statusOf(client, deviceId, signal))) !== undefined;
      if (by === undefined || !ownersOf(inputs).includes(by)) {
        phases.warn(`trunk ${trunkId} is not removed: its port ${name} (${id}) does not name ${owner} as its owner`);
      } else if (isUsed) {
        phases.warn(`trunk ${trunkId} is not removed: server ${deviceId} uses its port ${name} (${id})`);
      } else {
        await ask((client, signal) => deleteTrunk(client, trunkId, signal));
        phases.info(`removed what an interrupted command had left in the cloud: trunk ${trunkId} of port ${name}`);
      }
    }
  });
}
