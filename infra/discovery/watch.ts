import { Informer } from "../../components/kubernetes/informer.ts";
import type { NodeObject } from "../../components/kubernetes/types.ts";
import { sleep, until } from "../../components/lib/wait.ts";
import type { Result } from "./attempt.ts";
import type { ProjectObjects } from "./cloud/project.ts";
import { type ClusterStatus, nodesPath, parseNodeStatuses } from "./cluster/status.ts";
import type { Observer } from "./observe.ts";

/** What was seen of cluster and cloud at one time. */
export interface Seen {
  readonly cluster: Result<ClusterStatus>;
  readonly cloud: Result<ProjectObjects>;
}

/** How often the cloud is read, and what of the cluster is not watched: ms. Nova has no watch. */
const interval = 10_000;

/** ms between two pictures: a wave of changes is shown once. */
const pause = 500;

type Nodes = Informer<NodeObject, NodeObject>;

/** Watches the Nodes. undefined: the kubeconfig cannot be used, which the reading of the cluster reports. */
function watchNodes(observer: Observer, signal: AbortSignal): Nodes | undefined {
  try {
    const nodes: Nodes = new Informer(observer.api(), {
      path: nodesPath,
      read: (node) => node,
      indexBy: () => [],
    });
    // what is wrong with it is told by the reading at each interval, which goes the same way
    nodes.synced(signal).catch(() => undefined);
    return nodes;
  } catch {
    // the reading opens the cluster, too, and reports it
    return undefined;
  }
}

/** Which changes of Nodes have not been shown. */
class Changes {
  #any = false;
  readonly #nodes: Nodes | undefined;
  readonly #unsubscribe: (() => void) | undefined;

  constructor(nodes: Nodes | undefined) {
    this.#nodes = nodes;
    this.#unsubscribe = nodes?.subscribe([], () => (this.#any = true));
  }

  /** Waits for the next change, until that time at most. */
  async next(deadline: number, signal: AbortSignal): Promise<void> {
    const nodes = this.#nodes;
    await until({
      signal,
      wake: nodes ? [(listener) => nodes.subscribe([], listener)] : [],
      every: () => Math.max(0, deadline - Date.now()),
      test: () => this.#any || Date.now() >= deadline || undefined,
    });
    this.#any = false;
  }

  stop(): void {
    this.#unsubscribe?.();
    this.#nodes?.stop();
  }
}

const withNodes = (cluster: Result<ClusterStatus>, nodes: Nodes): Result<ClusterStatus> =>
  cluster.value && nodes.size > 0 ? { value: { ...cluster.value, nodes: parseNodeStatuses(nodes.all()) } } : cluster;

/** What is seen now, after each change of a Node, and at each interval, until the signal ends it. */
export async function* observations(observer: Observer, signal: AbortSignal, every = interval): AsyncGenerator<Seen> {
  const nodes = watchNodes(observer, signal);
  const changes = new Changes(nodes);
  let seen: Seen = await read(observer);
  let next = Date.now() + every;
  try {
    while (!signal.aborted) {
      yield seen;
      await sleep(pause, signal);
      await changes.next(next, signal);
      if (Date.now() < next && nodes) seen = { ...seen, cluster: withNodes(seen.cluster, nodes) };
      else {
        seen = await read(observer);
        next = Date.now() + every;
      }
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  } finally {
    changes.stop();
  }
}

async function read(observer: Observer): Promise<Seen> {
  const [cluster, cloud] = await Promise.all([observer.readCluster(), observer.readCloud()]);
  return { cluster, cloud };
}
