import { z } from "zod";
import type { CloudClient } from "./client.ts";

/** https://docs.openstack.org/api-ref/compute/#list-actions-for-server: times are in UTC, without a zone. */
const actionsSchema = z.object({ instanceActions: z.array(z.object({ action: z.string(), start_time: z.string() })) });

/**
 * When reboots of a server were asked for, by whomever, in ms since the epoch, the last one first. Nova records one as it
 * accepts it (nova/compute/api.py, _record_action_start): whoever asks again after an interruption learns of it.
 */
export async function rebootsOf(client: CloudClient, serverId: string, signal: AbortSignal): Promise<number[]> {
  const found = await client.get("compute", `/servers/${serverId}/os-instance-actions`, actionsSchema, signal);
  return found.instanceActions
    .filter(({ action }) => action === "reboot")
    .map(({ start_time: at }) => Date.parse(/Z|[+-]\d\d:?\d\d$/.test(at) ? at : `${at}Z`))
    .toSorted((a, b) => b - a);
}

/** Switches a server's machine off and on, as it is. */
export const rebootServer = (client: CloudClient, serverId: string, signal: AbortSignal): Promise<void> =>
  client.post("compute", `/servers/${serverId}/action`, { reboot: { type: "HARD" } }, signal);
