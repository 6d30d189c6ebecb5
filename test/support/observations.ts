import type { ContainerOwner, PortStatus, ProjectObjects, ServerStatus } from "../../infra/discovery/cloud/project.ts";
import type { ClusterStatus, NodeStatus } from "../../infra/discovery/cluster/status.ts";
import type { StackState, StateNode, StateObject } from "../../infra/discovery/exported-state.ts";
import type { FullObservation, Observation } from "../../infra/status/observation.ts";
import { answer, configOf, existingPort, existingServer, machineConfigPool, nodeOf, owner } from "./preflight-facts.ts";

/** When everything here is seen. */
export const now = Date.parse("2026-01-02T12:00:00Z");

/** A time so many seconds before. */
export const ago = (seconds: number): string => new Date(now - seconds * 1000).toISOString();

export const infraId = "lab-7x2kq";

/** The name of a worker of the pool `metal`. */
export const worker = (index: number): string => `${infraId}-metal-${index}`;

/** A server that has been running for a day. */
export const serverStatus = (id: string, name: string, change: Partial<ServerStatus> = {}): ServerStatus => ({
  ...existingServer(id, name, owner),
  status: "ACTIVE",
  taskState: undefined,
  power: "on",
  host: undefined,
  created: ago(86_400),
  addresses: ["10.0.0.20"],
  pool: "metal",
  infraId,
  ...change,
});

export const portStatus = (id: string, name: string, change: Partial<PortStatus> = {}): PortStatus => ({
  ...existingPort(name, { id, tags: [`openshiftClusterID=${infraId}`], description: `worker of ${owner}` }),
  owner,
  deviceId: "",
  ...change,
});

/** A Node that has been Ready for an hour, on that server. */
export const nodeStatus = (
  name: string,
  serverId: string | undefined,
  change: Partial<NodeStatus> = {},
): NodeStatus => ({
  ...nodeOf(name, owner, "v1.34.1"),
  labels: { "node-role.kubernetes.io/worker": "" },
  serverId,
  annotatedServerId: serverId,
  created: ago(86_000),
  ready: "True",
  since: ago(3600),
  message: "kubelet is posting ready status",
  internalIps: ["10.0.0.20"],
  cordon: undefined,
  uninitialized: false,
  deleting: false,
  ...change,
});

export const clusterOf = (nodes: readonly NodeStatus[], change: Partial<ClusterStatus> = {}): ClusterStatus => ({
  uid: "0",
  infraId,
  nodes,
  machineConfigPools: answer([machineConfigPool("worker")]),
  awaitingServing: answer([]),
  ...change,
});

export const cloudOf = (
  servers: readonly ServerStatus[],
  ports: readonly PortStatus[] = [],
  containers: readonly ContainerOwner[] = [],
): ProjectObjects => ({
  identity: { project: "p", region: "r" },
  servers,
  ports,
  containers,
  hosts: { error: "HTTP 403", code: 403 },
});

/** A stack of one pool of so many replicas, of which nothing was seen. */
export const observed = (change: Partial<Observation> = {}, replicas = 1): Observation => ({
  stack: "stack",
  owner,
  formerOwners: [],
  config: configOf({ replicas }),
  cluster: answer(clusterOf([])),
  cloud: answer(cloudOf([])),
  changes: answer([]),
  now,
  ...change,
});

const project = "urn:pulumi:stack::project::";
export const serverUrn = (name: string): string =>
  `${project}BaremetalServer$openstack:compute/instance:Instance::${name}`;
export const nodeUrn = (name: string): string =>
  `${project}BaremetalWorker$openshift-node:index:OpenShiftNode::${name}`;

export const stateServer = (id: string, name: string): StateObject => ({
  urn: serverUrn(name),
  id,
  name,
  deleting: false,
});
export const statePort = (id: string, name: string): StateObject => ({
  urn: `${project}SubnetPorts$openstack:networking/port:Port::${name}`,
  id,
  name,
  deleting: false,
});
export const stateTrunk = (id: string, name: string): StateObject => ({
  urn: `${project}PortTrunk$openstack:networking/trunk:Trunk::${name}`,
  id,
  name,
  deleting: false,
});
export const stateContainer = (name: string): StateObject => ({
  urn: `${project}IgnitionStore$openstack:objectstorage/container:Container::metal`,
  id: name,
  name,
  deleting: false,
});
export const stateNode = (name: string, serverId: string, state = "Ready"): StateNode => ({
  urn: nodeUrn(name),
  name,
  serverId,
  state,
});

export const stateOf = (change: Partial<StackState> = {}): StackState => ({
  cloud: { project: "p", region: "r" },
  clusterUid: "0",
  servers: [],
  ports: [],
  trunks: [],
  containers: [],
  nodes: [],
  pending: [],
  ...change,
});

/** The same with the stack's state. */
export const compared = (state: StackState, change: Partial<Observation> = {}, replicas = 1): FullObservation => ({
  ...observed(change, replicas),
  state: answer(state),
});
