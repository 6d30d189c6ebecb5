import { isTrunkParent } from "../../components/ports/description.ts";
import type { PortStatus, ServerStatus } from "../discovery/cloud/project.ts";
import type { NodeStatus } from "../discovery/cluster/status.ts";
import type { StackState, StateObject } from "../discovery/exported-state.ts";
import { isOwner, workersOfPort } from "../preflight/checks/names.ts";
import { deleteNode, doctor, drainNode, up } from "./commands.ts";
import type { Finding } from "./finding.ts";
import { type FullObservation, ownNodesOf, ownServersOf, serverOfNode, wantedWorkersOf } from "./observation.ts";

/**
 * What carries this stack's owner and is not in its state: servers by their metadata, ports by their description, Nodes by
 * their server or their annotation. A name is no sign of an owner.
 */

/** The Node that may run on a server. One that does not tell its server counts by its name: it may be a live machine's. */
const nodeOf = ({ id, name }: ServerStatus, nodes: readonly NodeStatus[]): NodeStatus | undefined =>
  nodes.find((node) => {
    const server = serverOfNode(node);
    return server === undefined ? node.name === name : server === id;
  });

/** The ports that go with a server: those that are attached to it and that the state does not have either. */
const portsOf = (observation: FullObservation, state: StackState, serverId: string): PortStatus[] =>
  unrecordedPorts(observation, state).filter(({ deviceId }) => deviceId === serverId);

function unrecordedPorts(observation: FullObservation, state: StackState): PortStatus[] {
  const known = new Set(state.ports.map(({ id }) => id));
  const ports = observation.cloud.value?.ports ?? [];
  return ports.filter(({ id, owner }) => isOwner(observation, owner) && !known.has(id));
}

/** Neutron deletes no port that is in a trunk. */
function portRemoval(ports: readonly PortStatus[]): string {
  const trunks = ports.flatMap(({ trunkId }) => trunkId ?? []);
  const first = trunks.length === 0 ? "" : `openstack network trunk delete ${trunks.join(" ")} && `;
  return `${first}openstack port delete ${ports.map(({ id }) => id).join(" ")}`;
}

/** A server that neither config nor state has, and what goes with it. */
interface Orphan {
  readonly server: ServerStatus;
  readonly node: NodeStatus | undefined;
  readonly ports: readonly PortStatus[];
  /** the state has another server of its name */
  readonly isSecond: boolean;
}

/** How to get rid of it. Nobody may delete the server of a Node: it is drained and stopped first. */
function removal(
  observation: FullObservation,
  { server: { id, name, infraId }, node, ports, isSecond }: Orphan,
): Pick<Finding, "problem" | "command"> {
  const nowhere = isSecond ? "is not in the state, which has another of that name" : "is in neither config nor state";
  const what = `this stack's server ${name} (${id}) ${nowhere}`;
  if (!observation.cluster.value)
    return {
      problem: `${what}; whether it is the server of a Node is not known, because the cluster could not be read`,
      command: doctor(observation.stack),
    };
  if (node)
    return {
      problem: `${what}, and Node ${node.name} runs on it: add the worker to the config to keep it`,
      command: `${drainNode(node.name)} && openstack server stop ${id} && ${deleteNode(node.name)}`,
    };
  const cluster = observation.cluster.value.infraId;
  if (infraId !== undefined && cluster !== undefined && infraId !== cluster)
    return {
      problem: `${what}, and was made for cluster ${infraId}: whether a Node runs on it, cluster ${cluster} of the kubeconfig cannot tell`,
      command: `openstack server show ${id}`,
    };
  const rest = ports.length === 0 ? "" : ` && ${portRemoval(ports)}`;
  return { problem: `${what}, and there is no Node of it`, command: `openstack server delete --wait ${id}${rest}` };
}

/** The names of what the state has and the cloud, too: beside it, another of that name is one too many. */
function standing(recorded: readonly StateObject[], found: readonly { readonly id: string }[]): ReadonlySet<string> {
  const ids = new Set(found.map(({ id }) => id));
  return new Set(recorded.flatMap(({ id, name, deleting }) => (!deleting && ids.has(id) ? [name] : [])));
}

/** This stack's servers that the state does not have, each with its ports and its Node. */
export function unrecordedServers(observation: FullObservation, state: StackState): Finding[] {
  const known = new Set(state.servers.map(({ id }) => id));
  const recorded = standing(state.servers, observation.cloud.value?.servers ?? []);
  const wanted = wantedWorkersOf(observation);
  const nodes = observation.cluster.value?.nodes ?? [];
  const unrecorded = ownServersOf(observation).filter(({ id }) => !known.has(id));
  return unrecorded.map((server) => {
    const node = nodeOf(server, nodes);
    const ports = portsOf(observation, state, server.id);
    const subjects = [server.id, ...ports.map(({ id }) => id), ...(node ? [node.name] : [])];
    if (wanted.has(server.name) && !recorded.has(server.name)) {
      const problem = `the state does not have this stack's server ${server.name} (${server.id}), which the config wants`;
      return { problem, command: up(observation.stack), subjects };
    }
    return { ...removal(observation, { server, node, ports, isSecond: recorded.has(server.name) }), subjects };
  });
}

/** @param named what other findings are about */
export function orphanedPorts(observation: FullObservation, state: StackState, named: ReadonlySet<string>): Finding[] {
  const servers = new Map((observation.cloud.value?.servers ?? []).map((server) => [server.id, server]));
  const recorded = standing(state.ports, observation.cloud.value?.ports ?? []);
  const wanted = wantedWorkersOf(observation);
  return unrecordedPorts(observation, state)
    .filter(({ id }) => !named.has(id))
    .map((port) => {
      const { id, name, deviceId } = port;
      const subjects = [id];
      const user = servers.get(deviceId);
      const isTaken = !recorded.has(name) && workersOfPort({ name }).some((worker) => wanted.has(worker));
      if (user && !(isTaken && isOwner(observation, user.owner))) {
        const problem = `port ${name} (${id}) carries this stack's name and is not in its state, and server ${user.name} (${user.id}) uses it: take the name off`;
        return { problem, command: `openstack port set --description "" ${id}`, subjects };
      }
      if (isTaken) {
        const problem = `the state does not have this stack's port ${name} (${id}), which the config wants`;
        return { problem, command: up(observation.stack), subjects };
      }
      const problem = `this stack's port ${name} (${id}) is in neither config nor state, and no server uses it`;
      return { problem, command: portRemoval([port]), subjects };
    });
}

/** The trunks that the state does not have on ports that it has, unless it has another of that name. */
export function orphanedTrunks({ cloud }: FullObservation, state: StackState): Finding[] {
  const known = new Set(state.trunks.map(({ id }) => id));
  const ports = new Set(state.ports.map(({ id }) => id));
  return (cloud.value?.ports ?? []).flatMap(({ id, name, trunkId, description }) => {
    if (trunkId === undefined || known.has(trunkId) || !ports.has(id)) return [];
    const subjects = [trunkId];
    // a machine may be using its VLANs: it is only shown
    const found = { command: `openstack network trunk show ${trunkId}`, subjects };
    const problem = `the state does not have trunk ${trunkId} on this stack's port ${name} (${id})`;
    if (isTrunkParent(description)) {
      const way =
        "it stays as it is, and goes with its worker: detach that and attach it again to have its VLANs edited";
      return { ...found, problem: `${problem}: ${way}` };
    }
    return {
      ...found,
      problem: `${problem}, which somebody else has put there: Neutron deletes no port that is in a trunk, and so no worker can be detached that has it`,
    };
  });
}

/** @param named what other findings are about */
export function orphanedNodes(observation: FullObservation, state: StackState, named: ReadonlySet<string>): Finding[] {
  const { cloud, stack } = observation;
  const recorded = new Set([...state.nodes, ...state.servers].map(({ name }) => name));
  const servers = new Set((cloud.value?.servers ?? []).map(({ id }) => id));
  return ownNodesOf(observation)
    .filter(({ name }) => !named.has(name) && !recorded.has(name))
    .filter((node) => !servers.has(serverOfNode(node) ?? ""))
    .map((node) => {
      const what = `the state does not have this stack's Node ${node.name}`;
      const subjects = [node.name];
      if (!cloud.value)
        return {
          problem: `${what}; whether it has a server is not known, because the cloud could not be read`,
          command: doctor(stack),
          subjects,
        };
      const problem = `${what}, and its server (${serverOfNode(node) ?? "not known"}) is not in the cloud's project`;
      // a kubelet that reports runs somewhere
      const live = node.ready === "True";
      const command = live ? `${drainNode(node.name)} && ${deleteNode(node.name)}` : deleteNode(node.name);
      return { problem: live ? `${problem}, although its kubelet reports` : problem, command, subjects };
    });
}
