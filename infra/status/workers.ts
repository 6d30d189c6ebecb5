import type { ServerStatus } from "../discovery/cloud/project.ts";
import type { NodeStatus } from "../discovery/cluster/status.ts";
import type { PlannedChange } from "../preflight/changes/plan.ts";
import { type Joining, joiningPhase } from "./joining.ts";
import {
  type Observation,
  ownNodesOf,
  ownServersOf,
  type PoolWorker,
  serverOfNode,
  wantedWorkersOf,
} from "./observation.ts";

/** A worker with everything that was seen of it. */
export interface SeenWorker {
  readonly name: string;
  /** undefined: the config does not have it */
  readonly wanted: PoolWorker | undefined;
  /** this stack's servers of its name, that of its Node first; more than one: an interrupted command may have left the others */
  readonly servers: readonly ServerStatus[];
  readonly node: NodeStatus | undefined;
  readonly change: PlannedChange | undefined;
  /** the phase of its join; undefined: it does not join */
  readonly joining: Joining | undefined;
}

/** Index of what a worker may have: searched for each of them, thousands would take seconds. */
interface Index {
  readonly servers: ReadonlyMap<string, readonly ServerStatus[]>;
  readonly nodesByName: ReadonlyMap<string, NodeStatus>;
  readonly nodesByServer: ReadonlyMap<string | undefined, NodeStatus>;
  readonly changes: ReadonlyMap<string, PlannedChange>;
}

function indexOf(observation: Observation): Index {
  const nodes = ownNodesOf(observation);
  return {
    servers: Map.groupBy(ownServersOf(observation), ({ name }) => name),
    nodesByName: new Map(nodes.map((node) => [node.name, node])),
    nodesByServer: new Map(nodes.map((node) => [serverOfNode(node), node])),
    changes: new Map((observation.changes.value ?? []).map((change) => [change.worker, change])),
  };
}

function nodeOf(name: string, servers: readonly ServerStatus[], index: Index): NodeStatus | undefined {
  const onServer = servers.flatMap(({ id }) => index.nodesByServer.get(id) ?? []);
  return onServer[0] ?? index.nodesByName.get(name);
}

/** Nova lists the youngest first, and the Node may run on another: a worker's first server is that of its Node. */
function nodesFirst(servers: readonly ServerStatus[], node: NodeStatus | undefined): readonly ServerStatus[] {
  const id = node && serverOfNode(node);
  return servers.toSorted((a, b) => Number(b.id === id) - Number(a.id === id));
}

/** Every worker that the config has, then what else carries this stack's name, by name. */
export function seenWorkers(observation: Observation): SeenWorker[] {
  const wanted = wantedWorkersOf(observation);
  const index = indexOf(observation);
  const onServers = new Set([...index.servers.values()].flat().map(({ id }) => id));
  // a Node whose name is not that of its server is in the row of the server
  const alone = [...index.nodesByName.values()].filter((node) => !onServers.has(serverOfNode(node) ?? ""));
  const found = [...index.servers.keys(), ...alone.map(({ name }) => name)];
  const others = [...new Set(found)].filter((name) => !wanted.has(name)).toSorted();
  return [...wanted.keys(), ...others].map((name) => {
    const all = index.servers.get(name) ?? [];
    const node = nodeOf(name, all, index);
    const own = { name, wanted: wanted.get(name), servers: nodesFirst(all, node), node };
    return { ...own, change: index.changes.get(name), joining: joiningPhase(observation, own) };
  });
}
