import { defaultTimeouts, longestTimeout } from "../../components/lifecycle/defaults.ts";
import { formatDuration } from "../../components/lib/duration.ts";
import { duration, durationUpTo } from "./fields.ts";

/** For descriptions. */
const most = formatDuration(longestTimeout);

/**
 * Until a host is free for the server, before it is asked for; only with `inventory`, or with `cleaningAllowance`, which
 * must not be longer. Default `60m`: Ironic erases metadata in minutes and gives up a clean step whose agent is silent after
 * 30 (clean_callback_timeout), and a machine reboots twice for it. Erasing whole disks takes hours, and needs a longer one.
 */
export const hostTimeout = duration(defaultTimeouts.host).meta({
  description: `Until a host is free for the server, before it is requested; only with inventory or cleaningAllowance; a duration of at most ${most}. Default: 60m.`,
  examples: ["3h"],
});

/**
 * How long Ironic may clean a machine that a server of the worker has left. Without `inventory`, a worker's server is asked for
 * only when that much time has passed since its former one was deleted, also by an earlier command. Default none: nobody but
 * the cloud's operator knows how its machines are cleaned.
 */
export const cleaningAllowance = durationUpTo(longestTimeout)
  .optional()
  .meta({
    description: `Without inventory: how long Ironic may clean the machine that a worker's former server has left, before the worker's next server is requested; a duration of at most timeouts.host, which is at most ${most}. Default: none, no wait.`,
    examples: ["20m"],
  });
