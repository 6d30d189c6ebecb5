import type { MachineConfigPool } from "../../components/rollout/machine-config.ts";
import { type Config, parseConfig } from "../../infra/config/load.ts";
import type { Diagnostic } from "../../infra/diagnostics/diagnostic.ts";
import type { Result } from "../../infra/discovery/attempt.ts";
import type {
  Checks,
  ExistingPort,
  ExistingServer,
  FlavorFacts,
  ImageFacts,
  MachineFacts,
  NetworkFacts,
  NodeFacts,
  NotFound,
  ObjectStoreFacts,
  PortFacts,
  SubnetFacts,
} from "../../infra/discovery/facts.ts";
import { evaluate, type PreflightFacts } from "../../infra/preflight/index.ts";

/** A MachineConfigPool that selects by its role, and whose Nodes all have its config. */
export const machineConfigPool = (name: string, change: Partial<MachineConfigPool> = {}): MachineConfigPool => ({
  name,
  nodeSelector: { matchLabels: { [`node-role.kubernetes.io/${name}`]: "" }, matchExpressions: [] },
  paused: false,
  updating: false,
  wanted: `rendered-${name}-a`,
  current: `rendered-${name}-a`,
  updated: 3,
  ...change,
});

const cluster: PreflightFacts["cluster"] = {
  infraId: "lab-7x2kq",
  apiUrl: "https://api-int.lab.example:6443",
  uid: "0",
  version: "v1.34.1",
  apiVips: ["10.0.0.5"],
  ingressVips: ["10.0.0.7"],
  machineNetworks: ["10.0.0.0/16"],
  machineConfigServer: { url: "https://10.0.0.5:22623", authorities: ["data:;base64,QQ=="] },
  machineConfigPools: { value: [machineConfigPool("master"), machineConfigPool("worker")] },
  network: { value: { type: "OVNKubernetes", mtu: 1400 } },
  nodes: [],
  filled: [],
};

export const extraSpecs = {
  "resources:CUSTOM_BAREMETAL": "1",
  "resources:VCPU": "0",
  "resources:MEMORY_MB": "0",
  "resources:DISK_GB": "0",
};

type Cloud = PreflightFacts["cloud"];
type Pool = Cloud["pools"][number];

const network: NetworkFacts = { id: "n", name: "net", mtu: 1500 };
export const subnet: SubnetFacts = {
  id: "s",
  name: "sub",
  networkId: "n",
  cidr: "10.0.0.0/24",
  gateway: "10.0.0.1",
  dhcp: true,
  dnsServers: ["10.0.0.10"],
  allocationPools: [{ start: "10.0.0.100", end: "10.0.0.103" }],
};

/** A port in another network. */
export const rack2: PortFacts = {
  network: { ...network, id: "n2", name: "rack2" },
  subnets: [{ ...subnet, id: "s2", name: "rack2-nodes", networkId: "n2" }],
  areNamed: true,
  securityGroupIds: [],
};

const flavor: FlavorFacts = { id: "f", name: "baremetal", extraSpecs, vcpus: 4, ram: 8192, disk: 20 };
const image: ImageFacts = {
  id: "i",
  name: "rhcos",
  diskFormat: "qcow2",
  minDisk: 10,
  minRam: 0,
  size: 1_000_000_000,
  distro: "rhcos",
  version: "4.21",
};

const objectStore: ObjectStoreFacts = { url: "https://swift/v1/AUTH_a", region: "r", ca: undefined };

/** A config of one pool of one worker, with some keys changed. */
export function configOf(pool: object = {}, rest: object = {}): Config {
  const { config, diagnostics } = parseConfig({
    cloud: "lab",
    machineNetwork: { network: "net", subnet: "sub" },
    pools: [{ name: "metal", replicas: 1, flavor: "baremetal", image: "rhcos", ...pool }],
    ...rest,
  });
  if (!config) throw new Error(JSON.stringify(diagnostics));
  return config;
}

/** Who the stack under test is. */
export const owner = "organization/project/stack";

/** An answer that was had. */
export const answer = <T>(it: T): Result<T> => ({ value: it });

/** A serving Node. */
export const nodeOf = (name: string, owner: string | undefined, kubelet: string): NodeFacts => ({
  name,
  serving: true,
  specHash: undefined,
  owner,
  serverId: undefined,
  kubelet,
  labels: {},
  updating: false,
});

/** A server of the pool's flavor and image. */
export const existingServer = (id: string, name: string, owner: string | undefined): ExistingServer => ({
  id,
  name,
  owner,
  made: { flavor: "baremetal", image: "rhcos" },
  failure: undefined,
});

/** A port in the machine network, of nobody known. */
export const existingPort = (name: string, change: Partial<ExistingPort> = {}): ExistingPort => ({
  id: "p",
  name,
  tags: [],
  networkId: "n",
  description: "",
  allowedAddresses: [],
  addresses: [{ subnetId: "s", ip: "10.0.0.20" }],
  ...change,
});

const room = { limit: 10, used: 0 };

/** A Machine of the control plane. */
export const machineOf = (name: string, change: Partial<MachineFacts> = {}): MachineFacts => ({
  name,
  labels: { "machine.openshift.io/cluster-api-machine-role": "master" },
  serverId: `server-of-${name}`,
  node: name,
  internalIps: ["10.0.0.250"],
  ...change,
});

const checks: Checks = {
  compute: answer({ instances: room, cores: { limit: -1, used: 99 }, ram: { limit: 51_200, used: 0 } }),
  portQuota: answer(room),
  servers: answer([]),
  ports: answer([]),
  clusterPorts: answer([]),
  tempUrls: answer({ supported: true, digests: ["sha256", "sha512"], keyPerContainer: true }),
  containers: answer([]),
  machineConfig: [{ status: 200 }],
  machines: answer([machineOf("lab-7x2kq-master-0")]),
  machineHealthChecks: answer([]),
  denied: answer([]),
};

/** What a test changes of facts that no check has anything against. */
export interface Change {
  readonly cluster?: Partial<PreflightFacts["cluster"]>;
  readonly network?: Partial<NetworkFacts>;
  readonly subnet?: Partial<SubnetFacts>;
  /** subnets of the machine network besides the first */
  readonly otherSubnets?: readonly Partial<SubnetFacts>[];
  /** default: true */
  readonly areNamed?: boolean;
  readonly tagged?: Cloud["tagged"];
  readonly workerGroup?: Cloud["workerGroup"];
  /** of the pool's ports */
  readonly groups?: readonly string[];
  readonly flavor?: Partial<FlavorFacts>;
  readonly image?: Partial<ImageFacts>;
  /** problems with the names of flavor and image, which the cloud did not return */
  readonly notFound?: { readonly flavor?: string; readonly image?: string };
  readonly ca?: string;
  /** default: there is one */
  readonly objectStore?: "none";
  readonly checks?: Partial<Checks>;
  /** default: not read */
  readonly state?: PreflightFacts["state"];
  /** default: none */
  readonly formerOwners?: readonly string[];
  /** default: a plain member's */
  readonly roles?: readonly string[];
  /** subnets of the pool's further ports */
  readonly more?: readonly Partial<SubnetFacts>[] | undefined;
  /** errors of what the cloud did not return; the pool's first port is unresolved then */
  readonly unresolved?: Cloud["unresolved"];
  /** the pool's ports after its first */
  readonly ports?: Pool["ports"];
  /** of the named workers, their own ports */
  readonly workerPorts?: Pool["workerPorts"];
}

function orNotFound<T extends { name: string }>(kind: "flavor" | "image", object: T, change: Change): T | NotFound {
  const problem = change.notFound?.[kind];
  if (problem === undefined) return object;
  const path = `pools[metal].${kind}`;
  return { name: object.name, notFound: { check: "cloud", path, problem, expected: "one", remedy: "correct it" } };
}

/** Facts of a cluster and a cloud of one pool that no check has anything against, with some of them changed. */
export function factsOf(change: Change): PreflightFacts {
  const net = { ...network, ...change.network };
  const subnets = [change.subnet, ...(change.otherSubnets ?? [])].map((each) => ({ ...subnet, ...each }));
  const { areNamed = true } = change;
  const pool: Pool = {
    flavor: orNotFound("flavor", { ...flavor, ...change.flavor }, change),
    image: orNotFound("image", { ...image, ...change.image }, change),
    ports: [
      ...[subnets, ...(change.more ?? []).map((each) => [{ ...subnet, ...each }])].map((each) => ({
        network: net,
        subnets: each,
        areNamed,
        securityGroupIds: change.groups ?? [],
      })),
      ...(change.ports ?? []),
    ],
    workerPorts: change.workerPorts ?? [],
  };
  return {
    cluster: { ...cluster, ...change.cluster },
    cloud: {
      network: net,
      subnets,
      areNamed,
      tagged: change.tagged ?? [],
      workerGroup: change.workerGroup,
      pools: [change.unresolved ? { ...pool, ports: [undefined, ...pool.ports.slice(1)] } : pool],
      unresolved: change.unresolved ?? [],
    },
    objectStore: change.objectStore === "none" ? undefined : { ...objectStore, ca: change.ca },
    checks: { ...checks, ...change.checks },
    owner,
    formerOwners: change.formerOwners ?? [],
    roles: change.roles ?? ["member", "reader"],
    ...(change.state !== undefined && { state: change.state }),
  };
}

/** The errors and warnings of preflight. */
export const diagnosticsOf = (config: Config, facts: PreflightFacts): readonly Diagnostic[] =>
  evaluate(config, facts).diagnostics;
