import { z } from "zod";
import { Administrator } from "../../../lab/openstack/api.ts";
import { placementClass } from "../../../lab/openstack/config/seed.ts";
import type { machines } from "../../../lab/settings.ts";
import { admin } from "../cloud/cloud.ts";
import { until } from "../wait.ts";

/** Ironic's view of a machine, and what an administrator does to it. */

type Machine = (typeof machines)[number];

const statesSchema = z.object({ provision_state: z.string() });

const pathOf = ({ uuid }: Machine): string => `/v1/nodes/${uuid}`;

/** Such as `available`, `active`, `cleaning`, `clean failed`. */
export async function provisionState(machine: Machine): Promise<string> {
  return statesSchema.parse(await admin.get("baremetal", `${pathOf(machine)}/states`)).provision_state;
}

/** @param seconds bound of the wait */
export const inState = (machine: Machine, wanted: string, seconds = 60): Promise<true> =>
  until(
    `${machine.name} to be ${wanted}`,
    async () => ((await provisionState(machine)) === wanted ? true : undefined),
    seconds,
  );

const change = (machine: Machine, target: "manage" | "provide" | "deleted"): Promise<unknown> =>
  admin.send("PUT", "baremetal", `${pathOf(machine)}/states/provision`, { target });

/** Nova places nothing on a machine in maintenance. */
export const startMaintenance = (machine: Machine): Promise<unknown> =>
  admin.send("PUT", "baremetal", `${pathOf(machine)}/maintenance`, { reason: "a test" });
const endMaintenance = (machine: Machine): Promise<void> => admin.remove("baremetal", `${pathOf(machine)}/maintenance`);

/** Brings a repaired machine back: Ironic leaves one in maintenance that failed to be cleaned, or lost its BMC. */
export async function returnToService(machine: Machine): Promise<void> {
  await until(`${machine.name} to be at rest`, async () =>
    isAtRest(await provisionState(machine)) ? true : undefined,
  );
  await endMaintenance(machine);
  const state = await provisionState(machine);
  if (state === "error" || state === "deploy failed") await change(machine, "deleted");
  if (state === "clean failed") {
    await change(machine, "manage");
    await inState(machine, "manageable");
    await change(machine, "provide");
  }
  await inState(machine, "available");
  // Nova looks at Ironic's machines once in a while: until then Placement offers none of this one
  const administrator = await Administrator.login();
  await until(`Placement to offer ${machine.name}`, async () =>
    (await administrator.candidates(placementClass)).has(machine.uuid) ? true : undefined,
  );
}

const isAtRest = (state: string): boolean => ["available", "error", "deploy failed", "clean failed"].includes(state);
