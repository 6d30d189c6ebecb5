import { annotations } from "../../../components/kubernetes/types.ts";
import type { Member } from "../../../components/rollout/gate.ts";
import type { MachineConfigPool } from "../../../components/rollout/machine-config.ts";

/** What the machine-config operator does with a Node: nothing, it has chosen it, or it has cordoned it to reboot it. */
type Operated = "idle" | "chosen" | "working";

interface Machine {
  /** what its server was made from; undefined: it has none */
  spec: string | undefined;
  ready: boolean;
  /** by an administrator, or by a detach that failed: its pods are still there */
  cordoned: boolean;
  operated: Operated;
  /** its server was deleted by the roll, and its Node has not joined since */
  joining: boolean;
}

/** How one worker is when a run begins. */
export interface Start {
  readonly state: "serving" | "cordoned" | "out" | "new";
}

/** The machines of one pool as cloud and cluster have them, and what is wrong with what a roll did to them. */
export class PoolWorld {
  readonly wanted = "wanted";
  readonly violations: string[] = [];
  readonly #machines: Map<string, Machine>;
  readonly #least: number;
  readonly #ignored: ReadonlySet<string>;
  readonly #paused: boolean;
  /** an update of the operator's that not all Nodes have */
  #updating = false;

  /** @param least how many have to serve while one is taken out, those to be ignored always among them */
  constructor(
    starts: readonly Start[],
    { least, ignore, paused }: { least: number; ignore: readonly string[]; paused: boolean },
  ) {
    const machine = ({ state }: Start): Machine => ({
      spec: state === "new" ? undefined : "former",
      ready: state === "serving" || state === "cordoned",
      cordoned: state === "cordoned",
      operated: "idle",
      joining: false,
    });
    this.#machines = new Map(starts.map((start, i) => [`w${i}`, machine(start)]));
    this.#least = least;
    this.#ignored = new Set(ignore);
    this.#paused = paused;
  }

  get names(): string[] {
    return [...this.#machines.keys()];
  }

  /** The workers as a program that has just read the cloud declares them. */
  get members(): Member[] {
    return [...this.#machines].map(([name, { spec }]) => ({
      name,
      specHash: this.wanted,
      replaced: spec !== undefined && spec !== this.wanted,
    }));
  }

  /** Every worker serves, and is made from what is wanted. */
  get isRolled(): boolean {
    return [...this.#machines.values()].every((each) => each.spec === this.wanted && inService(each));
  }

  /** The list response of the API server. */
  nodeList(): object {
    const items = [...this.#machines].flatMap(([name, machine]) =>
      machine.spec === undefined || machine.joining ? [] : [nodeOf(name, machine, machine.spec)],
    );
    return { items };
  }

  /** The list response of the API server about MachineConfigPools. */
  pools(): MachineConfigPool[] {
    return [
      {
        name: "worker",
        nodeSelector: { matchLabels: { [role]: "" }, matchExpressions: [] },
        paused: this.#paused,
        updating: [...this.#machines.values()].some((each) => !inService(each)),
        wanted: this.#updating ? "rendered-b" : "rendered-a",
        current: "rendered-a",
        updated: 0,
      },
    ];
  }

  /**
   * The engine has been told of a worker: a server that is not as wanted is drained and deleted, and made again.
   *
   * @returns whether its Node has still to join
   */
  declare(name: string): boolean {
    const machine = this.#machine(name);
    if (machine.spec === this.wanted) return machine.joining;
    if (machine.spec !== undefined && inService(machine)) this.#takeOut(name);
    Object.assign(machine, { spec: this.wanted, ready: false, cordoned: false, operated: "idle", joining: true });
    return true;
  }

  /** The Node of a server that was made again is there, and Ready. */
  join(name: string): void {
    Object.assign(this.#machine(name), { ready: true, joining: false });
  }

  /** Something happens that is not the roll's: a machine is away or comes back, the operator begins, or goes on. */
  happen(event: "away" | "back" | "begin" | "go on", name: string): void {
    const machine = this.#machine(name);
    if (machine.spec === undefined) return;
    // one whose request was approved joins although the command that waited for it was killed
    if (event === "back" && machine.operated === "idle") this.join(name);
    if (event === "away") machine.ready = false;
    if (event === "begin" && inService(machine)) this.#begin(machine);
    if (event === "go on") this.#goOn(machine);
  }

  /** Whoever is out by itself comes back, and the operator ends what it has begun: a roll that was stopped may go on. */
  settle(): void {
    this.#updating = false;
    for (const machine of this.#machines.values()) {
      machine.operated = "idle";
      if (machine.spec !== undefined && !machine.joining) machine.ready = true;
    }
  }

  #machine(name: string): Machine {
    const machine = this.#machines.get(name);
    if (!machine) throw new Error(`no machine ${name}`);
    return machine;
  }

  /** The operator takes one Node at a time (its own maxUnavailable is 1), and none of a pool that is paused. */
  #begin(machine: Machine): void {
    const others = [...this.#machines.values()].some(({ operated }) => operated !== "idle");
    if (this.#paused || others) return;
    this.#updating = true;
    machine.operated = "chosen";
  }

  #goOn(machine: Machine): void {
    if (machine.operated === "chosen") Object.assign(machine, { operated: "working", ready: false });
    else if (machine.operated === "working") {
      Object.assign(machine, { operated: "idle", ready: true });
      this.#updating = false;
    }
  }

  /** What a roll must never do, judged by how the machines are and not by what it has read. */
  #takeOut(name: string): void {
    const out = this.names.filter(
      (other) => other !== name && !this.#ignored.has(other) && !inService(this.#machine(other)),
    );
    if (this.names.length - out.length - 1 < this.#least)
      this.violations.push(`${name} was taken out while ${out.join(", ") || "none"} were out`);
    if (this.#updating && !this.#paused)
      this.violations.push(`${name} was taken out while the machine-config operator updates the pool`);
  }
}

const role = "node-role.kubernetes.io/worker";

const inService = ({ spec, ready, operated, joining }: Machine): boolean =>
  spec !== undefined && ready && !joining && operated === "idle";

function nodeOf(name: string, { ready, cordoned, operated }: Machine, spec: string): object {
  const key = (what: string): string => `machineconfiguration.openshift.io/${what}`;
  return {
    metadata: {
      name,
      labels: { [role]: "" },
      annotations: {
        [annotations.specHash]: spec,
        [key("currentConfig")]: "rendered-a",
        [key("desiredConfig")]: operated === "idle" ? "rendered-a" : "rendered-b",
        [key("state")]: operated === "working" ? "Working" : "Done",
      },
    },
    spec: { unschedulable: cordoned || operated === "working" },
    status: { conditions: [{ type: "Ready", status: ready ? "True" : "Unknown" }] },
  };
}
