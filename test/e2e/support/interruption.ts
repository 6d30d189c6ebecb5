import type { V1Pod } from "@kubernetes/client-node";
import { setTimeout as sleep } from "node:timers/promises";
import { cloud } from "./cloud/cloud.ts";
import * as kube from "./cluster/cluster.ts";
import { OwnPool } from "./own-pool.ts";
import { type Project, type Running, succeeded, type Victim } from "./project.ts";
import * as work from "./cluster/workloads.ts";

/** One worker's life, from `up` to `destroy`, whose commands are killed in the middle and repeated. */

export const own = new OwnPool("cut");
const worker = own.worker(0);
const guest = "cut-guest";
const volume = "cut-volume";

/** When a command is killed: `reached` is asked again and again while it runs. */
export interface Moment {
  readonly name: string;
  readonly command: "up" | "destroy";
  readonly reached: (run: Running) => Promise<boolean> | boolean;
  /** The kubelet has its client certificate: the Node comes and takes pods, whatever becomes of the command. */
  readonly joins?: true;
}

const printed =
  (pattern: RegExp) =>
  ({ output }: Running): boolean =>
    pattern.test(output());
const isNamed = ({ name }: { readonly name: string }): boolean => name.startsWith(worker);

/** In the order in which a life comes by them. */
export const moments: readonly Moment[] = [
  { name: "port asked for", command: "up", reached: async () => (await cloud.ports()).some(isNamed) },
  { name: "server asked for", command: "up", reached: async () => (await cloud.servers()).some(isNamed) },
  { name: "boot", command: "up", reached: printed(/OpenShiftNode .* boot: /) },
  { name: "registration", command: "up", reached: printed(/OpenShiftNode .* registration: /), joins: true },
  { name: "serving CSR", command: "up", reached: printed(/OpenShiftNode .* serving CSR: /), joins: true },
  { name: "ready", command: "up", reached: printed(/OpenShiftNode .* ready: /), joins: true },
  { name: "membership", command: "destroy", reached: printed(/PoolMembership \S+ deleting/) },
  { name: "cordon", command: "destroy", reached: printed(/OpenShiftNode .* cordon: /) },
  {
    name: "drain",
    command: "destroy",
    reached: async () => (await kube.podsOf(guest)).some(work.isEnding),
  },
  { name: "volumes", command: "destroy", reached: printed(/OpenShiftNode .* volumes: .*cut-volume/) },
  { name: "server deletion", command: "destroy", reached: printed(/compute:Instance \S+ deleting/) },
  { name: "port deletion", command: "destroy", reached: printed(/networking:Port \S+ deleting/) },
  { name: "node removal", command: "destroy", reached: printed(/NodeClaim \S+ deleting/) },
];

export function momentNamed(name: string): Moment {
  const found = moments.find((moment) => moment.name === name);
  if (!found) throw new Error(`no moment is named "${name}"`);
  return found;
}

interface Seen {
  readonly servers: ReadonlySet<string>;
  readonly nodes: ReadonlySet<string>;
  stop(): Promise<void>;
}

function watchLife(): Seen {
  const servers = new Set<string>();
  const nodes = new Set<string>();
  const over = new AbortController();
  const looking = (async () => {
    while (!over.signal.aborted) {
      for (const { id } of (await cloud.servers()).filter(isNamed)) servers.add(id);
      const uid = (await kube.node(worker))?.metadata?.uid;
      if (uid !== undefined) nodes.add(uid);
      await sleep(300);
    }
  })();
  looking.catch(() => undefined); // thrown where it is stopped
  return {
    servers,
    nodes,
    stop: async () => {
      over.abort();
      await looking;
    },
  };
}

/** What the messages of a command that was refused after a kill tell to type, in the order in which they come. */
const remedies = [{ says: "`pulumi cancel`", type: (project: Project) => project.pulumi("cancel", "--yes") }];

/**
 * Runs a command as a person would who does what its messages say.
 * @param during may kill the command, and then says true
 * @returns how the last one ended
 */
async function persist(
  project: Project,
  command: Moment["command"],
  during: (run: Running) => Promise<boolean> = () => Promise.resolve(false),
): Promise<"completed" | "killed"> {
  let left = remedies;
  for (;;) {
    const run = project.start(command);
    if (await during(run)) return "killed";
    const { ok, output } = await run.ended;
    if (ok) return "completed";
    const remedy = left.find(({ says }) => output.includes(says));
    if (!remedy) throw new Error(`${command} does not go on:\n${output}`);
    left = left.slice(left.indexOf(remedy) + 1);
    const typed = await remedy.type(project);
    if (!typed.ok) throw new Error(`${remedy.says}:\n${typed.output}`);
  }
}

/** Runs the moment's command until it is reached, and kills it. */
async function cutOff(project: Project, { name, command, reached }: Moment, victim: Victim): Promise<void> {
  const ended = await persist(project, command, async (run) => {
    const over = new AbortController();
    void run.ended.then(() => over.abort());
    while (!over.signal.aborted) {
      if (await reached(run)) {
        await run.kill(victim);
        return true;
      }
      await sleep(20);
    }
    return false;
  });
  if (ended === "completed") throw new Error(`${command} was over before the moment "${name}"`);
}

export interface Life {
  /** every server of the worker's name that was ever seen, by id */
  readonly servers: readonly string[];
  /** every Node of its name, by uid */
  readonly nodes: readonly string[];
  /** once `up` was through: whether the Node is Ready, takes pods, and is of that server */
  readonly serves: boolean;
  /** the pods that ran on it, and how they left */
  readonly pods: readonly work.PodEnd[];
}

/** Runs a pod on the worker. Returns every state that it has from then on. */
async function host(): Promise<kube.Recording<V1Pod>> {
  await work.replicaSet(guest, { only: [worker], ending: 3 });
  await work.running(worker, [guest]);
  return kube.recordPods(guest);
}

/** Attaches a worker and detaches it, each command being killed at its moments in their order and repeated. */
export async function live(project: Project, killAt: readonly Moment[], victim: Victim = "command"): Promise<Life> {
  await project.configure({ pools: await project.pools({ name: own.name, replicas: 1 }) });
  const at = (command: Moment["command"]): Moment[] => killAt.filter((moment) => moment.command === command);
  const seen = watchLife();
  let record: kube.Recording<V1Pod> | undefined;
  try {
    for (const moment of at("up")) await cutOff(project, moment, victim);
    await persist(project, "up");
    const node = await kube.node(worker);
    const [server] = seen.servers;
    const serves = node?.spec?.providerID === `openstack:///${server}` && kube.isReady(node);
    record = await host();
    for (const moment of at("destroy")) {
      if (moment.name === "volumes") await work.attachVolume(volume, worker);
      await cutOff(project, moment, victim);
      if (moment.name === "volumes") await work.detachVolume(volume);
    }
    await persist(project, "destroy");
    return { servers: [...seen.servers], nodes: [...seen.nodes], serves, pods: work.endsOf(record, worker) };
  } finally {
    record?.stop();
    await seen.stop();
    await work.detachVolume(volume);
    await work.remove([guest]);
  }
}

/**
 * Kills `up` at the moment, and gives the worker up by these commands, one after the other. Where the Node comes all the
 * same, it has a pod by then.
 *
 * @returns how that pod left
 */
export async function giveUp(
  project: Project,
  moment: Moment,
  commands: readonly ("cancel" | "up" | "destroy")[],
  victim: Victim = "command",
): Promise<readonly work.PodEnd[]> {
  await project.configure({ pools: await project.pools({ name: own.name, replicas: 1 }) });
  await cutOff(project, moment, victim);
  const type = {
    cancel: () => project.pulumi("cancel", "--yes"),
    up: () => project.up(),
    destroy: () => project.destroy(),
  };
  let record: kube.Recording<V1Pod> | undefined;
  try {
    if (moment.joins) record = await host();
    for (const command of commands) succeeded(await type[command]());
    return record ? work.endsOf(record, worker) : [];
  } finally {
    record?.stop();
    await work.remove([guest]);
  }
}
