import type { NodeObject } from "../../../components/kubernetes/types.ts";
import { worker } from "../../support/node-fixtures.ts";
import type { Simulation } from "../run/simulation.ts";
import type { ApiServer } from "../world/api-server.ts";
import type { Actor } from "./actor.ts";
import { filedRequest, isIssued, type RequestTexts } from "./requests.ts";

const csrs = "certificatesigningrequests";
const { nodeName, fixedIps } = worker;
const uninitialized = { key: "node.cloudprovider.kubernetes.io/uninitialized", value: "true", effect: "NoSchedule" };

/** ms of a machine's life. */
export interface MachinePace {
  /** from the server's creation to the kubelet's request */
  readonly boots: number;
  /** from its client certificate to its Node */
  readonly registers: number;
  /** from there to what the cloud controller knows */
  readonly initialized: number;
  /** from its serving certificate to Ready */
  readonly ready: number;
}

/** A machine that boots as its server is created: its kubelet asks, registers, asks again and becomes Ready. */
export function machine(api: ApiServer, requests: RequestTexts, pace: MachinePace): Actor {
  const name = `kubelet ${nodeName}`;
  return {
    name,
    start: (simulation) => {
      simulation.world.onChange(({ kind, type, object }) => {
        if (kind === "servers" && type === "ADDED")
          new Boot(simulation, api, requests, pace, object.metadata.name).begin();
      });
    },
  };
}

/** One boot of one server; it ends with the server. */
class Boot {
  readonly #simulation: Simulation;
  readonly #api: ApiServer;
  readonly #requests: RequestTexts;
  readonly #pace: MachinePace;
  readonly #server: string;
  readonly #by = `kubelet ${nodeName}`;

  constructor(simulation: Simulation, api: ApiServer, requests: RequestTexts, pace: MachinePace, server: string) {
    this.#simulation = simulation;
    this.#api = api;
    this.#requests = requests;
    this.#pace = pace;
    this.#server = server;
  }

  begin(): void {
    this.#after(this.#pace.boots, "asks for its client certificate", () => {
      this.#simulation.ports.set(fixedIps[0] ?? "", "listening");
      this.#ask("client", () => this.#after(this.#pace.registers, "registers", () => this.#register()));
    });
  }

  #register(): void {
    const conditions = [{ type: "Ready", status: "False", reason: "KubeletNotReady" }];
    this.#api.write(
      "nodes",
      { metadata: { name: nodeName }, spec: { taints: [uninitialized] }, status: { conditions } },
      this.#by,
    );
    const addresses = [{ type: "InternalIP", address: fixedIps[0] }];
    this.#after(this.#pace.initialized, "is initialized by the cloud controller", () => {
      const { spec: now } = (this.#simulation.world.get("nodes", nodeName) ?? { spec: {} }) as {
        spec: NodeObject["spec"];
      };
      const taints = (now.taints ?? []).filter(({ key }) => key !== uninitialized.key);
      const spec = { providerID: `openstack:///${this.#server}`, taints };
      this.#api.patch("nodes", nodeName, { spec, status: { addresses } }, "cloud-controller-manager");
      this.#ask("serving", () => this.#after(this.#pace.ready, "is Ready", () => this.#becomeReady()));
    });
  }

  #becomeReady(): void {
    this.#api.patch("nodes", nodeName, { status: { conditions: [{ type: "Ready", status: "True" }] } }, this.#by);
  }

  /** A request, and what follows its certificate. */
  #ask(kind: "client" | "serving", next: () => void): void {
    const { world } = this.#simulation;
    const name = `csr-${kind}-${this.#server}`;
    const stop = world.onChange(({ object }) => {
      if (object.metadata.name !== name || !isIssued(object)) return;
      stop();
      next();
    });
    world.put(csrs, filedRequest(name, kind, this.#requests[kind], "kubelet"), this.#by);
  }

  #after(ms: number, label: string, task: () => void): void {
    this.#simulation.later(ms, `${this.#by} ${label}`, () => {
      if (this.#simulation.world.get("servers", this.#server)) task();
    });
  }
}
