import { Api } from "../../../components/kubernetes/client.ts";
import { type ClusterAccess, loadKubeConfig } from "../../../components/kubernetes/kubeconfig.ts";
import { Cluster, type ClusterSettings } from "../../../components/node/cluster/cluster.ts";
import type { Operation } from "../../../components/node/operation/phases.ts";
import { clusterUid } from "../world/api-server.ts";
import type { Simulation } from "./simulation.ts";

/** The last labels of the API server's host: the first one says which process asks. */
export const apiHost = "api.test";

/** Why an operation of a process that is killed ends: nobody hears of it. */
export class Killed extends Error {}

/** What the processes of a file have in common; without credentials, which plain HTTP needs none of. */
const anyone = loadKubeConfig({
  kubeconfig: JSON.stringify({
    clusters: [{ name: "c", cluster: { server: `http://${apiHost}`, "insecure-skip-tls-verify": true } }],
    users: [{ name: "u", user: { token: "none" } }],
    contexts: [{ name: "x", context: { cluster: "c", user: "u" } }],
    "current-context": "x",
  }),
  context: undefined,
});

const accessOf = (name: string): ClusterAccess => ({
  ...anyone,
  cluster: { ...anyone.cluster, server: `http://${name}.${apiHost}` },
  proxy: undefined,
});

/** One life of the provider plugin: its connection, its informers, and what it has told. */
export class PluginProcess {
  readonly name: string;
  readonly cluster: Cluster;
  readonly warnings: string[] = [];
  readonly #simulation: Simulation;
  readonly #end = new AbortController();
  readonly #killed = Promise.withResolvers<never>();

  constructor(simulation: Simulation, name: string, settings: ClusterSettings = {}) {
    this.name = name;
    this.#simulation = simulation;
    this.cluster = new Cluster(new Api(accessOf(name), clusterUid), settings);
    this.#killed.promise.catch(() => undefined);
    simulation.processes.push(name);
    simulation.note(`${name} starts`);
  }

  get isAlive(): boolean {
    return this.#simulation.services.isAlive(this.name);
  }

  operation(verb: Operation["verb"], urn = "urn"): Operation {
    const tell = (kind: string, text: string): void => {
      if (this.isAlive) this.#simulation.note(`${this.name} ${kind}: ${text}`);
    };
    const log = {
      status: () => undefined,
      info: (text: string) => tell("says", text),
      warn: (text: string) => {
        if (this.isAlive) this.warnings.push(text);
        tell("warns", text);
      },
    };
    return { urn, verb, log, signal: this.#end.signal, deadline: Infinity, replacement: false };
  }

  /** What the work comes to for the engine: a process that is killed never answers. */
  heard<T>(work: Promise<T>): Promise<T> {
    work.catch(() => undefined);
    return Promise.race([work, this.#killed.promise]);
  }

  /** From now on nothing of it reaches anybody. What still runs of it ends, so that its timers do. */
  kill(reason: string): void {
    if (!this.isAlive) return;
    this.#simulation.note(`${this.name} is killed ${reason}`);
    this.#discard(new Killed(`${this.name} was killed ${reason}`));
  }

  /** The command is over. */
  stop(): void {
    if (this.isAlive) this.#discard(new Killed("the command is over"));
  }

  #discard(reason: Killed): void {
    this.#simulation.services.discard(this.name);
    this.#killed.reject(reason);
    this.#end.abort(reason);
    for (const informer of ["nodes", "csrs", "volumes", "persistentVolumes"] as const) this.cluster[informer].stop();
  }
}
