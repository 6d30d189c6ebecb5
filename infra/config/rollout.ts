import { z } from "zod";
import { longestTimeout } from "../../components/lifecycle/defaults.ts";
import { formatDuration } from "../../components/lib/duration.ts";
import { percentagePattern } from "../../components/rollout/max-unavailable.ts";
import { durationUpTo, integer, nodeNames } from "./fields.ts";

const atOnceText = "a whole number from 1 to 1000, or a percentage of the pool's workers from 1% to 100%";

const count = integer(1, 1000);

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
       * How many serving workers an edit may replace at a time. Default 1, as in a MachineConfigPool. A percentage is rounded
       * down, to 1 at least (components/rollout/max-unavailable.ts).
       */
      maxUnavailable: z
        .union([count, z.string().regex(percentagePattern)], { error: atOnceText })
        .default(1)
        .meta({
          description:
            "How many serving workers an edit may replace at a time: 1 to 1000, or a percentage of the pool's workers from 1% to 100%, rounded down, at least 1. Default: 1.",
          examples: [2, "25%"],
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
