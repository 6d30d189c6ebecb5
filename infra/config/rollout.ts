import { z } from "zod";
import { longestTimeout } from "../../components/lifecycle/defaults.ts";
import { formatDuration } from "../../components/lib/duration.ts";
import { percentagePattern } from "../../components/rollout/max-unavailable.ts";
import { durationUpTo, integer, nodeNames } from "./fields.ts";

const numberText = "a whole number from 0 to 1000, or a percentage of the pool's workers from 1% to 100%";

const count = integer(1, 1000);

const numberOrPercentage = z.union([integer(0, 1000), z.string().regex(percentagePattern)], { error: numberText });

const canary = z
  .strictObject(
    {
      /** How many workers are replaced before the others. Default 1: one tells whether an image boots at all. */
      count: count.default(1).meta({
        description: "How many serving workers are replaced before the others, 1 to 1000. Default: 1.",
        examples: [2],
      }),
      /**
       * How long the Nodes of these have to stay Ready before the others are replaced. Without a default: only who runs the
       * workload knows after what time it would show a fault.
       */
      soak: durationUpTo(longestTimeout).meta({
        description: `How long the Nodes of these workers have to stay Ready before the others are replaced; a duration of at most ${formatDuration(longestTimeout)}. Required.`,
        examples: ["30m"],
      }),
    },
    { error: "an object with the duration soak" },
  )
  .optional()
  .meta({
    description:
      "Workers that an edit replaces before the others, and how long their Nodes have to stay Ready before it goes on. Default: none.",
    examples: [{ count: 1, soak: "30m" }],
  });

export const rollout = z
  .strictObject(
    {
      /**
       * How many serving workers an edit may have out of service at a time. Default 1, as in a MachineConfigPool. A percentage
       * is rounded down, to 1 at least (components/rollout/max-unavailable.ts). 0 takes surge workers.
       */
      maxUnavailable: numberOrPercentage.default(1).meta({
        description:
          "How many serving workers an edit may have out of service at a time: 0 to 1000, or a percentage of the pool's workers from 1% to 100%, rounded down, at least 1. 0 only with maxSurge. Default: 1.",
        examples: [2, "25%"],
      }),
      /**
       * How many workers an edit may attach in addition to the pool's before it replaces any, so that it has fewer out of
       * service; the update after the roll detaches them (components/rollout/surge.ts). Default 0: it takes spare hosts. A
       * percentage is rounded up. Not in a pool of named workers, or with fixedIps.
       */
      maxSurge: numberOrPercentage.default(0).meta({
        description:
          "How many workers an edit attaches in addition to the pool's before it replaces any, for which it takes spare hosts: 0 to 1000, or a percentage of the pool's workers from 1% to 100%, rounded up. The `pulumi up` after the roll detaches them. Not with workers or fixedIps. Default: 0.",
        examples: [1, "10%"],
      }),
      canary,
      /**
       * Names of unavailable Nodes that do not block a rollout; they are attached last. Default none: a rollout that ignores
       * unavailable workers takes more than maxUnavailable of the pool out of service.
       */
      ignore: nodeNames.meta({
        description: "Names of unavailable Nodes that do not block a rollout. Default: none.",
        examples: [["mycluster-x7k2p-metal-3"]],
      }),
    },
    { error: "an object" },
  )
  .prefault({})
  .meta({ description: "How an edit replaces the workers of the pool.", examples: [{ maxUnavailable: 2 }] });
