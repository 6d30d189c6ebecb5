import { setTimeout as sleep } from "node:timers/promises";
import { cloud } from "../../e2e/support/cloud/cloud.ts";
import * as kube from "../../e2e/support/cluster/cluster.ts";
import * as work from "../../e2e/support/cluster/workloads.ts";
import { OwnPool } from "../../e2e/support/own-pool.ts";
import { Project, type Run, succeeded } from "../../e2e/support/project.ts";
import type { RandomLife } from "./plan.ts";

/** How often a life is begun again whose command was over, or whose victim was not there yet, when it was to be killed. */
const attempts = 6;

/** How long the commands take that nobody kills, in ms. */
export type Usual = Readonly<Record<RandomLife["command"], number>>;

/** What a life has come to. */
export interface Outcome {
  /** whether something was killed in it */
  readonly killed: boolean;
  /** after `up` was repeated: whether there is one server, and its Node is Ready */
  readonly serves?: boolean;
  /** the pods that ran on the worker, and how they left */
  readonly pods: readonly work.PodEnd[];
  /** what is left of the pool in cloud and cluster after the last `destroy` */
  readonly left: readonly string[];
}

interface Taken {
  /** ms that the command took until it ended, or was killed */
  readonly took: number;
}

/** A stack with a pool of one worker, which lives one life after the other. */
export class Lane {
  readonly #project: Project;
  readonly #own: OwnPool;
  readonly #guest: string;

  private constructor(project: Project, own: OwnPool) {
    this.#project = project;
    this.#own = own;
    this.#guest = `${own.name}-guest`;
  }

  static async create(number: number): Promise<Lane> {
    const own = new OwnPool(`kill${number}`);
    const project = await Project.withPool(`soak-${own.name}`, { name: own.name, replicas: 1 });
    return new Lane(project, own);
  }

  get #worker(): string {
    return this.#own.worker(0);
  }

  /** One life without a kill. */
  async usual(): Promise<Usual> {
    const timed = async (command: () => Promise<Run>): Promise<number> => {
      const started = Date.now();
      succeeded(await command());
      return Date.now() - started;
    };
    return { up: await timed(this.#project.up), destroy: await timed(this.#project.destroy) };
  }

  /** Lives the life. One whose command was over before it could be killed is lived again, by the time that it has taken. */
  async live(life: RandomLife, usual: Usual): Promise<Outcome> {
    let after = life.at * usual[life.command];
    for (let attempt = 1; ; attempt++) {
      const { took, ...outcome } = await this.#once(life, after);
      if (outcome.killed || attempt === attempts) return outcome;
      // the plugin starts after the program has
      after = took > after ? after + 2_000 : life.at * took;
    }
  }

  /** Leaves nothing of a life that has failed to the next. */
  async clear(): Promise<void> {
    await this.#project.pulumi("cancel", "--yes");
    succeeded(await this.#project.destroy());
  }

  async #once(life: RandomLife, after: number): Promise<Outcome & Taken> {
    await work.replicaSet(this.#guest, { only: [this.#worker], ending: 3 });
    const record = await kube.recordPods(this.#guest);
    try {
      const { killed, took, serves } = await this.#commands(life, after);
      const seen = { killed, took, pods: work.endsOf(record, this.#worker), left: await this.#own.leftovers() };
      return serves === undefined ? seen : { ...seen, serves };
    } finally {
      record.stop();
      await work.remove([this.#guest]);
    }
  }

  async #commands(
    { victim, command, then }: RandomLife,
    after: number,
  ): Promise<Pick<Outcome, "killed" | "serves"> & Taken> {
    if (command === "destroy") await this.#attached();
    const started = Date.now();
    const run = this.#project.start(command);
    const over = await Promise.race([run.ended.then(() => true), sleep(after, false)]);
    const killed = !over && (await run.kill(victim));
    // what a killed engine has started may go on, and is not waited for
    const took = Date.now() - started;
    // the lock of a killed engine stays; that of an engine that has ended is gone
    if (killed && victim !== "plugin") succeeded(await this.#project.pulumi("cancel", "--yes"));
    const serves = command === "up" && then === "the same command" ? await this.#attached() : undefined;
    succeeded(await this.#project.destroy());
    return { killed, took, ...(serves !== undefined && { serves }) };
  }

  /** Runs `up`, and a pod on the worker. */
  async #attached(): Promise<boolean> {
    succeeded(await this.#project.up());
    const servers = (await cloud.servers()).filter(({ name }) => name === this.#worker);
    const node = await kube.node(this.#worker);
    await work.running(this.#worker, [this.#guest]);
    const [server] = servers;
    return servers.length === 1 && kube.isReady(node) && node?.spec?.providerID === `openstack:///${server?.id}`;
  }
}
