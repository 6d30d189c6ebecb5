import { UserError } from "../lib/errors.ts";
import { listed } from "../lib/listed.ts";

/** A wave must not begin now, as the cluster is, or one has not come back. */
export class RollStopped extends UserError {}

/** How far a roll is. */
export interface Progress {
  /** how many workers are in place: attached, and as the config says */
  readonly inPlace: number;
  /** names of the workers that come after the wave */
  readonly left: readonly string[];
  /** all workers of the pool */
  readonly count: number;
}

/** The ways out of a roll that has stopped, for the user who reads it. */
export const waysOut =
  "The others keep serving. To go on, repair the cause and repeat pulumi up, which goes on with what is left; to go back, " +
  "undo the edit and repeat pulumi up, which replaces once more only those that have been replaced.";

const rest = ({ inPlace, left, count }: Progress): string =>
  `${inPlace} of ${count} workers are in place, not begun: ${listed(left)}`;

/** What a wave does: with the error of a worker's resource, the whole picture of a roll that stops in it. */
export const waveLine = (wave: readonly string[], isCanary: boolean, progress: Progress): string =>
  `replacing ${listed(wave)}${isCanary ? " as canary" : ""}; ${rest(progress)}`;

/**
 * A new worker that the engine leaves out has no id, as one that has failed, and no program is told of --target
 * (pulumi/pulumi 3.276, sdk/nodejs/runtime/resource.ts; proto/pulumi/language.proto, RunRequest). The config has no surge
 * worker.
 */
function leftOutText(added: readonly string[], surge: readonly string[]): string {
  if (added.length === 0) return "";
  const ofConfig = added.filter((name) => !surge.includes(name));
  const instead = ofConfig.length === 0 ? "" : `, or take ${listed(ofConfig)} out of the config until then`;
  return (
    ` If there is no error of ${listed(added)}, --target or --exclude has left out what is new: repeat pulumi up without ` +
    `it${instead}.`
  );
}

/** Workers that did not come back. */
export interface FailedWave {
  readonly failed: readonly string[];
  /** names of those of them that had no Node */
  readonly added: readonly string[];
  /** names of the pool's surge workers */
  readonly surge?: readonly string[] | undefined;
}

/** Why a roll stops after workers that did not come back. */
export const stoppedText = (pool: string, { failed, added, surge = [] }: FailedWave, progress: Progress): string =>
  `pool ${pool}: the roll stops, because ${listed(failed)} did not come back into service (its error is above); ` +
  `${rest(progress)}. ${waysOut}${leftOutText(added, surge)}`;

/** Why a wave must not begin that takes somebody out of service: nobody may be, and there is no surge worker. */
export const noSurgeText = (pool: string, configPath: string, wave: readonly { readonly name: string }[]): string =>
  `pool ${pool}: ${listed(wave.map(({ name }) => name))} and what follows are not replaced, because nobody may be out of ` +
  `service (${configPath}.rollout.maxUnavailable: 0) and this command attaches no surge worker: when it began, none of them ` +
  "was to be taken out of service. Repeat pulumi up, which looks again.";
