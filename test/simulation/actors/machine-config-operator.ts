import type { NodeObject } from "../../../components/kubernetes/types.ts";
import type { Simulation } from "../run/simulation.ts";
import type { ApiServer } from "../world/api-server.ts";
import type { Actor } from "./actor.ts";

const key = (what: string): string => `machineconfiguration.openshift.io/${what}`;

/** ms of each of its steps: until the Node is cordoned, drained and rebooted. */
const step = 5_000;

/**
 * The machine-config operator's update of one Node: it names the new config, cordons the Node, and uncordons it once it has
 * rebooted (openshift/machine-config-operator, pkg/controller/drain and pkg/daemon).
 */
export class MachineConfigOperator implements Actor {
  readonly name = "machine-config-controller";
  readonly #api: ApiServer;
  readonly #node: string;
  readonly #begins: number;

  /** @param begins ms after the run began */
  constructor(api: ApiServer, node: string, begins: number) {
    this.#api = api;
    this.#node = node;
    this.#begins = begins;
  }

  start(simulation: Simulation): void {
    this.#setPool(simulation, "rendered-a");
    simulation.later(this.#begins, `${this.name}: chooses ${this.#node}`, () => {
      if (!simulation.world.get("nodes", this.#node)) return;
      this.#setPool(simulation, "rendered-b");
      this.#annotate({ [key("currentConfig")]: "rendered-a", [key("desiredConfig")]: "rendered-b" });
      this.#next(simulation, "cordons", () => this.#cordon(simulation));
    });
  }

  #cordon(simulation: Simulation): void {
    this.#annotate({ [key("state")]: "Working" }, { unschedulable: true });
    this.#next(simulation, "uncordons", () => this.#uncordon(simulation));
  }

  /** It undoes whatever cordon there is: it has no record of whose it is. */
  #uncordon(simulation: Simulation): void {
    const node = simulation.world.get("nodes", this.#node) as NodeObject | undefined;
    if (node?.metadata.annotations?.[key("state")] !== "Working") return;
    this.#annotate({ [key("currentConfig")]: "rendered-b", [key("state")]: "Done" }, { unschedulable: null });
    this.#setPool(simulation, "rendered-b", "rendered-b");
  }

  #next(simulation: Simulation, what: string, task: () => void): void {
    simulation.later(step, `${this.name}: ${what} ${this.#node}`, task);
  }

  #annotate(annotations: Record<string, string>, spec: object = {}): void {
    this.#api.patch("nodes", this.#node, { metadata: { annotations }, spec }, this.name);
  }

  #setPool({ world }: Simulation, wanted: string, current = "rendered-a"): void {
    const conditions = [{ type: "Updating", status: wanted === current ? "False" : "True" }];
    const nodeSelector = { matchLabels: { "node-role.kubernetes.io/worker": "" } };
    const pool = {
      metadata: { name: "worker" },
      spec: { paused: false, nodeSelector, configuration: { name: wanted } },
      status: { configuration: { name: current }, conditions, updatedMachineCount: 0 },
    };
    world.put("machineconfigpools", pool, this.name);
  }
}
