/** The checks that a stack may leave out, each with what it looks at. */
export const skippable = {
  dhcp: "the subnets have DHCP enabled",
  dns: "the subnets name a DNS server",
  gateway: "the subnets have a gateway",
  "node-address": "it is certain which port has the Node's address",
  mtu: "the networks' MTU holds the cluster's packets",
  "security-groups": "the workers are in the cluster's own group for workers",
  "fixed-ips": "the fixed addresses are free and usable",
  "free-addresses": "the subnets have addresses for the new ports",
  flavor: "the flavors are of a bare-metal class, and their traits are well-formed",
  image: "the images can be deployed to the flavors' machines",
  quota: "the project's quotas have room for what this update adds",
  "machine-config-pool": "the cluster has the MachineConfigPools",
  ignition: "boot images, configs and the Machine Config Server understand each other",
  permissions: "the cluster's account may do what the program needs",
  "version-skew": "the API server supports the kubelets",
  "object-store": "the object store takes the signed URLs, and the account may use it",
  "pinned-machine": "the cloud's account may choose the machines that the config names",
  "failed-server": "no server of a worker has failed",
  "server-name": "no server of somebody else has a worker's name",
  "port-name": "no port of somebody else has a worker's name",
  "node-owner": "no Node of somebody else has a worker's name",
  "machine-name": "no Machine has a worker's name",
} as const;

export type Skippable = keyof typeof skippable;
