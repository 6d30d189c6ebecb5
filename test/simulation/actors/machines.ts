import type { NodeObject } from "../../../components/kubernetes/types.ts";
import type { Stored } from "../../component/support/scripted-objects.ts";
import { type CloudServer, serverIn } from "../cloud/objects.ts";
import type { Simulation } from "../run/simulation.ts";
import type { ApiServer } from "../world/api-server.ts";
import type { Change } from "../world/world.ts";
import type { Actor } from "./actor.ts";
import { filedRequest, isIssued, type RequestTexts } from "./requests.ts";

/** ms that a machine takes. */
export interface MachineTimes {
  /** from its server's ACTIVE to the kubelet's first request */
  readonly boot: number;
  /** from an accepted deletion until it is switched off */
  readonly off: number;
  /** from the registration of its Node until that is Ready */
  readonly ready: number;
}

interface Machine {
  readonly server: string;
  readonly disk: RequestTexts;
  /** names of its requests */
  readonly client: string;
  readonly serving: string;
  isOn: boolean;
}

const csrs = "certificatesigningrequests";
const uninitialized = { key: "node.cloudprovider.kubernetes.io/uninitialized", effect: "NoSchedule" };

/** The machines behind the servers of one name: each server gets a wiped disk, and so a kubelet with keys of its own. */
export class Machines implements Actor {
  readonly name: string;
  readonly #nodeName: string;
  readonly #api: ApiServer;
  readonly #pace: MachineTimes;
  readonly #disks: readonly RequestTexts[];
  readonly #machines = new Map<string, Machine>();
  #simulation: Simulation | undefined;

  constructor(nodeName: string, api: ApiServer, pace: MachineTimes, disks: readonly RequestTexts[]) {
    this.name = `kubelet ${nodeName}`;
    this.#nodeName = nodeName;
    this.#api = api;
    this.#pace = pace;
    this.#disks = disks;
  }

  /** Whether a kubelet of the name runs, and reports. */
  get isOn(): boolean {
    return [...this.#machines.values()].some((machine) => machine.isOn);
  }

  start(simulation: Simulation): void {
    this.#simulation = simulation;
    simulation.world.onChange((change) => {
      if (change.kind === "servers") this.#server(change);
      if (change.kind === csrs && change.type === "MODIFIED") this.#signed(change.object);
      if (change.kind === "nodes" && change.type === "MODIFIED") this.#initialized(change.object);
    });
  }

  #later(ms: number, label: string, machine: Machine, task: () => void): void {
    this.#simulation?.later(ms, `${this.name} ${label}`, () => {
      if (machine.isOn) task();
    });
  }

  #server({ type, object }: Change): void {
    const server = serverIn(object);
    if (server.name !== this.#nodeName) return;
    if (type === "DELETED") this.#switchOff(server.id);
    else if (server.task === "deleting") {
      this.#simulation?.later(this.#pace.off, `${this.name} is switched off`, () => this.#switchOff(server.id));
    } else if (server.status === "ACTIVE" && !this.#machines.has(server.id)) this.#boot(server);
  }

  #switchOff(id: string): void {
    const machine = this.#machines.get(id);
    if (machine) machine.isOn = false;
  }

  #boot({ id }: CloudServer): void {
    const generation = this.#machines.size;
    const disk = this.#disks[generation % this.#disks.length];
    if (!disk) throw new Error("no requests were prepared");
    const names = { client: `csr-client-${generation}`, serving: `csr-serving-${generation}` };
    const machine: Machine = { server: id, disk, ...names, isOn: true };
    this.#machines.set(id, machine);
    this.#later(this.#pace.boot, "asks for its client certificate", machine, () => this.#file(machine, "client"));
  }

  #file(machine: Machine, kind: "client" | "serving"): void {
    const name = machine[kind];
    const { world } = this.#world();
    if (world.get(csrs, name)) return;
    world.put(csrs, filedRequest(name, kind, machine.disk[kind], "kubelet"), this.name);
  }

  /** It registers its Node once it has its client certificate. */
  #signed(request: Stored): void {
    const machine = [...this.#machines.values()].find((it) => it.client === request.metadata.name);
    if (!machine || !isIssued(request)) return;
    this.#later(1_000, "registers", machine, () => this.#register(machine));
  }

  /** A Node of the name that is there is taken over as it is (kubernetes, pkg/kubelet/kubelet_node_status.go). */
  #register(machine: Machine): void {
    const { world } = this.#world();
    if (!world.get("nodes", this.#nodeName)) {
      const spec = { taints: [uninitialized] };
      const metadata = { name: this.#nodeName, labels: { "node-role.kubernetes.io/worker": "" } };
      this.#api.write("nodes", { metadata, spec, status: { conditions: [condition("False")] } }, this.name);
    }
    this.#later(this.#pace.ready, "is Ready", machine, () =>
      this.#api.patch("nodes", this.#nodeName, { status: { conditions: [condition("True")] } }, this.name),
    );
  }

  /** It asks for its serving certificate once its Node has an address. */
  #initialized(object: Stored): void {
    const node = object as unknown as NodeObject;
    const machine = [...this.#machines.values()].find((it) => it.isOn);
    if (node.metadata.name !== this.#nodeName || !machine) return;
    if (node.spec.providerID?.endsWith(machine.server) !== true) return;
    this.#later(500, "asks for its serving certificate", machine, () => this.#file(machine, "serving"));
  }

  #world(): Simulation {
    if (!this.#simulation) throw new Error("not started");
    return this.#simulation;
  }
}

/** Of a kubelet that reports. */
const condition = (status: "True" | "False"): object => ({ type: "Ready", status, message: "of the model" });
