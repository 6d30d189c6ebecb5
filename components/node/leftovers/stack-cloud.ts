import { reasonOf } from "../../lib/errors.ts";
import { timeoutSignal } from "../../lib/timer.ts";
import { abortable, until } from "../../lib/wait.ts";
import type { CloudClient } from "../../openstack/client.ts";
import { isPassing } from "../../openstack/error.ts";

/** Seconds that one request may take, or a login. */
const requestTimeout = 30;

/** ms until a request is sent again that nobody answered. */
const retryAfter = 2_000;

/** The cloud of the stack, logged in to once for all resources, when the first of them asks. */
export class StackCloud {
  readonly #name: string;
  #client: Promise<CloudClient> | undefined;
  /** how many servers are watched while they are deleted */
  watched = 0;

  /** @param name of an entry of clouds.yaml; `envvars`: the OS_ variables */
  constructor(name: string) {
    this.#name = name;
  }

  /**
   * Asks until the cloud answers.
   *
   * @param onUnanswered is told each time that it does not
   * @throws CloudError for what another attempt does not change; the signal's reason on abort
   */
  async ask<T>(
    question: (client: CloudClient, signal: AbortSignal) => Promise<T>,
    signal: AbortSignal,
    onUnanswered: (reason: string) => void,
  ): Promise<T> {
    const attempt = async () => {
      try {
        const client = await this.login(signal);
        const limited = AbortSignal.any([signal, timeoutSignal(requestTimeout * 1000)]);
        return { answer: await question(client, limited) };
      } catch (error) {
        signal.throwIfAborted();
        if (!isPassing(error)) throw error;
        onUnanswered(reasonOf(error));
        return undefined;
      }
    };
    return (await until({ signal, wake: [], every: () => retryAfter, test: attempt })).answer;
  }

  /**
   * The client, as it is logged in for all.
   *
   * @throws CloudError when the entry, the credentials or the identity service do not work; the signal's reason on abort
   */
  login(signal: AbortSignal): Promise<CloudClient> {
    return abortable((this.#client ??= this.#newClient()), signal);
  }

  async #newClient(): Promise<CloudClient> {
    try {
      // most commands need no cloud here: its modules are loaded for those that do
      const { CloudClient } = await import("../../openstack/client.ts");
      return await CloudClient.login(this.#name, timeoutSignal(requestTimeout * 1000));
    } catch (error) {
      // whoever asks next logs in anew
      this.#client = undefined;
      throw error;
    }
  }
}
