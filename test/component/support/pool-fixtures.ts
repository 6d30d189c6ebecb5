import type { PortTemplate } from "../../../components/ports/plan.ts";
import type { WorkerPoolArgs } from "../../../components/worker-pool.ts";
import type { Registration } from "./recorder.ts";

/** Tokens of the resources that a worker is made of. */
export const types = {
  container: "openstack:objectstorage/container:Container",
  object: "openstack:objectstorage/containerObject:ContainerObject",
  port: "openstack:networking/port:Port",
  server: "openstack:compute/instance:Instance",
  containerClaim: "openshift-node:index:ContainerClaim",
  claim: "openshift-node:index:NodeClaim",
  drain: "openshift-node:index:NodeDrain",
  node: "openshift-node:index:OpenShiftNode",
  membership: "openshift-node:index:PoolMembership",
};

/** A port without anything special. */
export const machinePort: PortTemplate = {
  networkId: "network-id",
  subnets: [{ id: "subnet-id", ipVersion: 4 }],
  securityGroupIds: ["group-id"],
  virtualAddresses: ["10.0.0.7"],
  allowedAddresses: [],
  tags: [],
  dhcpOptions: [],
};

/** A pool of two workers. */
export const args: WorkerPoolArgs = {
  infraId: "lab-7x2kq",
  owner: "organization/openstack-baremetal-compute/test",
  formerOwners: [],
  pool: "metal",
  workers: [
    { name: "lab-7x2kq-metal-0", fixedIps: ["10.0.0.20"] },
    { name: "lab-7x2kq-metal-1", fixedIps: ["10.0.0.21"] },
  ],
  flavor: { id: "flavor-id", name: "baremetal" },
  image: { id: "image-id", name: "rhcos" },
  payload: { hash: "00ff", onChange: "keep" },
  ports: [machinePort],
  timeouts: { provision: 6000, boot: 3600, servingCsr: 600, ready: 601, delete: 3601, nodeRemoval: 300 },
  drain: {
    timeout: 1800,
    gracePeriod: -1,
    deleteEmptyDirData: true,
    force: true,
    disableEviction: false,
    onTimeout: "fail",
    localVolumes: "refuse",
  },
  labels: { "example.test/rack": "r1" },
  taints: [],
  configPath: "pools[metal]",
  machineConfigPool: "worker",
  machineConfigPools: [],
  serving: new Set(),
  replaced: new Set(),
  editedPorts: new Set(),
  inCloud: new Map(),
  existing: {
    servers: () => Promise.resolve([]),
    ports: () => Promise.resolve([]),
    failedServers: () => Promise.resolve([]),
    serverStatus: () => Promise.resolve(undefined),
  },
  rollout: { maxUnavailable: 1, ignore: [] },
  currentNodes: () => Promise.resolve([]),
  currentMachineConfigPools: () => Promise.resolve([]),
  ignition: { delivery: "swift", payload: "{}", endpoint: "https://swift/v1/AUTH_a", ca: undefined },
  urlLifetime: 14400,
};

/** Numbers of a pool's workers whose servers have been declared, in that order. */
export const serversDeclared = (seen: readonly Registration[], pool: string): string[] =>
  seen
    .filter(({ type, name }) => type === types.server && name.includes(`-${pool}-`))
    .map(({ name }) => name.slice(-1));
