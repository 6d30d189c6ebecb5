import type fc from "fast-check";
import { owner } from "../../support/node-fixtures.ts";
import { certificateController, type Impostor, impostors } from "../actors/certificates.ts";
import { CloudController } from "../actors/cloud-controller.ts";
import { podRuntime } from "../actors/kubelet.ts";
import { MachineConfigOperator } from "../actors/machine-config-operator.ts";
import { Machines } from "../actors/machines.ts";
import { nodeLifecycle } from "../actors/node-lifecycle.ts";
import { type Deed, others, podGarbageCollector } from "../actors/others.ts";
import type { RequestTexts } from "../actors/requests.ts";
import { replicaSet, scheduler, webPod } from "../actors/workload.ts";
import { Cloud, cloudHost } from "../cloud/cloud.ts";
import { CloudStore, serverIn } from "../cloud/objects.ts";
import { type Declaration, nodeName, programOf } from "../engine/declaration.ts";
import { CloudMachines } from "../engine/cloud-machines.ts";
import { Life } from "../engine/life.ts";
import { WorkerStack } from "../engine/worker-stack.ts";
import type { FaultPlan } from "../faults/plan.ts";
import { attachInvariants } from "../invariants/attach.ts";
import { noServerOfALiveNodeGoes, nothingOfOthersInTheCloud, ownedInTheCloud } from "../invariants/cloud.ts";
import { detachInvariants } from "../invariants/detach.ts";
import { type Outcome, Setting } from "./setting.ts";
import { readyNode } from "./worker.ts";

/** What happens beside the commands. */
export interface LifeCase {
  readonly plan: FaultPlan;
  readonly deeds: readonly Deed[];
  /** ms after which the machine-config operator updates the Node; undefined: never */
  readonly update: number | undefined;
  readonly impostors: readonly Impostor[];
  readonly seed: number;
}

export const quietLife: LifeCase = { plan: [], deeds: [], update: undefined, impostors: [], seed: 1 };

const staying = "lab-worker-9";

/** ms of a command: every bound of its resources, each of 600 s, and two more for what an error reads. */
const commandBound = 12 * 600_000;

/** How often a command is repeated: as many as a plan has faults, and some more. */
const patience = 8;

/** Pods of the workload. */
const replicas = 3;

/** What kubelets ask with: those of the machines, by their generation, and the impostor. */
export interface Requests {
  readonly disks: readonly RequestTexts[];
  readonly impostor: RequestTexts;
}

/** A whole stack with one worker, from nothing: commands run upon it, one after the other. */
export class Lives {
  readonly setting: Setting;
  readonly stack: WorkerStack;
  /** ids of the servers that it has had */
  readonly #servers: string[] = [];
  #isLeaving = false;

  constructor(scheduled: fc.Scheduler, drawn: LifeCase, { disks, impostor }: Requests) {
    const ours = { owner, nodeNames: [nodeName], serverIds: this.#servers };
    this.setting = new Setting(scheduled, drawn.plan, drawn.seed, (it) => [
      ...attachInvariants(),
      ...detachInvariants(ours, { warnings: () => it.warnings, isLeaving: () => this.#isLeaving }),
      nothingOfOthersInTheCloud(owner),
      noServerOfALiveNodeGoes,
    ]);
    const { world, api, simulation, disturbances } = this.setting;
    world.onChange(({ kind, type, object }) => {
      if (kind === "servers" && type === "ADDED") this.#servers.push(serverIn(object).id);
    });
    this.stack = new WorkerStack(new CloudMachines(world));
    const cloud = new Cloud(world, simulation);
    const machines = new Machines(nodeName, api, { boot: 30_000, off: 3_000, ready: 10_000 }, disks);
    this.#populate();
    this.setting.begin([
      machines,
      podRuntime(nodeName, () => machines.isOn, { starts: 500, ends: 1_000 }),
      podRuntime(staying, () => true, { starts: 500, ends: 1_000 }),
      new CloudController(api),
      certificateController(300),
      nodeLifecycle(api, nodeName, () => machines.isOn),
      replicaSet(replicas),
      scheduler({ binds: 100, packs: false }),
      podGarbageCollector(),
      others(nodeName, api, drawn.deeds),
      ...(drawn.update === undefined ? [] : [new MachineConfigOperator(api, nodeName, drawn.update)]),
      impostors(drawn.impostors, impostor),
    ]);
    simulation.services.serve(
      cloudHost,
      disturbances.disturb(cloud.service, () => world.revision),
    );
  }

  /** `pulumi up`, once: why it failed, undefined if it has not. */
  up(wanted: Declaration): Promise<string | undefined> {
    this.#isLeaving = false;
    return this.setting.command("up", commandBound, (process) => this.stack.up(new Life(process), programOf(wanted)));
  }

  /** `pulumi destroy`, once. */
  destroy(): Promise<string | undefined> {
    this.#isLeaving = true;
    return this.setting.command("destroy", commandBound, (process) => this.stack.destroy(new Life(process)));
  }

  /** The same command until it succeeds: what each ended with. */
  repeat(command: () => Promise<string | undefined>): Promise<(string | undefined)[]> {
    return this.setting.repeat(patience, command);
  }

  /** What is left of the worker in cloud and cluster. */
  get left(): string[] {
    const { world } = this.setting;
    return [...ownedInTheCloud(world, owner), ...(world.get("nodes", nodeName) ? [`Node ${nodeName}`] : [])];
  }

  #populate(): void {
    const { world, api } = this.setting;
    api.write("nodes", readyNode(staying, "other-server"), "kubelet");
    for (let i = 0; i < replicas; i += 1) world.put("pods", webPod(`web-${i}`, staying), "user");
    const stranger = "acme/openstack-baremetal-compute/other";
    const port = { id: "port-other", name: `${nodeName}-port-1`, description: `worker of ${stranger}`, device_id: "" };
    new CloudStore(world, "ports").put(port.id, { ...port, ip: "10.0.0.99" }, "user");
  }
}

/** `up`, then `destroy` at once and until it succeeds: with port and server, and with what a killed `up` leaves of these. */
export async function attachAndDetach(
  scheduled: fc.Scheduler,
  drawn: LifeCase,
  requests: Requests,
  wanted: Declaration,
): Promise<Outcome> {
  const lives = new Lives(scheduled, drawn, requests);
  const { setting, stack } = lives;
  let stateWhenKilled: readonly string[] | undefined;
  setting.onKilled = () => (stateWhenKilled ??= [...stack.state.keys()]);
  const results = [await lives.up(wanted), ...(await lives.repeat(() => lives.destroy()))];
  const written = [...setting.disturbances.written];
  if (results.at(-1) === undefined) await setting.unchanged(() => lives.destroy());
  const left = [...stack.state.keys(), ...lives.left];
  const { warnings, simulation } = setting;
  return {
    written,
    results,
    warnings,
    stateWhenKilled,
    trace: simulation.trace,
    rest: left.join() || "nothing is left",
  };
}
