import type fc from "fast-check";
import { annotations } from "../../../components/kubernetes/types.ts";
import { owner, worker } from "../../support/node-fixtures.ts";
import { certificateController, type Impostor, impostors } from "../actors/certificates.ts";
import { podRuntime } from "../actors/kubelet.ts";
import { machine, type MachinePace } from "../actors/machine.ts";
import { type Deed, nodeLifecycle, others, podGarbageCollector } from "../actors/others.ts";
import type { RequestTexts } from "../actors/requests.ts";
import { replicaSet, scheduler, webPod } from "../actors/workload.ts";
import { instantServer } from "../engine/instant-server.ts";
import { Life } from "../engine/life.ts";
import { type ResourceName, type ServerState, WorkerStack } from "../engine/worker-stack.ts";
import type { FaultPlan } from "../faults/plan.ts";
import { attachInvariants } from "../invariants/attach.ts";
import { detachInvariants } from "../invariants/detach.ts";
import { type Outcome, Setting } from "./setting.ts";
import { drainTimeout, joinTimeout, program, removeTimeout } from "./worker.ts";

/** A worker that joins: `pulumi up`, as often as it takes; perhaps `pulumi destroy` instead, after the first one. */
export interface AttachCase {
  readonly plan: FaultPlan;
  readonly deeds: readonly Deed[];
  readonly impostors: readonly Impostor[];
  readonly pace: MachinePace;
  /** ms until an approved request is signed */
  readonly signs: number;
  /** ms between two commands: a person sleeps */
  readonly pause: number;
  /** whether `destroy` follows the first command, whatever became of that */
  readonly destroys: boolean;
  readonly seed: number;
}

export const quietAttach: AttachCase = {
  plan: [],
  deeds: [],
  impostors: [],
  pace: { boots: 5_000, registers: 500, initialized: 500, ready: 500 },
  signs: 100,
  pause: 0,
  destroys: false,
  seed: 1,
};

const { nodeName } = worker;
const commandBound = (removeTimeout * 2 + joinTimeout * 3 + drainTimeout * 3 + 4 * 30) * 1000;

/** Runs the case to its end, of so many commands at most. Throws SimulationFailure for what must not happen. */
export async function attach(
  scheduled: fc.Scheduler,
  drawn: AttachCase,
  requests: { kubelet: RequestTexts; impostor: RequestTexts },
  patience = 8,
): Promise<Outcome> {
  let isLeaving = false;
  const serverIds: string[] = [];
  const ours = { owner, nodeNames: [nodeName], serverIds };
  const setting = new Setting(scheduled, drawn.plan, drawn.seed, (it) => [
    ...attachInvariants(),
    ...detachInvariants(ours, { warnings: () => it.warnings, isLeaving: () => isLeaving }),
  ]);
  const { api, world, simulation } = setting;
  const stack = new WorkerStack(instantServer(servers(setting, serverIds)));
  let stateWhenKilled: ResourceName[] | undefined;
  setting.onKilled = () => (stateWhenKilled ??= [...stack.state.keys()]);
  world.put("pods", webPod("web-0"), "user");
  setting.begin([
    machine(api, requests.kubelet, drawn.pace),
    certificateController(drawn.signs),
    impostors(drawn.impostors, requests.impostor),
    podRuntime(nodeName, () => world.list("servers").length > 0, { starts: 500, ends: 500 }),
    replicaSet(1),
    scheduler({ binds: 500, packs: true }),
    others(nodeName, api, drawn.deeds),
    podGarbageCollector(),
    nodeLifecycle(nodeName, api),
  ]);
  const up = (): Promise<string | undefined> =>
    setting.command("up", commandBound, (process) => stack.up(new Life(process, false), program));
  const destroy = (): Promise<string | undefined> => {
    isLeaving = true;
    return setting.command("destroy", commandBound, (process) => stack.destroy(new Life(process, false)));
  };
  const first = await up();
  const next = drawn.destroys ? destroy : up;
  const results = [first];
  if (drawn.destroys || first !== undefined) {
    await simulation.pass(drawn.pause);
    results.push(...(await setting.repeat(patience, next)));
  }
  const written = [...setting.disturbances.written];
  if (results.at(-1) === undefined) await setting.unchanged(next);
  return {
    written,
    results,
    warnings: setting.warnings,
    stateWhenKilled,
    trace: simulation.trace,
    rest: rest(setting, stack),
  };
}

function servers({ world }: Setting, ids: string[]): { create: () => ServerState; delete: () => Promise<void> } {
  const current = (): string => ids.at(-1) ?? "";
  return {
    create: () => {
      ids.push(`server-${ids.length + 1}`);
      world.put("servers", { metadata: { name: current() }, nodeName }, "engine");
      return { id: current(), created: world.now() };
    },
    // at once: a kubelet that registers meanwhile nobody could know of
    delete: () => {
      world.delete("servers", current(), undefined, "nova");
      return Promise.resolve();
    },
  };
}

function rest({ world }: Setting, stack: WorkerStack): string {
  const node = world.get("nodes", nodeName);
  const state = [...stack.state.keys()].join() || "empty";
  const by = node?.metadata.annotations?.[annotations.serverId] ?? "nobody";
  const cordoned = (node?.["spec"] as { unschedulable?: boolean } | undefined)?.unschedulable === true;
  const found = node ? `of ${by}${cordoned ? ", cordoned" : ""}` : "none";
  const joined = stack.state.get("OpenShiftNode")?.state["state"];
  return `state: ${state}; worker: ${typeof joined === "string" ? joined : "none"}; servers: ${world.list("servers").length}; Node: ${found}`;
}
