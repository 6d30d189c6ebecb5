import { existsSync, readFileSync } from "node:fs";
import { isIPv6 } from "node:net";
import { homedir } from "node:os";
import path from "node:path";
import type { IpVersion } from "../../components/lib/ip.ts";

/** Everything of the lab that has an address, a port, a path, a name or a password stands here and nowhere else. */

const project = "openstack-baremetal-compute";

/** Root of this checkout. */
export const repo = path.resolve(import.meta.dirname, "../..");

/** A base folder as the XDG specification says: an empty variable counts as unset. */
function base(variable: string, fallback: string): string {
  const set = process.env[variable];
  return path.join(set === undefined || set === "" ? path.join(homedir(), fallback) : set, project);
}

/** This environment variable set to `official`: the lab's own engine has the official Kubernetes plugin. */
export const kubernetesSetting = "LAB_KUBERNETES_PLUGIN";

/** Builds and downloads, shared by every checkout on the machine; each entry is named by the hash of its pins. */
export const cacheDir = base("XDG_CACHE_HOME", ".cache");

/** The running lab: one per machine. */
export const stateDir = path.join(base("XDG_STATE_HOME", ".local/state"), "lab");

/** The IP versions of the lab that is up; `npm run lab -- up --ip-version <version>` writes them. */
export const ipVersionFile = path.join(stateDir, "ip-version");

/** `dual`: the machines have addresses of IPv6, too, while cloud and cluster are as in a lab of IPv4. */
export const ipVersionChoices = ["4", "6", "dual"] as const;
export type IpVersions = (typeof ipVersionChoices)[number];

const written = existsSync(ipVersionFile) ? readFileSync(ipVersionFile, "utf8") : "4";
export const ipVersions: IpVersions = ipVersionChoices.find((choice) => choice === written) ?? "4";

/**
 * The one IP version of all that machines and the program reach: the machine networks, the public services and the
 * cluster. What the cloud says inside of itself is on the host's loopback.
 */
export const ipVersion: IpVersion = ipVersions === "6" ? 6 : 4;

/** Versions in which the machines are given addresses, the first one theirs of old. */
export const servedVersions: readonly IpVersion[] = ipVersions === "dual" ? [4, 6] : [ipVersion];

/** What has addresses in it, and outlives a lab: certificates and files that name the endpoints. */
const lasting = { 4: stateDir, 6: path.join(stateDir, "ipv6") }[ipVersion];

export const dirs = {
  run: path.join(stateDir, "run"),
  log: path.join(stateDir, "log"),
  conf: path.join(lasting, "conf"),
  data: path.join(stateDir, "data"),
  pki: path.join(lasting, "pki"),
  /** one folder a machine: root/ is its disk */
  machines: path.join(stateDir, "machines"),
  /** what a person or a test needs to use the lab: clouds.yaml, kubeconfig, the CA */
  client: path.join(lasting, "client"),
  /** PULUMI_HOME and the file backend */
  pulumi: path.join(stateDir, "pulumi"),
};

export const files = {
  caCert: path.join(dirs.pki, "lab-ca.crt"),
  caKey: path.join(dirs.pki, "lab-ca.key"),
  /** clouds: `lab` (plain member of project ocp, what the program uses) and `lab-admin` */
  cloudsYaml: path.join(dirs.client, "clouds.yaml"),
  /** cluster-admin, over the API VIP */
  kubeconfig: path.join(dirs.client, "kubeconfig"),
  /** the program's own account, with the permissions of components/kubernetes/permissions.ts and no others */
  registrarKubeconfig: path.join(dirs.client, "registrar.kubeconfig"),
};

/** Each network by the beginning of its addresses, `host` by its number. */
const allRanges = {
  4: {
    prefix: 24,
    machines: { start: "10.77.0.", cidr: "10.77.0.0/24" },
    storage: { start: "10.77.1.", cidr: "10.77.1.0/24" },
    other: "10.78.0.0/24",
    services: { start: "172.30.0.", cidr: "172.30.0.0/16" },
  },
  6: {
    prefix: 64,
    machines: { start: "fd00:77::", cidr: "fd00:77::/64" },
    storage: { start: "fd00:77:0:1::", cidr: "fd00:77:0:1::/64" },
    other: "fd00:78::/64",
    services: { start: "fd02::", cidr: "fd02::/112" },
  },
};
const ranges = allRanges[ipVersion];

/** The host of this number in a network whose addresses begin so. */
const hostIn =
  ({ start }: { readonly start: string }) =>
  (host: number): string =>
    `${start}${host}`;

const machine = hostIn(ranges.machines);
const storage = hostIn(ranges.storage);

/** The machine network: a bridge in the root namespace. The lab's public services listen on addresses of the bridge. */
export const machineNetwork = {
  bridge: "obc-br0",
  cidr: ranges.machines.cidr,
  prefix: ranges.prefix,
  gateway: machine(1),
  /** Keystone and Swift over TLS */
  cloudVip: machine(2),
  /** kube-apiserver and Machine Config Server */
  apiVip: machine(5),
  ingressVip: machine(7),
  /** dnsmasq: DHCP and DNS */
  dhcp: machine(10),
  pool: { start: machine(100), end: machine(249) },
  /** any other, which Neutron gives to nobody of itself outside of the pool */
  host: machine,
};

const { machines: secondRange, prefix: secondPrefix } = allRanges[6];

/** What a subnet of IPv6 beside the machine network's own of IPv4 has; its DHCP server, with `dual`, has this address. */
export const secondSubnet = { cidr: secondRange.cidr, prefix: secondPrefix, dhcp: hostIn(secondRange)(10) };

/** The cluster's second machine network: a bridge apart, with an address for the DHCP server only and no way out. */
export const storageNetwork = {
  bridge: "obc-br1",
  cidr: ranges.storage.cidr,
  prefix: ranges.prefix,
  dhcp: storage(10),
  pool: { start: storage(100), end: storage(249) },
  host: storage,
};

/** A host and its port, as a URL has them. */
export const hostPort = (address: string, port: number): string =>
  `${isIPv6(address) ? `[${address}]` : address}:${port}`;

export const loopback = "127.0.0.1";

/** Where clients find the services that have no TLS: on loopback, or in a lab of IPv6 where they have no IPv4. */
export const servicesHost = { 4: loopback, 6: machineNetwork.cloudVip }[ipVersion];

export const ports = {
  keystone: 15000,
  keystoneTls: 15443,
  placement: 18778,
  glance: 19292,
  nova: 18774,
  neutron: 19696,
  ironic: 16385,
  ironicHttp: 18090,
  swift: 18080,
  swiftTls: 18443,
  swiftObject: 16200,
  swiftContainer: 16201,
  swiftAccount: 16202,
  rabbit: 15673,
  rabbitDist: 25673,
  epmd: 14369,
  bmc: 18000,
  chassis: 18091,
  etcd: 12379,
  etcdPeer: 12380,
  apiserver: 6443,
  machineConfigServer: 22623,
  controllerManager: 20257,
  scheduler: 20259,
  cloudController: 20258,
};

export const openstack = {
  region: "RegionOne",
  adminPassword: "lab-admin-password",
  servicePassword: "lab-service-password",
  project: "ocp",
  user: "ocp-user",
  /** a canary: the e2e tests search for it where it must not be */
  password: "lab-canary-password-6b1f0c",
  flavor: "baremetal",
  resourceClass: "baremetal-lab",
  image: "rhcos",
  /** a newer one, for the tests of a rollout */
  nextImage: "rhcos-next",
  network: "machine-net",
  subnet: "machine-subnet",
  storageNetwork: "storage-net",
  storageSubnet: "storage-subnet",
  /** a network that is not the cluster's: the program must refuse it */
  otherNetwork: "other-net",
  otherSubnet: "other-subnet",
  otherCidr: ranges.other,
};

/** Neutron's names of the wires in the data centre, and the bridge that stands for each. */
export const physicalNetworks = { physnet1: machineNetwork.bridge, physnet2: storageNetwork.bridge } as const;

/** A network card of a machine: which wire it is on. */
export interface Nic {
  readonly mac: string;
  readonly physicalNetwork: keyof typeof physicalNetworks;
}

export const cluster = {
  infraId: "lab-7x2kq",
  name: "lab",
  baseDomain: "example.test",
  /** resolved by the machine network's DNS */
  apiInternal: "api-int.lab.example.test",
  serviceCidr: ranges.services.cidr,
  /** the API server's address for pods: the first of the service network */
  kubernetesServiceIp: hostIn(ranges.services)(1),
  dnsIp: hostIn(ranges.services)(10),
};

/** What no proxy of the host may be asked for, in the form of NO_PROXY. */
export const direct: readonly string[] = [
  loopback,
  "localhost",
  machineNetwork.cidr,
  `${cluster.name}.${cluster.baseDomain}`,
];

/** How many machines a lab may have: each takes an address of the machine network, and a MAC address by its number. */
export const machineCounts = { default: 6, most: 100 };

/** The number of machines of the lab that is up; `npm run lab -- up --machines <number>` writes it. */
export const machineCountFile = path.join(stateDir, "machine-count");

const machineCount = existsSync(machineCountFile)
  ? Number(readFileSync(machineCountFile, "utf8"))
  : machineCounts.default;

/** The wires of the cards of machines that have more than one on physnet1; the first card is the one for PXE. */
const cards: ReadonlyMap<number, readonly Nic["physicalNetwork"][]> = new Map([
  [2, ["physnet1", "physnet1"]],
  [3, ["physnet1", "physnet2"]],
]);

/** The virtual bare-metal machines in the rack. Serial numbers start at 0. */
export const machines = Array.from({ length: machineCount }, (_, i) => ({
  name: `metal-${i}`,
  uuid: `00000000-0000-4000-8000-${String(i).padStart(12, "0")}`,
  nics: (cards.get(i) ?? ["physnet1"]).map((physicalNetwork, card): Nic => ({
    mac: `52:54:00:77:0${card}:${(0x10 + i).toString(16)}`,
    physicalNetwork,
  })),
  namespace: `obc-metal-${i}`,
  dir: path.join(dirs.machines, `metal-${i}`),
}));

/** Latencies of the virtual metal in seconds; a file in the state folder may override them while the lab runs. */
export const latencies = { boot: 4, deploy: 1, clean: 1 };
export const latenciesFile = path.join(dirs.conf, "latencies.json");

/** Encrypts the secrets in the checkpoints of the lab's stacks. */
export const passphrase = "lab-passphrase";
