import type fc from "fast-check";
import { nodeInputs, owner, worker } from "../../support/node-fixtures.ts";
import { podRuntime } from "../actors/kubelet.ts";
import { type Deed, nodeLifecycle, others, podGarbageCollector } from "../actors/others.ts";
import { podsOn, replicaSet, scaleUp, scheduler, type SchedulerPace, webBudget, webPod } from "../actors/workload.ts";
import { instantServer } from "../engine/instant-server.ts";
import { Life } from "../engine/life.ts";
import { type ResourceName, WorkerStack } from "../engine/worker-stack.ts";
import type { FaultPlan } from "../faults/plan.ts";
import { detachInvariants } from "../invariants/detach.ts";
import { type Outcome, Setting } from "./setting.ts";
import { drainTimeout, program, readyNode, readyOutputs } from "./worker.ts";

/** A worker with pods that leaves: `pulumi destroy`, as often as it takes. */
export interface DetachCase {
  readonly plan: FaultPlan;
  readonly deeds: readonly Deed[];
  readonly scheduler: SchedulerPace;
  /** pods of the workload on the worker, one more is elsewhere */
  readonly pods: number;
  /** how many its budget wants to run at any time, all of them at most */
  readonly minAvailable: number;
  /** ms until the command begins */
  readonly begins: number;
  /** ms after which somebody adds a pod, for each */
  readonly added: readonly number[];
  /** ms that a pod takes to start and to end */
  readonly starts: number;
  readonly ends: number;
  readonly seed: number;
}

export const quietDetach: DetachCase = {
  plan: [],
  deeds: [],
  scheduler: { binds: 100, packs: false },
  pods: 2,
  minAvailable: 1,
  begins: 0,
  added: [],
  starts: 500,
  ends: 1_000,
  seed: 1,
};

const { nodeName, serverId } = worker;
const staying = "lab-worker-9";

/** ms within which a command ends: the membership's cordon, two drains, the claim, and the reading of what an error says. */
const commandBound = (3 * drainTimeout + 60 + 4 * 30) * 1000;

/** ms that Nova takes to delete a server: what starts on its node meanwhile ends with it. */
const deletionTime = 10_000;

/** As many as a plan has faults, and two more. */
const patience = 6;

/** Runs the case to its end. Throws SimulationFailure for what must not happen. */
export async function detach(scheduled: fc.Scheduler, drawn: DetachCase): Promise<Outcome> {
  const ours = { owner, nodeNames: [nodeName], serverIds: [serverId] };
  const setting = new Setting(scheduled, drawn.plan, drawn.seed, (it) =>
    detachInvariants(ours, { warnings: () => it.warnings, isLeaving: () => true }),
  );
  populate(setting, drawn);
  const stack = attachedStack(setting);
  let stateWhenKilled: ResourceName[] | undefined;
  setting.onKilled = () => (stateWhenKilled ??= [...stack.state.keys()]);
  setting.begin([
    podRuntime(nodeName, () => setting.world.get("servers", serverId) !== undefined, drawn),
    podRuntime(staying, () => true, drawn),
    replicaSet(drawn.pods + 1),
    scaleUp(drawn.added),
    scheduler(drawn.scheduler),
    others(nodeName, setting.api, drawn.deeds),
    podGarbageCollector(),
    nodeLifecycle(nodeName, setting.api),
  ]);
  const destroy = (): Promise<string | undefined> =>
    setting.command("destroy", commandBound, (process) => stack.destroy(new Life(process, false)));
  await setting.simulation.pass(drawn.begins);
  const results = await setting.repeat(patience, destroy);
  const written = [...setting.disturbances.written];
  if (results.at(-1) === undefined) await setting.unchanged(destroy);
  const { warnings, simulation } = setting;
  return { written, results, warnings, stateWhenKilled, trace: simulation.trace, rest: rest(setting, stack) };
}

function populate({ world, api }: Setting, { pods, minAvailable }: DetachCase): void {
  world.put("servers", { metadata: { name: serverId }, nodeName }, "engine");
  api.write("nodes", readyNode(nodeName, serverId), "kubelet");
  api.write("nodes", readyNode(staying, "other-server"), "kubelet");
  world.put("poddisruptionbudgets", webBudget(Math.min(minAvailable, pods)), "user");
  for (let i = 0; i < pods; i += 1) world.put("pods", webPod(`web-${i}`, nodeName), "user");
  world.put("pods", webPod(`web-${pods}`, staying), "user");
}

/** A stack whose worker has joined. */
function attachedStack({ world, simulation }: Setting): WorkerStack {
  const server = { id: serverId, created: nodeInputs.serverCreated };
  const gone = (resolve: () => void): void => {
    world.delete("servers", serverId, undefined, "nova");
    resolve();
  };
  const machine = instantServer({
    create: () => server,
    delete: () => new Promise((resolve) => simulation.later(deletionTime, "the server is gone", () => gone(resolve))),
  });
  const stack = new WorkerStack(machine);
  stack.assume(program, server, readyOutputs(server));
  return stack;
}

function rest({ world }: Setting, stack: WorkerStack): string {
  const nodes = world.list("nodes").map((it) => it.metadata.name);
  const pods = podsOn(world, staying).length;
  const state = [...stack.state.keys()].join() || "empty";
  return `state: ${state}; servers: ${world.list("servers").length}; Nodes: ${nodes.join()}; pods elsewhere: ${pods}`;
}
