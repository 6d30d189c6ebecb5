import { reasonOf, UserError } from "../../lib/errors.ts";
import { Cancelled } from "../../lib/wait.ts";
import type { CloudClient } from "../../openstack/client.ts";
import { CloudError } from "../../openstack/error.ts";
import { type Operation, PhaseTimeout, timeoutCause, Timeline } from "../operation/phases.ts";
import type { StackCloud } from "./stack-cloud.ts";

/** A phase of a removal: what is done, and how long it may take. */
export interface CloudPhase {
  readonly name: string;
  readonly timeout: { readonly seconds: number; readonly key: string };
  /** what it waits for */
  readonly awaiting: () => string;
}

/** A question to the cloud that is repeated until it is answered. */
export type Ask = <T>(question: (client: CloudClient, signal: AbortSignal) => Promise<T>) => Promise<T>;

/** Runs phases that ask the cloud, and tells what may be left in it when one of them fails. */
export class CloudPhases {
  readonly #cloud: StackCloud;
  readonly #operation: Operation;
  readonly #timeline: Timeline;
  /** what is removed, as `node lab-worker-0` */
  readonly #what: string;
  readonly #left: () => string;

  /** @param left a sentence about what may be left, for an error */
  constructor(cloud: StackCloud, operation: Operation, what: string, left: () => string) {
    this.#cloud = cloud;
    this.#operation = operation;
    this.#timeline = new Timeline(operation);
    this.#what = what;
    this.#left = left;
  }

  /** @throws UserError when the phase does not end in time, the cloud refuses, or the command is cancelled */
  async run<T>(phase: CloudPhase, work: (ask: Ask, signal: AbortSignal) => Promise<T>): Promise<T> {
    const { name, timeout } = phase;
    let unanswered: string | undefined;
    const awaiting = () => `${phase.awaiting()}${unanswered === undefined ? "" : ` (${unanswered})`}`;
    const deadline = Date.now() + timeout.seconds * 1000;
    try {
      return await this.#timeline.run({ name, deadline, timeout, awaiting }, async (limited) => {
        const over = new AbortController();
        const signal = AbortSignal.any([limited, over.signal]);
        const ask: Ask = async (question) => {
          const answer = await this.#cloud.ask(question, signal, (reason) => (unanswered = reason));
          unanswered = undefined;
          return answer;
        };
        try {
          return await work(ask, signal);
        } finally {
          // of several questions one may have failed for good: the others are not repeated any longer
          over.abort();
        }
      });
    } catch (error) {
      const reason = endOf(error, phase, awaiting());
      if (reason === undefined) throw error;
      const message = `${this.#what}: ${reason}. ${this.#left()} Run the same command again to continue.`;
      throw new UserError(message, { cause: error });
    }
  }

  /** Stays beside the resource after the command. */
  info(text: string): void {
    this.#operation.log.info(text);
  }

  warn(text: string): void {
    this.#operation.log.warn(text);
  }
}

function endOf(error: unknown, { name }: CloudPhase, awaited: string): string | undefined {
  if (error instanceof Cancelled) return `cancelled while waiting for ${awaited}`;
  if (error instanceof CloudError) return `phase "${name}" failed: ${reasonOf(error)}`;
  if (!(error instanceof PhaseTimeout)) return undefined;
  return `phase "${name}" ${timeoutCause(error)}, waiting for ${awaited}`;
}
