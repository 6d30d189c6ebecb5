/** The checks that a stack may skip, each with a description. */
export const skippable = {
  dhcp: "the subnets have DHCP enabled",
  dns: "the subnets name a DNS server",
  gateway: "the subnets have a gateway",
  "node-address": "one port only can have the Node's address",
  mtu: "the networks' MTU is large enough for the pod network",
  "security-groups": "the workers are in the cluster's own security group for workers",
  "fixed-ips": "the fixed addresses are free and usable",
  "free-addresses": "the subnets have free addresses for the new ports",
  flavor: "the flavors are of a bare-metal class, and their traits are well-formed",
  image: "the images can be deployed to the flavors' machines",
  quota: "the project's quotas suffice for what this update adds",
  "machine-config-pool": "the cluster has the MachineConfigPools",
  "machine-config-update": "no MachineConfigPool of the workers is updating or paused",
  ignition: "boot images, configs and the Machine Config Server support the same Ignition version",
  permissions: "the cluster's account has the permissions that the program needs",
  "version-skew": "the API server supports the kubelets",
  "object-store": "the object store accepts the signed URLs, and the account may use it",
  "pinned-machine": "the cloud's account may choose the machines that availabilityZone names",
  "local-volumes": "no worker that leaves has a claim's data on the disks of its machine",
  "failed-server": "no server of a worker has failed",
  "server-name": "no server of another owner has a worker's name",
  "port-name": "no port of another owner has a worker's name",
  "node-owner": "no Node of another owner has a worker's name",
  "machine-name": "no Machine has a worker's name",
} as const;

export type Skippable = keyof typeof skippable;
