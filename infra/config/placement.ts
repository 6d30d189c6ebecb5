import { z } from "zod";
import { text } from "./fields.ts";

/** Keys of a pool that say where Nova puts its servers. */

const zoneName = "the name of an availability zone, without a host";

/**
 * Nova's availability zones over which the pool's workers are spread, as one zone a rack: of a pool with `replicas` by the
 * worker's number, of named workers evenly. A worker's own `availabilityZone` takes precedence. For new servers: a worker
 * that runs stays in its zone, also if it is replaced, as long as the zone is listed. Nova's default zone is of no use here:
 * it puts what is asked for there on any host (nova/scheduler/request_filter.py, map_az_to_placement_aggregate). Default: the
 * scheduler chooses.
 */
export const availabilityZones = z
  .array(z.string({ error: zoneName }).regex(/^[^:\s]+$/, { error: zoneName }), {
    error: "a list of availability zones",
  })
  .min(1, { error: "at least one availability zone" })
  .refine((zones) => new Set(zones).size === zones.length, { error: "each availability zone once" })
  .optional()
  .meta({
    description:
      "Nova availability zones over which the workers are spread, for example one per rack: with replicas by the worker's number, with named workers evenly. workers[].availabilityZone takes precedence. Only for new servers: a worker that runs stays in its zone. Not for Nova's default zone, mostly `nova`: what is asked for there comes on any host. Default: the scheduler chooses.",
    examples: [["rack-a", "rack-b", "rack-c"]],
  });

/**
 * Nova's server group that new servers are members of, by its name or id: Nova's scheduler hint `group`. It has to exist. An
 * edit is for new servers: no running worker is replaced. Default none.
 */
export const serverGroup = text("the name or the id of a server group")
  .optional()
  .meta({
    description:
      "Name or id of an existing Nova server group that new servers are members of. An edit is for new servers only and replaces no running worker. Default: none.",
    examples: ["mycluster-x7k2p-metal"],
  });
