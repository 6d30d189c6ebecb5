import type { Api } from "../../kubernetes/client.ts";
import { decideDeletion, type UnreachablePolicy } from "../../kubernetes/unreachable.ts";
import { humanDuration } from "../../lib/duration.ts";
import { UserError } from "../../lib/errors.ts";
import { Cancelled, sleep } from "../../lib/wait.ts";
import type { Operation } from "../operation/phases.ts";

/** ms without an answer, from the first attempt of this process, before a cluster counts as unreachable. */
export const unreachableAfter = 60_000;

/** Attempts to get an answer meanwhile. */
const attempts = 60;

export interface Deletion {
  /** what is to be deleted, for messages, as `OpenShiftNode lab-worker-0` */
  readonly what: string;
  readonly policy: UnreachablePolicy;
  /** ms; default {@link unreachableAfter} */
  readonly gracePeriod: number;
}

/**
 * Runs before every deletion: waits until the API server has answered this process once, or until the policy for an
 * unreachable cluster applies.
 *
 * @returns false if the deletion is skipped (`detach.clusterUnreachable: skip`)
 * @throws UserError if it must not begin: `fail`, cancelled, or past the resource's customTimeouts
 */
export async function deletionAllowed(api: Api, operation: Operation, deletion: Deletion): Promise<boolean> {
  const { contact, server } = api;
  for (;;) {
    if (!contact.answered) await attempt(api, operation, deletion);
    const elapsed = Date.now() - (contact.since ?? Date.now());
    const { answered, noResponse } = contact;
    const next = decideDeletion({ ...deletion, answered, noResponse: noResponse !== undefined, elapsed });
    if (next === "begin") return true;
    const seen = `API server ${server}: no answer for ${humanDuration(elapsed / 1000)}`;
    if (Date.now() >= operation.deadline) {
      throw new UserError(
        `${deletion.what}: ${seen} (${noResponse}), stopped by the resource's customTimeouts. ${again}`,
      );
    }
    if (next === "skip") {
      operation.log.warn(
        `${seen} (${noResponse}). ${deletion.what} is skipped (detach.clusterUnreachable: skip): ` +
          "nothing was drained or removed in the cluster.",
      );
      return false;
    }
    if (next === "fail") throw new UserError(unreachable(`${seen} (${noResponse})`, deletion.what));
    operation.log.status(`${seen} of ${humanDuration(deletion.gracePeriod / 1000)} (${noResponse})`);
    await pause(operation, deletion);
  }
}

const again = "Nothing was changed. Once the API server responds, run the same command again to continue.";

async function attempt(api: Api, { signal }: Operation, { what }: Deletion): Promise<void> {
  try {
    await api.probe(signal);
  } catch (error) {
    throw stopped(error, what);
  }
}

async function pause({ signal, deadline }: Operation, { what, gracePeriod }: Deletion): Promise<void> {
  try {
    await sleep(Math.min(gracePeriod / attempts, Math.max(0, deadline - Date.now())), signal);
  } catch {
    throw stopped(signal.reason, what);
  }
}

function stopped(reason: unknown, what: string): unknown {
  return reason instanceof Cancelled
    ? new UserError(`${what}: cancelled while waiting for the API server. ${again}`)
    : reason;
}

function unreachable(seen: string, what: string): string {
  return [
    `${what}: ${seen}.`,
    again,
    "Check cluster.kubeconfig, cluster.context and cluster.proxy, and the network to the API server.",
    "Only if the cluster is gone for good: set detach.clusterUnreachable: skip and pools: [] in the stack's config, and " +
      "run `pulumi up`. It deletes the servers of the workers without draining their pods.",
  ].join("\n");
}
