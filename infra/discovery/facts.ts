import type { Permission } from "../../components/kubernetes/permissions.ts";
import type { Result } from "./attempt.ts";

/** How much of something a project may have, and has; -1 is without a limit. */
export interface Usage {
  readonly limit: number;
  readonly used: number;
}

export interface ComputeUsage {
  readonly instances: Usage;
  readonly cores: Usage;
  /** MiB */
  readonly ram: Usage;
}

/** A server of the project. */
export interface ExistingServer {
  readonly id: string;
  readonly name: string;
  /** the stack that made it, as its metadata say */
  readonly owner: string | undefined;
  /** what it was made from, as its metadata say */
  readonly made: {
    readonly flavor?: string | undefined;
    readonly image?: string | undefined;
    readonly availabilityZone?: string | undefined;
    /** hash of what the config said of its payload; undefined: nobody knows */
    readonly ignition?: string | undefined;
  };
  /** why it is in ERROR, in Nova's words; undefined: it is not */
  readonly failure: string | undefined;
}

/** A port that the project can see. */
export interface ExistingPort {
  readonly id: string;
  readonly name: string;
  readonly tags: readonly string[];
  readonly networkId: string;
  readonly description: string;
  readonly addresses: readonly { readonly subnetId: string; readonly ip: string }[];
}

/** What an object store says of its signed URLs at /info. */
export interface TempUrls {
  readonly supported: boolean;
  /** undefined: it does not say */
  readonly digests: readonly string[] | undefined;
  /** whether a container may have a key of its own: Swift's may, Ceph RGW knows keys of a whole account only */
  readonly keyPerContainer: boolean;
}

/** What the Machine Config Server says to a machine of a pool: a status, or why nothing is known of it. */
export type Probe =
  | { readonly status: number; readonly distrusted?: never; readonly unreachable?: never }
  /** what is wrong with its certificate */
  | { readonly distrusted: string; readonly status?: never; readonly unreachable?: never }
  /** why it cannot be asked from here, which says nothing of the machines' way to it */
  | { readonly unreachable: string; readonly status?: never; readonly distrusted?: never };

/** What the object store answers when it is asked for a container. */
export interface ContainerStatus {
  readonly name: string;
  /** of HTTP; 404: it is not there yet */
  readonly status: number;
  /** it has a key for signed URLs: the key itself is never kept */
  readonly keyed: boolean;
}

/** What is asked for only to be judged. */
export interface Checks {
  readonly compute: Result<ComputeUsage>;
  readonly portQuota: Result<Usage>;
  readonly servers: Result<readonly ExistingServer[]>;
  /** in the networks that the config names */
  readonly ports: Result<readonly ExistingPort[]>;
  /** with the cluster's tag, in whatever network: the config may name another one now */
  readonly clusterPorts: Result<readonly ExistingPort[]>;
  readonly tempUrls: Result<TempUrls>;
  /** the containers of the pools' Ignition configs */
  readonly containers: Result<readonly ContainerStatus[]>;
  /** one per pool, in the config's order */
  readonly machineConfig: readonly Probe[];
  /** names of the Machines of the Machine API */
  readonly machines: Result<readonly string[]>;
  /** what the account may not do of what the program needs */
  readonly denied: Result<readonly Permission[]>;
}

/** The facts that the checks judge. */
export interface PreflightFacts extends PlainFacts {
  readonly checks: Checks;
  /** of the account in the cloud's project, by their names */
  readonly roles: readonly string[];
  /** the stack as `<organization>/<project>/<stack>` */
  readonly owner: string;
}

/** What the running cluster says about itself, and what the config says where the cluster does not. */
export interface ClusterFacts {
  /** infrastructure name, the prefix of all names, e.g. `mycluster-x7k2p` */
  readonly infraId: string;
  /** where its own machines reach the API, e.g. `https://api-int.mycluster.example:6443`; undefined: it does not say */
  readonly apiUrl: string | undefined;
  /** uid of the namespace kube-system: tells one cluster from another */
  readonly uid: string;
  /** Kubernetes version of the API server, e.g. `v1.34.1` */
  readonly version: string;
  readonly apiVips: readonly string[];
  readonly ingressVips: readonly string[];
  /** CIDRs of the machine networks; empty if nobody says */
  readonly machineNetworks: readonly string[];
  readonly machineConfigServer: MachineConfigServer;
  readonly machineConfigPools: readonly string[];
  readonly network: Result<ClusterNetwork>;
  readonly nodes: readonly NodeFacts[];
  /** keys of cluster.expect that stand for what the cluster does not say */
  readonly filled: readonly string[];
}

/** The cluster's own network for pods, as far as it is known. */
export interface ClusterNetwork {
  /** `OVNKubernetes` */
  readonly type: string | undefined;
  /** bytes of a packet between pods */
  readonly mtu: number | undefined;
}

export interface MachineConfigServer {
  /** without the path, e.g. `https://10.0.0.5:22623` */
  readonly url: string;
  /** certificate authorities as data URLs */
  readonly authorities: readonly string[];
}

/** A Node of the cluster. */
export interface NodeFacts {
  readonly name: string;
  /** Ready, and takes pods */
  readonly serving: boolean;
  /** what its server was made from, as its annotation says; undefined: not annotated */
  readonly specHash: string | undefined;
  /** the stack that attached it, as its annotation says */
  readonly owner: string | undefined;
  /** e.g. `v1.34.1` */
  readonly kubelet: string;
}

/** What the cloud says about what a stack names. */
export interface CloudFacts {
  readonly network: NetworkFacts;
  readonly subnet: SubnetFacts;
  /** the subnets with the installer's tag */
  readonly tagged: readonly SubnetFacts[];
  readonly workerGroup: WorkerGroup;
  /** one entry per pool, in the config's order */
  readonly pools: readonly PoolFacts[];
}

export interface GroupFacts {
  readonly id: string;
  readonly name: string;
}

/** The group that the installer made for the workers; `several` have its name, and not just one of them its tag. */
export type WorkerGroup = GroupFacts | "several" | undefined;

export interface NetworkFacts {
  readonly id: string;
  readonly name: string;
  /** undefined: the cloud does not say */
  readonly mtu: number | undefined;
}

export interface SubnetFacts {
  readonly id: string;
  readonly name: string;
  readonly networkId: string;
  readonly cidr: string;
  /** empty: none */
  readonly gateway: string;
  readonly dhcp: boolean;
  readonly dnsServers: readonly string[];
  readonly allocationPools: readonly { readonly start: string; readonly end: string }[];
}

/** What one entry of a list `networks` names. */
export interface PortFacts {
  readonly network: NetworkFacts;
  readonly subnet: SubnetFacts;
  readonly securityGroupIds: readonly string[];
}

export interface ImageFacts {
  readonly id: string;
  readonly name: string;
  readonly diskFormat: string;
  /** GiB */
  readonly minDisk: number;
  /** MiB */
  readonly minRam: number;
  /** bytes */
  readonly size: number;
  /** property os_distro */
  readonly distro: string | undefined;
  /** property os_version, e.g. `4.18` */
  readonly version: string | undefined;
}

export interface PoolFacts {
  readonly flavor: {
    readonly id: string;
    readonly name: string;
    readonly extraSpecs: Readonly<Record<string, string>>;
    readonly vcpus: number;
    /** MiB */
    readonly ram: number;
    /** GiB; 0: as large as the image */
    readonly disk: number;
  };
  readonly image: ImageFacts;
  /** one per entry of the pool's `networks` */
  readonly ports: readonly PortFacts[];
  /** one list per named worker, one per entry of its `networks` */
  readonly workerPorts: readonly (readonly PortFacts[])[];
}

/** Where the machines fetch their Ignition config from. */
export interface ObjectStoreFacts {
  /** public URL of the account */
  readonly url: string;
  readonly region: string;
  /** PEM bundle that signs its certificate; undefined: a public one */
  readonly ca: string | undefined;
}

/** The facts that are plain data. */
export interface PlainFacts {
  readonly cluster: ClusterFacts;
  readonly cloud: CloudFacts;
  readonly objectStore: ObjectStoreFacts;
}
