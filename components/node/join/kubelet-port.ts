import { connect } from "node:net";
import { startTimer } from "../../lib/timer.ts";
import { sleep } from "../../lib/wait.ts";
import { type BootProgress, type PortState, stateOfError, withProbes } from "./boot-progress.ts";

/** How the port is probed; times in ms. */
export interface Probing {
  readonly port: number;
  /** pause between two rounds */
  readonly every: number;
  /** bound of one connection */
  readonly timeout: number;
}

/**
 * As often as `oc adm node-image monitor` (openshift/installer, pkg/agent/monitoraddnodes.go): a boot takes minutes. The
 * timeout is shorter than the 3 s after which a system in the machine's own network calls it unreachable (EHOSTUNREACH, no
 * answer to ARP): that machine is silent, and not without a route.
 */
export const kubeletPort: Probing = { port: 10250, every: 5_000, timeout: 2_000 };

/** One connection, closed at once: nothing is sent, and the kubelet's certificate does not matter. Never rejects. */
export function probe(
  address: string,
  { port, timeout }: Pick<Probing, "port" | "timeout">,
  signal: AbortSignal,
): Promise<PortState> {
  const { promise, resolve } = Promise.withResolvers<PortState>();
  const socket = connect({ host: address, port });
  const end = (state: Omit<PortState, "address">): void => {
    stopTimer();
    signal.removeEventListener("abort", giveUp);
    socket.destroy();
    resolve({ address, ...state });
  };
  const giveUp = (): void => end({ state: "silent" });
  const stopTimer = startTimer(timeout, giveUp);
  signal.addEventListener("abort", giveUp, { once: true });
  socket.once("connect", () => end({ state: "listening" }));
  // stays: a socket that is closed may still report an error
  socket.on("error", ({ code }: NodeJS.ErrnoException) => end(stateOfError(code)));
  return promise;
}

/** False when the signal ended the pause. */
async function pause(ms: number, signal: AbortSignal): Promise<boolean> {
  try {
    await sleep(ms, signal);
    return true;
  } catch (error) {
    if (!signal.aborted) throw error;
    return false;
  }
}

/**
 * Looks after the kubelet's port of a machine that boots. Unlike all other waits this one polls, because there is nothing
 * to watch: neither Nova nor the cluster hears of the machine before its first request. One socket at a time, whatever the
 * number of addresses.
 */
export class KubeletWatch {
  readonly #addresses: readonly string[];
  readonly #probing: Probing;
  #progress: BootProgress;

  constructor(addresses: readonly string[], probing: Probing) {
    this.#addresses = addresses;
    this.#probing = probing;
    this.#progress = { port: probing.port, telling: [], answered: undefined };
  }

  get progress(): BootProgress {
    return this.#progress;
  }

  /**
   * Does the work, and probes while it lasts. What the probes show never ends it.
   *
   * @param isSilent false: nothing has to be probed at the moment
   */
  async during<T>(work: () => Promise<T>, isSilent: () => boolean, signal: AbortSignal): Promise<T> {
    const done = new AbortController();
    const watching = this.#watch(isSilent, AbortSignal.any([signal, done.signal]));
    try {
      return await work();
    } finally {
      done.abort();
      await watching;
    }
  }

  /** The pause comes first: a worker that has joined before is never probed. */
  async #watch(isSilent: () => boolean, signal: AbortSignal): Promise<void> {
    while (await pause(this.#probing.every, signal)) {
      if (isSilent()) await this.#round(signal);
    }
  }

  async #round(signal: AbortSignal): Promise<void> {
    const probes: PortState[] = [];
    for (const address of this.#addresses) {
      probes.push(await probe(address, this.#probing, signal));
      // one that was broken off shows nothing
      if (signal.aborted) return;
    }
    this.#progress = withProbes(this.#progress, probes, Date.now());
  }
}
