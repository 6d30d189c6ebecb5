import { z } from "zod";
import { longestTimeout } from "../../components/lifecycle/defaults.ts";
import { formatDuration } from "../../components/lib/duration.ts";
import { duration, integer } from "./fields.ts";

/** When a worker is broken, and what becomes of it: `provision` and `health` of a pool. */

/** For descriptions. */
const most = formatDuration(longestTimeout);

export const provision = z
  .strictObject(
    {
      /**
       * How often a server is built until somebody has to say so. `pulumi up` replaces one whose build has failed by itself; it
       * never does with 1. Default 3: Nova itself tries three machines (nova.conf, max_attempts), and counts each failed
       * build against its host (nova/scheduler/weights/compute.py, BuildFailureWeigher).
       */
      attempts: integer(1, 10)
        .default(3)
        .meta({
          description:
            "How many builds of a worker's server may fail until a command by hand has to replace it, 1 to 10: each `pulumi up` replaces a server whose build has failed, unless the fault would come again. Default: 3.",
          examples: [1],
        }),
    },
    { error: "an object" },
  )
  .prefault({})
  .meta({ description: "What becomes of a server whose build has failed.", examples: [{ attempts: 1 }] });

export const health = z
  .strictObject(
    {
      /**
       * A Node that has not been Ready for longer is named by `pulumi up` and its preview (check `not-ready`), by `npm run
       * status` and by `npm run doctor`. Nothing is repaired unasked (`repair`). Default 5m: the Machine API's health check of
       * OpenShift's documentation waits as long (unhealthyConditions), and a reboot of a machine may take it.
       */
      notReadyAfter: duration("5m").meta({
        description: `How long a Node may be other than Ready until previews, npm run status and npm run doctor name it with what repairs it; a duration of at most ${most}. Default: 5m.`,
        examples: ["15m"],
      }),
    },
    { error: "an object" },
  )
  .prefault({})
  .meta({ description: "When a worker counts as unhealthy.", examples: [{ notReadyAfter: "15m" }] });
