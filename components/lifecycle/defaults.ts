import { parseDuration } from "../lib/duration.ts";

/**
 * Defaults and bounds of a worker's lifecycle that the stack's config, the components and the node provider share. Why
 * each default is what it is: infra/config/lifecycle.ts.
 */

/** Bounds of a worker's phases, as the stack's config writes them. */
export const defaultTimeouts = {
  host: "60m",
  provision: "100m",
  boot: "60m",
  servingCsr: "10m",
  ready: "10m",
  delete: "60m",
  nodeRemoval: "5m",
} as const;

/** How a node is drained. */
export const defaultDrain = {
  timeout: "30m",
  gracePeriod: -1,
  deleteEmptyDirData: true,
  force: true,
  disableEviction: false,
  onTimeout: "fail",
  localVolumes: "refuse",
} as const;

/** Seconds that a drain under `onTimeout: force` goes on after its deadline: the pods that are left are deleted and awaited. */
export const forcedDrain = 120;

/**
 * Seconds, 31 days: the longest bound of a phase, and the longest grace period of a pod. A drain may have to wait a month
 * for the end of a job or for the owner of a disruption budget, and timeouts.delete, which includes it, has to be longer.
 * What is above is a mistyped unit: nobody notices a command that hangs for years.
 */
export const longestTimeout = 31 * 24 * 3600;

/** Seconds by which the engine waits longer than the plugin, so that the plugin's error, which names the phase, wins. */
export const engineMargin = 60;

/** The seconds of a default duration. */
export function secondsOf(duration: string): number {
  const seconds = parseDuration(duration);
  if (seconds === undefined) throw new Error(`${duration} is not a duration`);
  return seconds;
}
