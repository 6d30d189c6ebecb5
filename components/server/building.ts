import { reasonOf, UserError } from "../lib/errors.ts";
import { timeoutSignal } from "../lib/timer.ts";
import { until } from "../lib/wait.ts";
import { isPassing } from "../openstack/error.ts";

/** ms between two looks at a server that is being built. */
const refreshInterval = 5_000;

/** The provider reads no other one: it has neither addresses nor a power state yet, or is about to change. */
const readable = ["ACTIVE", "SHUTOFF"];

export interface Building {
  readonly name: string;
  readonly id: string;
  /** whether the state has it, as after a create that failed: then the next command replaces it if it fails */
  readonly isInState: boolean;
  /** seconds that it may take from now on */
  readonly timeout: number;
  /** config path of the timeout, e.g. `pools[metal].timeouts.provision` */
  readonly timeoutKey: string;
  /** its status in Nova; undefined: it is gone */
  readonly status: (id: string) => Promise<string | undefined>;
}

/** It need not be its first build: a worker that a lost state had may just be rebooted or rescued, and its Node is live. */
const remove = ({ name, id }: Building): string =>
  `if the cluster has no Node ${name} (oc get node ${name}), delete it (openstack server delete ${id}), then repeat the command`;

/** What has become of a server; undefined: it is still being built. */
export function outcomeOf(status: string | undefined): "built" | "failed" | "gone" | undefined {
  if (status === undefined) return "gone";
  if (readable.includes(status)) return "built";
  return status === "ERROR" ? "failed" : undefined;
}

/** What to do about one that has failed. */
const another = (building: Building): string =>
  building.isInState
    ? "Repeat the command: it replaces the server, or says why not."
    : `Repair it or, ${remove(building)}.`;

/**
 * Waits until a server is built that an earlier command has begun: before that the provider neither imports nor updates it.
 *
 * @returns whether it is there
 * @throws UserError when it fails, or is not built in time
 */
export async function isBuilt(building: Building): Promise<boolean> {
  const { name, id, timeout, timeoutKey, status } = building;
  const over = timeoutSignal(timeout * 1000);
  let last = "BUILD";
  const look = async (): Promise<"built" | "failed" | "gone" | undefined> => {
    try {
      const now = await status(id);
      last = now ?? last;
      return outcomeOf(now);
    } catch (error) {
      if (!isPassing(error)) throw error;
      last = reasonOf(error);
      return undefined;
    }
  };
  try {
    const outcome = await until({ signal: over, wake: [], every: () => refreshInterval, test: look });
    if (outcome !== "failed") return outcome === "built";
  } catch (error) {
    if (!over.aborted) throw error;
    throw new UserError(
      `server ${name} (${id}), which an earlier command has begun, is not built after ${timeout} s (${timeoutKey}); last seen: ` +
        `${last}. Repeat the command to wait longer. To have another one, ${remove(building)}.`,
      { cause: error },
    );
  }
  throw new UserError(
    `server ${name} (${id}), which an earlier command has begun, is in ERROR (openstack server show ${id}). ${another(building)}`,
  );
}
