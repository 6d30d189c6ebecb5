import type fc from "fast-check";
import { StackCloud } from "../../../components/node/leftovers/stack-cloud.ts";
import { asProperties } from "../../../components/node/operation/types.ts";
import { containerClaim } from "../../../components/node/resources/container-claim.ts";
import { owner } from "../../support/node-fixtures.ts";
import { Cloud, cloudHost } from "../cloud/cloud.ts";
import { CloudStore } from "../cloud/objects.ts";
import type { FaultPlan } from "../faults/plan.ts";
import { nothingOfOthersInTheCloud } from "../invariants/cloud.ts";
import type { PluginProcess } from "../run/plugin-process.ts";
import { Setting } from "./setting.ts";

/** A pool's container that the state does not have, when its claim is deleted. */
export interface ContainerCase {
  readonly plan: FaultPlan;
  /** whom its metadata names */
  readonly owner: "ours" | "another's" | "nobody's";
  readonly objects: number;
  /** ms after which every token is refused */
  readonly revoked: number;
  readonly seed: number;
}

export const container = "lab-metal-ignition";
const commandBound = 600_000;
const patience = 6;

interface ContainerResult {
  /** what each command ended with: undefined is success */
  readonly results: readonly (string | undefined)[];
  /** names of the containers that are left */
  readonly left: readonly string[];
}

/** Runs the case to its end. Throws SimulationFailure for what must not happen. */
export async function removeContainer(scheduled: fc.Scheduler, drawn: ContainerCase): Promise<ContainerResult> {
  const setting = new Setting(scheduled, drawn.plan, drawn.seed, () => [nothingOfOthersInTheCloud(owner)]);
  const { world, simulation, disturbances } = setting;
  const cloud = new Cloud(world, simulation);
  const owners = { ours: owner, "another's": "acme/openstack-baremetal-compute/other", "nobody's": undefined };
  const objects = Array.from({ length: drawn.objects }, (_, i) => `${i}.ign`);
  const content = { name: container, owner: owners[drawn.owner], objects };
  new CloudStore(world, "containers").put(container, content, "user");
  setting.begin([]);
  simulation.services.serve(
    cloudHost,
    disturbances.disturb(cloud.service, () => world.revision),
  );
  simulation.later(drawn.revoked, "keystone: every token is revoked", () => cloud.keystone.revokeAll(), true);
  const results = await setting.repeat(patience, () => setting.command("destroy", commandBound, deleteClaim));
  return { results, left: world.list("containers").map(({ metadata }) => metadata.name) };
}

function deleteClaim(process: PluginProcess): Promise<void> {
  const cloud = new StackCloud(process.name);
  const inputs = asProperties({ container, owner, removeTimeout: 120, configPath: "pools[metal]" });
  const claim = containerClaim(() => cloud);
  return process.heard(claim.delete(process.operation("delete"), { id: container, inputs, state: inputs }));
}
