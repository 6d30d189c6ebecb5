import { blockers, isReplaced, leavingNodes, type Member, type NodeState } from "./gate.ts";
import { type MachineConfigPool, pausedWarning, waveVerdict } from "./machine-config.ts";
import { noSurgeText, RollStopped, stoppedText, waveLine, waysOut } from "./report.ts";
import { CanaryGate } from "./soak.ts";
import { waveSize } from "./surge.ts";
import { type Rollout, waves } from "./waves.ts";

/** A pool whose workers are declared wave by wave, and what tells how they and their cluster are. */
export interface RolledPool<M extends Member> {
  readonly pool: string;
  /** path of the pool in the config, e.g. `pools[metal]`, for errors */
  readonly configPath: string;
  /** in their order */
  readonly members: readonly M[];
  readonly rollout: Rollout;
  /** name of the MachineConfigPool whose config the workers boot with */
  readonly machineConfigPool: string;
  /** the MachineConfigPools at the start: a warning of these is not repeated */
  readonly machineConfigPools: readonly MachineConfigPool[];
  /** names of the Nodes that serve, in a preview: what the update would bring into service is missing in the cluster */
  readonly preview: ReadonlySet<string> | undefined;
  /** reads the current Nodes; rejects when the cluster does not answer, which does not mean "out of service" */
  readonly currentNodes: () => Promise<readonly NodeState[]>;
  /** reads the current MachineConfigPools; none where the cluster has none, or the account may not read them */
  readonly currentMachineConfigPools: () => Promise<readonly MachineConfigPool[]>;
  readonly warn: (text: string) => Promise<void>;
  /** says how far the roll is, for good */
  readonly info: (text: string) => Promise<void>;
  /** shows what is waited for, until the next text */
  readonly status: (text: string) => Promise<void>;
}

/** A worker that is declared. */
export interface Declared {
  /** settles when its Node is in place; rejects when it did not join */
  joined(): Promise<void>;
}

/** Declares the workers of a pool in waves, and looks at the cluster before each of them. */
export class Roll<M extends Member> {
  readonly #pool: RolledPool<M>;
  readonly #members: ReadonlyMap<string, M>;
  /** the Nodes at the last look; undefined: none yet */
  #nodes: readonly NodeState[] | undefined;
  /** what has been said of paused MachineConfigPools, here or before: each wave would repeat it */
  readonly #said: Set<string>;
  readonly #canaries: CanaryGate;
  #isBegun = false;

  constructor(pool: RolledPool<M>) {
    this.#pool = pool;
    this.#members = new Map(pool.members.map((member) => [member.name, member]));
    this.#canaries = new CanaryGate(pool);
    const paused = pool.machineConfigPools.filter((each) => each.paused);
    this.#said = new Set(paused.map((each) => pausedWarning(each, pool.machineConfigPool)));
  }

  /**
   * A wave begins when the Nodes of the one before are there, and never if one of them fails: an await in the program,
   * unlike a dependency, leaves no trace in the state that would make a later destroy go one by one.
   *
   * @returns what was declared, by name
   * @throws RollStopped when a wave must not begin
   */
  async run<T extends Declared>(declare: (member: M) => T | Promise<T>): Promise<ReadonlyMap<string, T>> {
    const declared = new Map<string, T>();
    let former: readonly (readonly [string, T])[] = [];
    while (declared.size < this.#members.size) {
      const rest = [...this.#members.keys()].filter((name) => !declared.has(name));
      await this.#joined(former, rest);
      const wave = await this.#nextWave(rest);
      former = await Promise.all(wave.map(async (member) => [member.name, await declare(member)] as const));
      for (const [name, worker] of former) declared.set(name, worker);
    }
    return declared;
  }

  /**
   * Waits until a wave is in place: all of it, so that the error says what became of each. The engine ends a program soon
   * after a resource has failed, mostly before it can say so (without `--continue-on-error`): the line of the wave tells it, too.
   */
  async #joined(wave: readonly (readonly [string, Declared])[], rest: readonly string[]): Promise<void> {
    const outcomes = await Promise.allSettled(wave.map(([, worker]) => worker.joined()));
    const failed = wave.flatMap(([name], i) => (outcomes[i]?.status === "rejected" ? [name] : []));
    const [first] = outcomes.flatMap((outcome) => (outcome.status === "rejected" ? [outcome.reason as unknown] : []));
    if (failed.length === 0) return;
    const left = this.#outstanding(rest);
    const count = this.#members.size;
    const progress = { inPlace: count - failed.length - left.length, left, count };
    const added = failed.filter((name) => !this.#nodes?.some((node) => node.name === name));
    const { pool, rollout } = this.#pool;
    throw new RollStopped(stoppedText(pool, { failed, added, surge: rollout.surge }, progress), { cause: first });
  }

  /** Those of the workers that the edit replaces or attaches, by the last look; without a look, in a preview, any may be. */
  #outstanding(names: readonly string[]): string[] {
    const states = new Map(this.#nodes?.map((node) => [node.name, node]));
    return names.filter((name) => {
      const [member, node] = [this.#members.get(name), states.get(name)];
      return member !== undefined && (!node || isReplaced(member, node));
    });
  }

  /**
   * The workers to declare next. Who serves is looked up again before each wave that replaces somebody: a worker that was
   * out of service at the start may have come back, and then counts like the others.
   *
   * @param rest names of the workers that are not declared yet
   */
  async #nextWave(rest: readonly string[]): Promise<readonly M[]> {
    const { preview, currentNodes } = this.#pool;
    if (preview) return this.#waveOf(rest, preview);
    this.#nodes ??= await currentNodes();
    this.#canaries.begin(this.#nodes);
    const planned = this.#waveOf(rest, serving(this.#nodes));
    const states = new Map(this.#nodes.map((node) => [node.name, node]));
    if (!planned.some((member) => isReplaced(member, states.get(member.name)))) return planned;
    for (;;) {
      this.#nodes = await currentNodes();
      const wave = this.#waveOf(rest, serving(this.#nodes));
      if (!(await this.#canaries.admits(leavingNodes(wave, this.#nodes), this.#nodes))) continue;
      await this.#checkMachineConfig(wave, this.#nodes);
      this.#throwIfBlocked(wave, this.#nodes);
      await this.#announce(wave, rest);
      return wave;
    }
  }

  /** Says what the wave replaces and how far the roll is, and with the first what can be done if it stops. */
  async #announce(wave: readonly Member[], rest: readonly string[]): Promise<void> {
    const names = this.#outstanding(wave.map(({ name }) => name));
    const known = new Set(this.#nodes?.map(({ name }) => name));
    const replaced = names.filter((name) => known.has(name));
    if (replaced.length === 0) return;
    const left = this.#outstanding(rest.filter((name) => !wave.some((member) => member.name === name)));
    const count = this.#members.size;
    const progress = { inPlace: count - names.length - left.length, left, count };
    const isCanary = replaced.some((name) => this.#canaries.names.has(name));
    const ways = this.#isBegun ? "" : `. If one does not come back, the roll stops. ${waysOut}`;
    this.#isBegun = true;
    await this.#pool.info(`${waveLine(replaced, isCanary, progress)}${ways}`);
  }

  /**
   * A surge worker that stays is declared before any worker is replaced, although it is Ready: an abandoned detach may have
   * left it cordoned, which its join undoes.
   */
  #waveOf(rest: readonly string[], serving: ReadonlySet<string>): M[] {
    const { rollout } = this.#pool;
    const outstanding = new Set(this.#outstanding(rest));
    const first = new Set(rollout.surge?.filter((name) => !outstanding.has(name)));
    const others = new Set([...serving].filter((name) => !first.has(name)));
    const [wave = []] = waves(rest, others, rollout, this.#canaries.names);
    return wave.flatMap((name) => this.#members.get(name) ?? []);
  }

  /** Throws if a wave would take more workers out of service than the rollout allows. */
  #throwIfBlocked(wave: readonly Member[], nodes: readonly NodeState[]): void {
    const { rollout, pool, configPath } = this.#pool;
    const size = waveSize(rollout);
    if (size === 0 && leavingNodes(wave, nodes).length > 0) throw new RollStopped(noSurgeText(pool, configPath, wave));
    const out = blockers(wave, [...this.#members.values()], nodes, rollout);
    if (out.length === 0) return;
    const updating = new Set(nodes.filter((node) => node.updating).map(({ name }) => name));
    const named = out.map((name) => {
      if (updating.has(name)) return `${name} (the machine-config operator updates it)`;
      const isSurge = rollout.surge?.includes(name) === true;
      return isSurge ? `${name} (a surge worker: list it in ${configPath}.repair, or lower rollout.maxSurge)` : name;
    });
    throw new RollStopped(
      `pool ${pool}: ${wave.map(({ name }) => name).join(", ")} and what follows are not replaced, because ${named.join(", ")} ` +
        `${out.length === 1 ? "is" : "are"} out of service, and no more than ${size} may be ` +
        `(${configPath}.rollout.maxUnavailable${rollout.surge ? ", and one for each surge worker" : ""}). Repair or replace them (pulumi up --replace <URN>), or list those of the config in ` +
        `${configPath}.rollout.ignore; then repeat the command.`,
    );
  }

  /**
   * Throws if the machine-config operator takes Nodes out of service beside the wave. To wait for it is not for `pulumi up`:
   * it takes as long as the reboots of all its machines, and no key of the config bounds it.
   */
  async #checkMachineConfig(wave: readonly Member[], nodes: readonly NodeState[]): Promise<void> {
    const { pool, machineConfigPool: boot, currentMachineConfigPools, warn } = this.#pool;
    const names = new Set(wave.map(({ name }) => name));
    const { warnings, refusal } = waveVerdict({
      wave: nodes.filter(({ name }) => names.has(name)),
      leaving: leavingNodes(wave, nodes),
      nodes,
      pools: await currentMachineConfigPools(),
      boot,
    });
    for (const warning of warnings) {
      if (!this.#said.has(warning)) await warn(`pool ${pool}: ${warning}`);
      this.#said.add(warning);
    }
    if (refusal === undefined) return;
    throw new RollStopped(
      `pool ${pool}: ${[...names].join(", ")} and what follows are not replaced, because ${refusal}; then repeat the command.`,
    );
  }
}

const serving = (nodes: readonly NodeState[]): Set<string> =>
  new Set(nodes.flatMap((node) => (node.serving ? node.name : [])));
