import { z } from "zod";
import { containerName } from "../../ignition/payload.ts";
import { reasonOf } from "../../lib/errors.ts";
import { timeoutSignal } from "../../lib/timer.ts";
import type { CloudClient } from "../../openstack/client.ts";
import { objectCount } from "../../openstack/containers.ts";
import { powerStateOf } from "../../openstack/power-state.ts";
import type { StackCloud } from "../leftovers/stack-cloud.ts";
import { ownersOf } from "../metadata/ownership.ts";
import type { NodeInputs } from "../operation/types.ts";

/** What the cloud shows of a machine from which nobody has heard. */
export interface CloudView {
  /** undefined: Nova has no such server */
  readonly server:
    { readonly status: string; readonly power: string; readonly launched: string | undefined } | undefined;
  /** where the Ignition config of its pool is kept; undefined: its metadata does not tell, or the cloud has no object store */
  readonly container:
    { readonly name: string; /** undefined: there is none */ readonly objects: number | undefined } | undefined;
}

/** What a message says of it. */
export interface CloudReport {
  /** a line each */
  readonly lines: readonly string[];
  /** Nova has no such server: there is no machine to look at */
  readonly isGone: boolean;
}

const schema = z.object({
  server: z.object({
    status: z.string(),
    metadata: z.record(z.string(), z.string()).default({}),
    "OS-EXT-STS:power_state": z.number().nullish(),
    "OS-SRV-USG:launched_at": z.string().nullish(),
  }),
});

async function read(client: CloudClient, worker: NodeInputs, signal: AbortSignal): Promise<CloudView> {
  const found = await client.find("compute", `/servers/${worker.serverId}`, schema, signal);
  if (!found) return { server: undefined, container: undefined };
  const { status, metadata, ...states } = found.server;
  const power = powerStateOf(states["OS-EXT-STS:power_state"]);
  const server = { status, power, launched: states["OS-SRV-USG:launched_at"] ?? undefined };
  const { openshiftClusterID: infraId, pool } = metadata;
  if (infraId === undefined || pool === undefined || !client.objectStore()) return { server, container: undefined };
  return { server, container: await readContainer(client, infraId, pool, worker, signal) };
}

/** A container keeps the name that it got from a former owner. */
async function readContainer(
  client: CloudClient,
  infraId: string,
  pool: string,
  worker: NodeInputs,
  signal: AbortSignal,
): Promise<CloudView["container"]> {
  const names = ownersOf(worker).map((owner) => containerName(infraId, pool, owner));
  for (const name of names) {
    const objects = await objectCount(client, name, signal);
    if (objects !== undefined) return { name, objects };
  }
  return { name: names[0] ?? "", objects: undefined };
}

/** The view in lines. Nothing tells whether the machine has fetched its config: Swift keeps no record for its users. */
export function describeCloudView(serverId: string, { server, container }: CloudView): string[] {
  if (!server) return [`Nova has no server ${serverId} any more`];
  const { status, power, launched } = server;
  const since = launched === undefined ? "" : `, built at ${launched} UTC`;
  return [
    `server ${serverId}: ${status}, power ${power}${since}`,
    ...(container ? [describeContainer(container)] : []),
  ];
}

function describeContainer({ name, objects }: NonNullable<CloudView["container"]>): string {
  if (objects === undefined)
    return `container ${name} does not exist: with ignition.delivery swift, no machine of the pool gets its Ignition config; run \`pulumi refresh\`, then \`pulumi up\``;
  if (objects === 0)
    return `container ${name} is empty: no machine of the pool gets its Ignition config; run \`pulumi refresh\`, then \`pulumi up\``;
  return `the Ignition config is in container ${name}; whether the machine has fetched it is not recorded`;
}

/** ms that a join that has failed waits for the cloud. */
const patience = 15_000;

/**
 * What the cloud shows of a worker's machine; undefined if no cloud is configured. Never rejects: the join has failed for
 * another reason.
 */
export async function reportCloudView(
  cloud: StackCloud | undefined,
  worker: NodeInputs,
): Promise<CloudReport | undefined> {
  if (!cloud) return undefined;
  const signal = timeoutSignal(patience);
  try {
    const view = await read(await cloud.login(signal), worker, signal);
    return { lines: describeCloudView(worker.serverId, view), isGone: view.server === undefined };
  } catch (error) {
    return { lines: [`the cloud shows no more of server ${worker.serverId}: ${reasonOf(error)}`], isGone: false };
  }
}
