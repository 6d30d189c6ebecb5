import type { PreflightFacts } from "../../../infra/preflight.ts";

const cluster: PreflightFacts["cluster"] = {
  infraId: "lab-7x2kq",
  uid: "0",
  version: "v1.34.1",
  apiVips: ["10.0.0.5"],
  ingressVips: ["10.0.0.7"],
  machineNetworks: ["10.0.0.0/16"],
  machineConfigServer: { url: "https://10.0.0.5:22623", authorities: ["data:;base64,QQ=="] },
  machineConfigPools: ["master", "worker"],
  servingNodes: [],
};

export const extraSpecs = {
  "resources:CUSTOM_BAREMETAL": "1",
  "resources:VCPU": "0",
  "resources:MEMORY_MB": "0",
  "resources:DISK_GB": "0",
};

const network = { id: "n", name: "net" };
const subnet = { id: "s", name: "sub", networkId: "n", cidr: "10.0.0.0/24", gateway: "10.0.0.1", dhcp: true };

const cloud: PreflightFacts["cloud"] = {
  network,
  subnet,
  pools: [
    {
      flavor: { id: "f", name: "baremetal", extraSpecs },
      image: { id: "i", name: "rhcos" },
      ports: [{ network, subnet, securityGroupIds: [] }],
      workerPorts: [],
    },
  ],
};

const objectStore: PreflightFacts["objectStore"] = { url: "https://swift/v1/AUTH_a", region: "r", ca: undefined };

/** Facts of a cluster and a cloud that no check has anything against, with some of them changed. */
export const factsOf = (change: {
  cluster?: Partial<PreflightFacts["cluster"]>;
  subnet?: Partial<PreflightFacts["cloud"]["subnet"]>;
  specs?: Record<string, string>;
  ca?: string;
}): PreflightFacts => ({
  cluster: { ...cluster, ...change.cluster },
  cloud: {
    ...cloud,
    subnet: { ...cloud.subnet, ...change.subnet },
    pools: cloud.pools.map((one) => ({ ...one, flavor: { ...one.flavor, extraSpecs: change.specs ?? extraSpecs } })),
  },
  objectStore: { ...objectStore, ca: change.ca },
});
