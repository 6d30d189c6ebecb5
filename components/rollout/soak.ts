import { humanDuration } from "../lib/duration.ts";
import { reasonOf } from "../lib/errors.ts";
import { sleep } from "../lib/wait.ts";
import { canariesOf, type Canaries, canaryFault, soakEnd } from "./canary.ts";
import { isReplaced, type Member, type NodeState } from "./gate.ts";
import { RollStopped } from "./report.ts";
import type { Rollout } from "./waves.ts";

/** ms between two looks at the canaries. */
const lookInterval = 10_000;

interface SoakedPool {
  readonly pool: string;
  readonly configPath: string;
  readonly members: readonly Member[];
  readonly rollout: Rollout;
  readonly currentNodes: () => Promise<readonly NodeState[]>;
  /** shows what is waited for, until the next text */
  readonly status: (text: string) => Promise<void>;
}

/** Lets an edit reach the canaries of a pool first, and the others after these have stayed Ready. */
export class CanaryGate {
  readonly #pool: SoakedPool;
  /** the workers that come into service in this command: they are no canaries */
  #others: ReadonlySet<string> | undefined;
  #canaries: Canaries | undefined;
  /** the Nodes at the time at which the canaries were chosen */
  #former: readonly NodeState[] = [];
  #isSoaked = false;

  constructor(pool: SoakedPool) {
    this.#pool = pool;
  }

  /** Names of the workers that go before the others that serve. */
  get names(): ReadonlySet<string> {
    return new Set(this.#canaries?.next);
  }

  /** At the first look, before anything is declared. */
  begin(nodes: readonly NodeState[]): void {
    const states = new Map(nodes.map((node) => [node.name, node]));
    const entering = this.#pool.members.filter((member) => {
      const node = states.get(member.name);
      return node === undefined || (!node.serving && isReplaced(member, node));
    });
    this.#others ??= new Set(entering.map(({ name }) => name));
  }

  /**
   * Whether a wave may begin. False: it is to be planned anew, because the canaries are chosen now, or have been waited for.
   *
   * @param leaving the serving Nodes that the wave replaces
   * @param nodes the Nodes at the last look
   * @throws RollStopped when a canary does not stay Ready
   */
  async admits(leaving: readonly NodeState[], nodes: readonly NodeState[]): Promise<boolean> {
    const { members, rollout } = this.#pool;
    if (!rollout.canary || leaving.length === 0) return true;
    if (!this.#canaries) {
      this.#canaries = canariesOf(members, nodes, rollout, this.#others ?? new Set());
      this.#former = nodes;
      const [failed] = this.#canaries.failed;
      if (failed !== undefined) throw this.#stopped(`${failed} is not Ready`);
      if (this.#canaries.next.length > 0) return false;
    }
    if (this.#isSoaked || leaving.some(({ name }) => this.names.has(name))) return true;
    const proving = this.#proving(this.#canaries, nodes);
    if (proving) await this.#soak(proving, rollout.canary.soak, nodes);
    this.#isSoaked = proving !== undefined;
    return false;
  }

  /**
   * The canaries without those that still have their former Nodes: the engine has kept these, as `--target` makes it do, which
   * the program is not told. Undefined: it has kept all, and others are to be chosen.
   */
  #proving({ done, next, failed }: Canaries, nodes: readonly NodeState[]): Canaries | undefined {
    const made = new Map(this.#former.map(({ name, created }) => [name, created]));
    const kept = nodes.flatMap(({ name, created }) =>
      next.includes(name) && created !== undefined && created === made.get(name) ? name : [],
    );
    const proving = { done, next: next.filter((name) => !kept.includes(name)), failed };
    if (kept.length === 0 || done.length + proving.next.length > 0) return proving;
    this.#others = new Set([...(this.#others ?? []), ...kept]);
    this.#canaries = undefined;
    return undefined;
  }

  async #soak(canaries: Canaries, soak: number, nodes: readonly NodeState[]): Promise<void> {
    const names = [...canaries.done.map(({ name }) => name), ...canaries.next];
    const before = nodes.filter(({ name }) => names.includes(name));
    const gone = names.find((name) => !before.some((node) => node.name === name));
    if (gone !== undefined) throw this.#stopped(`${gone} has no Node any more`);
    const end = soakEnd(canaries, soak, Date.now());
    for (let now = nodes, left = end - Date.now(); ; left = end - Date.now()) {
      const fault = canaryFault(before, now);
      if (fault !== undefined) throw this.#stopped(fault);
      if (left <= 0) return;
      const { status } = this.#pool;
      await status(
        `canary ${names.join(", ")} Ready, ${humanDuration(left / 1000)} left of its soak of ${humanDuration(soak)}`,
      );
      await sleep(Math.min(left, lookInterval));
      now = await this.#look(now, end);
    }
  }

  /** The Nodes, or those of the last look while the API server does not answer: what it missed shows since when each is Ready. */
  async #look(last: readonly NodeState[], end: number): Promise<readonly NodeState[]> {
    const { currentNodes, status } = this.#pool;
    try {
      return await currentNodes();
    } catch (error) {
      if (Date.now() >= end) throw error;
      await status(`the Nodes cannot be read now: ${reasonOf(error)}`);
      return last;
    }
  }

  #stopped(fault: string): RollStopped {
    const { pool, configPath } = this.#pool;
    return new RollStopped(
      `pool ${pool}: the roll stops at its canary: ${fault} (${configPath}.rollout.canary). The workers that are not replaced ` +
        `keep serving. To go on, find the cause (oc describe node ${fault.split(" ")[0]}), bring the Node back to Ready or ` +
        `list it in ${configPath}.rollout.ignore, and repeat pulumi up; to go back, undo the edit and repeat pulumi up, which ` +
        "replaces only those that have been replaced.",
    );
  }
}
