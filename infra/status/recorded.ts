import { trunkName } from "../../components/ports/names.ts";
import type { ServerStatus } from "../discovery/cloud/project.ts";
import type { NodeStatus } from "../discovery/cluster/status.ts";
import { notReady } from "../preflight/not-ready.ts";
import type { StackState, StateObject } from "../discovery/exported-state.ts";
import { repairWorker, replaceUrn, up, upWithRefresh } from "./commands.ts";
import { failedServerRemark } from "./failed-server.ts";
import type { Finding } from "./finding.ts";
import { joiningPhase } from "./joining.ts";
import { type FullObservation, serverOfNode, wantedWorkersOf } from "./observation.ts";

/** What the state has of workers, beside cloud and cluster: whatever is wrong with one is one finding. */
export function recordedWorkers(observation: FullObservation, state: StackState): Finding[] {
  const { cloud } = observation;
  if (!cloud.value) return unreadCloud(observation, state);
  const servers = new Map(cloud.value.servers.map((server) => [server.id, server]));
  const ports = new Map(cloud.value.ports.map((port) => [port.id, port]));
  const inState = state.servers.filter(({ deleting }) => !deleting);
  return [
    ...inState.flatMap((recorded) => {
      const server = servers.get(recorded.id);
      return server ? ofServer(recorded, server, observation, state) : serverGone(recorded, observation);
    }),
    ...state.ports
      .filter(({ deleting }) => !deleting)
      .flatMap((recorded) => {
        const port = ports.get(recorded.id);
        return port ? renamed("port", recorded, port.name) : gone("port", recorded, observation);
      }),
    ...trunksGone(observation, state),
    ...withoutServer(observation, state),
  ];
}

/** As after a refresh that has found a server gone. */
function withoutServer({ stack }: FullObservation, { nodes, servers }: StackState): Finding[] {
  const known = new Set(servers.map(({ id }) => id));
  return nodes
    .filter(({ serverId }) => !known.has(serverId))
    .map(({ name, serverId, urn }) => {
      const problem = `the state has Node ${name} without its server (${serverId}), which is gone`;
      return { problem, command: up(stack), subjects: [urn] };
    });
}

/** Of the Nodes alone can be told whether they are Ready. */
function unreadCloud(observation: FullObservation, state: StackState): Finding[] {
  return state.servers.flatMap((recorded) => unready(recorded, nodeOn(recorded, observation), observation, state));
}

function nodeOn({ id, name }: StateObject, { cluster }: FullObservation): NodeStatus | undefined {
  return cluster.value?.nodes.find((node) => {
    const server = serverOfNode(node);
    return server === undefined ? node.name === name : server === id;
  });
}

function serverGone(recorded: StateObject, observation: FullObservation): Finding[] {
  const node = nodeOn(recorded, observation);
  const left = node ? `; its Node ${node.name} is still there` : "";
  const problem = `the state has server ${recorded.name} (${recorded.id}), which is gone from the cloud${left}`;
  return [{ problem, command: upWithRefresh(observation.stack), subjects: [recorded.urn] }];
}

function gone(kind: "port" | "trunk", { name, id, urn }: StateObject, { stack }: FullObservation): Finding[] {
  const problem = `the state has ${kind} ${name} (${id}), which is gone from the cloud`;
  return [{ problem, command: upWithRefresh(stack), subjects: [urn] }];
}

/** Of a trunk whose port is gone, too, the port tells. */
function trunksGone(observation: FullObservation, { trunks }: StackState): Finding[] {
  const ports = observation.cloud.value?.ports ?? [];
  const found = new Set(ports.map(({ trunkId }) => trunkId));
  const names = new Set(ports.map(({ name }) => trunkName(name)));
  return trunks
    .filter(({ id, name, deleting }) => !deleting && !found.has(id) && names.has(name))
    .flatMap((recorded) => gone("trunk", recorded, observation));
}

function renamed(kind: "server" | "port", { id, name, urn }: StateObject, found: string): Finding[] {
  if (name === "" || name === found) return [];
  const problem = `${kind} ${name} (${id}) was renamed to ${found === "" ? "nothing" : found}`;
  return [{ problem, command: `openstack ${kind} set --name ${name} ${id}`, subjects: [urn] }];
}

function ofServer(
  recorded: StateObject,
  server: ServerStatus,
  observation: FullObservation,
  state: StackState,
): Finding[] {
  const { stack, cluster } = observation;
  const { name, id, urn } = recorded;
  const replace = replaceUrn(stack, urn);
  // the cloud controller finds a Node's server by its name: what else is wrong may come of that
  const [drifted] = renamed("server", recorded, server.name);
  if (drifted) return [drifted];
  const node = nodeOn(recorded, observation);
  const hasNode = cluster.value?.nodes.some((each) => each === node || each.name === name);
  const wanted = wantedWorkersOf(observation).get(name);
  const failed = failedServerRemark({ stack, server, wanted, hasNode, replace });
  if (failed) return [{ ...failed, problem: `server ${name} (${id}) ${failed.problem}`, subjects: [urn] }];
  if (!cluster.value) return [];
  if (server.status !== "ACTIVE") return withoutPower(unready(recorded, node, observation, state), server);
  if (node && node.name !== name) {
    const problem = `server ${name} (${id}) has joined as Node ${node.name}: a Node has the name of its server`;
    return [{ problem, command: replace, subjects: [urn] }];
  }
  return node ? unready(recorded, node, observation, state) : nodeMissing(recorded, replace, observation, state);
}

/** Of a Node that is silent because its server does not run: it needs that server, not another one. */
function withoutPower(unready: readonly Finding[], { id, status }: ServerStatus): Finding[] {
  const isOff = status === "SHUTOFF";
  const why = isOff ? "its server is powered off" : `its server is in ${status}`;
  const command = isOff ? `openstack server start ${id}` : `openstack server show ${id}`;
  return unready.map((finding) => ({ ...finding, problem: `${finding.problem}; ${why}`, command }));
}

/** Whether its Node has been Ready, as the state has it. */
function hadJoined({ name, id }: StateObject, { nodes }: StackState): boolean {
  const known = nodes.find((node) => node.name === name && node.serverId === id);
  return known !== undefined && known.state !== "Joining";
}

/** A kubelet registers once, when it starts: a Node that was deleted does not come back by itself. */
function nodeMissing(
  recorded: StateObject,
  replace: string,
  observation: FullObservation,
  state: StackState,
): Finding[] {
  const { name, id, urn } = recorded;
  if (hadJoined(recorded, state)) {
    const problem = `server ${name} (${id}) had joined, and its Node is gone: somebody deleted it`;
    return [{ problem, command: replace, subjects: [urn] }];
  }
  // a command is about to join it, or was: its pending operation is a finding of its own
  if (state.pending.some((operation) => operation.urn.endsWith(`OpenShiftNode::${name}`))) return [];
  const problem = `server ${name} (${id}) has not joined: it has no Node`;
  return [{ problem, command: up(observation.stack), subjects: [urn] }];
}

function unready(
  recorded: StateObject,
  node: NodeStatus | undefined,
  observation: FullObservation,
  state: StackState,
): Finding[] {
  const { name, urn } = recorded;
  const wanted = wantedWorkersOf(observation).get(name);
  const problem = node && wanted ? notReady(node, wanted.pool, observation.now) : undefined;
  if (!node || !wanted || problem === undefined) return [];
  // for as long as its join may take, it is no failure
  if (!hadJoined(recorded, state) && joiningPhase(observation, { wanted, servers: [], node }) !== undefined) return [];
  const command = repairWorker(observation.stack, wanted.pool, name);
  return [{ problem: `Node ${node.name} has been ${problem}`, command, subjects: [urn] }];
}
