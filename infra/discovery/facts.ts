import type { LocalVolume } from "../../components/kubernetes/local-volumes.ts";
import type { Permission } from "../../components/kubernetes/permissions.ts";
import type { LabelSelector } from "../../components/kubernetes/types.ts";
import type { ClaimingPod } from "../../components/kubernetes/pods.ts";
import type {
  PodDisruptionBudgetObject,
  PodObject,
  VolumeAttachmentObject,
} from "../../components/kubernetes/types.ts";
import type { HostFacts } from "../../components/openstack/host.ts";
import type { MachineConfigPool } from "../../components/rollout/machine-config.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import type { Result } from "./attempt.ts";

/** A project's quota and usage of a resource; -1: no limit. */
export interface Usage {
  readonly limit: number;
  readonly used: number;
}

export interface ComputeUsage {
  readonly instances: Usage;
  readonly cores: Usage;
  /** MiB */
  readonly ram: Usage;
  /** how many members a server group may have; -1: no limit, or none is reported */
  readonly groupMembers?: number | undefined;
}

/** A server of the project. */
export interface ExistingServer {
  readonly id: string;
  readonly name: string;
  /** the stack that created it, from its metadata */
  readonly owner: string | undefined;
  /** the name of its pool, from its metadata; undefined: none */
  readonly pool?: string | undefined;
  /** what it was created from, from its metadata */
  readonly made: {
    readonly flavor?: string | undefined;
    readonly image?: string | undefined;
    readonly availabilityZone?: string | undefined;
    /** hash of the payload's configuration; undefined: unknown */
    readonly ignition?: string | undefined;
    /** its ports, see portsValue in components/server/port-options.ts; undefined: unknown */
    readonly ports?: string | undefined;
    /** see components/server/attempt.ts; undefined: none */
    readonly attempt?: string | undefined;
    /** `true`: as a surge worker, see components/rollout/surge.ts */
    readonly surge?: string | undefined;
  };
  /** the same as Nova itself has it, whoever made the server */
  readonly actual?: {
    /** id */
    readonly flavor?: string | undefined;
    /** id; undefined: it boots from a volume, or this is not reported */
    readonly image?: string | undefined;
    readonly zone?: string | undefined;
    /** Ironic's UUID of its machine; undefined: Nova tells administrators only */
    readonly machine?: string | undefined;
  };
  /** Nova's reason for status ERROR; undefined: another status */
  readonly failure: string | undefined;
  /** whether its build had once succeeded; undefined: not read */
  readonly hasRun?: boolean | undefined;
  /** RFC 3339: when it was asked for; undefined: not reported */
  readonly created?: string | undefined;
  /** undefined: it is there, whether it runs or not */
  readonly progress?: "building" | "leaving" | undefined;
  /** addresses of its ports; undefined: not read */
  readonly addresses?: readonly string[] | undefined;
  /** whether Nova has found a host for it; undefined: not reported */
  readonly hasHost?: boolean | undefined;
}

/** A port that the project can see. */
export interface ExistingPort {
  readonly id: string;
  readonly name: string;
  readonly tags: readonly string[];
  readonly networkId: string;
  readonly description: string;
  /** addresses and CIDRs of its allowed address pairs */
  readonly allowedAddresses: readonly string[];
  /** false: it can have neither security groups nor these; undefined: it can, or that is not reported */
  readonly portSecurity?: false | undefined;
  readonly addresses: readonly { readonly subnetId: string; readonly ip: string }[];
  /** id of the trunk that it is the parent of; undefined: it is none, or that is not reported */
  readonly trunkId?: string | undefined;
  /** undefined: not reported */
  readonly mac?: string | undefined;
  /** id of the server or the service that has it; empty: nothing has; undefined: not reported */
  readonly deviceId?: string | undefined;
  /** RFC 3339: when it was last changed, by whomever; undefined: not read, or not reported */
  readonly updated?: string | undefined;
}

/** An object store's capabilities for signed URLs, from /info. */
export interface TempUrls {
  readonly supported: boolean;
  /** undefined: not reported */
  readonly digests: readonly string[] | undefined;
  /** whether a container can have its own key: Swift has keys per container, Ceph RGW per account only */
  readonly keyPerContainer: boolean;
}

/** The Machine Config Server's response to a machine of a pool: a status, or why there is none. */
export type Probe =
  | { readonly status: number; readonly distrusted?: never; readonly unreachable?: never }
  /** what is wrong with its certificate */
  | { readonly distrusted: string; readonly status?: never; readonly unreachable?: never }
  /** why it cannot be reached from here; the machines may still reach it */
  | { readonly unreachable: string; readonly status?: never; readonly distrusted?: never };

/** The object store's response for a container. */
export interface ContainerStatus {
  readonly name: string;
  /** HTTP status; 404: does not exist yet */
  readonly status: number;
  /** whether it has a key for signed URLs; the key itself is never kept */
  readonly keyed: boolean;
}

/** Whether the account's temporary URL keys have that of the config; no key is ever kept. `none`: the account shows no key. */
export type AccountKey = "same" | "other" | "none";

/** A server group of Nova. */
export interface ServerGroup {
  readonly id: string;
  readonly name: string;
  /** as `anti-affinity` */
  readonly policy: string;
  /** how many members a host may have with policy anti-affinity */
  readonly maxPerHost: number;
  /** ids of its servers */
  readonly members: readonly string[];
}

/** What only the checks need. */
export interface Checks {
  readonly compute: Result<ComputeUsage>;
  readonly portQuota: Result<Usage>;
  readonly servers: Result<readonly ExistingServer[]>;
  /** in the networks that the config names */
  readonly ports: Result<readonly ExistingPort[]>;
  /** with the cluster's tag, in any network: the config may have named another network before */
  readonly clusterPorts: Result<readonly ExistingPort[]>;
  /** the available ones of Nova; undefined: not read, since no worker names one */
  readonly availabilityZones?: Result<readonly string[]> | undefined;
  /** of the project; undefined: not read, since no pool names one */
  readonly serverGroups?: Result<readonly ServerGroup[]> | undefined;
  /** undefined: not read, since no pool needs them, or there is no object store */
  readonly tempUrls: Result<TempUrls> | undefined;
  /** undefined: not read, since the config has no key, or no pool needs it */
  readonly accountKey?: Result<AccountKey> | undefined;
  /** the containers of the Ignition configs of pools with delivery swift */
  readonly containers: Result<readonly ContainerStatus[]>;
  /** one per pool, in the config's order */
  readonly machineConfig: readonly Probe[];
  /** of the Machine API */
  readonly machines: Result<readonly MachineFacts[]>;
  /** undefined: not read */
  readonly machineHealthChecks?: Result<readonly HealthCheckFacts[]> | undefined;
  /** permissions that the program needs and the account does not have */
  readonly denied: Result<readonly Permission[]>;
  /** as the config's inventory shows them; undefined: it names none */
  readonly hosts?: Result<HostFacts> | undefined;
}

/** A Machine of the Machine API, as far as it tells which Node it is taken for. */
export interface MachineFacts {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  /** of its providerID; undefined: none yet, or of another cloud */
  readonly serverId?: string | undefined;
  /** of its status: the Node that was found for it */
  readonly node?: string | undefined;
  readonly internalIps: readonly string[];
}

/** A MachineHealthCheck. */
export interface HealthCheckFacts {
  readonly name: string;
  readonly selector: LabelSelector;
}

/** The facts that tell what the config changes. */
export interface ChangeFacts extends PlainFacts {
  readonly checks: Pick<Checks, "servers" | "ports" | "clusterPorts" | "serverGroups">;
  /** the stack as `<organization>/<project>/<stack>` */
  readonly owner: string;
  /** what the stack was before, in the same form */
  readonly formerOwners: readonly string[];
  /** undefined: not read, since nothing in the cloud could be missing in it */
  readonly state?: Result<StateFacts> | undefined;
  /** ms since the epoch: when this was read; undefined: not known, and nothing is too old */
  readonly at?: number | undefined;
}

/** What the stack's state has of what the workers are made of, by name. */
export interface StateFacts {
  readonly servers: Readonly<Record<string, StateServer>>;
  /** ids */
  readonly ports: Readonly<Record<string, string>>;
  /** ids; undefined: none */
  readonly trunks?: Readonly<Record<string, string>> | undefined;
  /** the pool of each worker that is protected, by the worker's name; undefined: none is */
  readonly protectedWorkers?: Readonly<Record<string, string>> | undefined;
}

export interface StateServer {
  readonly id: string;
  /** the stack in the metadata that the state has of it; undefined: none, as of one that was made by hand */
  readonly owner?: string | undefined;
  /** in the same metadata, see components/server/port-options.ts; undefined: none */
  readonly ports?: string | undefined;
  /** in the same metadata */
  readonly attempt?: string | undefined;
  /** in the same metadata: it is a surge worker; undefined: it is none */
  readonly isSurge?: true | undefined;
  /** how many ports the state's list of its networks has; undefined: the state has no list */
  readonly networks?: number | undefined;
  /** whether its Node has been Ready; undefined: not as far as the state tells */
  readonly hasJoined?: true | undefined;
}

/** What is on the disks of a worker's machine. */
export interface LocalData {
  readonly worker: string;
  readonly volumes: readonly LocalVolume[];
  /** the pods of its Node */
  readonly pods: readonly ClaimingPod[];
}

/** What runs on the Nodes of the workers that leave, for whoever reviews the change: no check needs it. */
export interface LeavingLoad {
  /** by the Node's name */
  readonly pods: Result<ReadonlyMap<string, readonly PodObject[]>>;
  /** of the whole cluster, and so the attachments */
  readonly budgets: Result<readonly PodDisruptionBudgetObject[]>;
  readonly attachments: Result<readonly VolumeAttachmentObject[]>;
}

/** The facts that the checks evaluate. */
export interface PreflightFacts extends ChangeFacts {
  /** of the workers that leave; undefined: not read, since no Node leaves */
  readonly localData?: Result<readonly LocalData[]> | undefined;
  readonly checks: Checks;
  /** name of the Node of the program's own pod; undefined: it runs in none, or nobody has said so */
  readonly ownNode?: string | undefined;
  /** names of the account's roles in the cloud's project */
  readonly roles: readonly string[];
  /** that services are looked for in; undefined: in any */
  readonly region?: string | undefined;
}

/** What the running cluster reports, completed from the config. */
export interface ClusterFacts {
  /** infrastructure name, the prefix of all names, e.g. `mycluster-x7k2p` */
  readonly infraId: string;
  /** where its own machines reach the API, e.g. `https://api-int.mycluster.example:6443`; undefined: not reported */
  readonly apiUrl: string | undefined;
  /** uid of the namespace kube-system: identifies the cluster */
  readonly uid: string;
  /** Kubernetes version of the API server, e.g. `v1.34.1` */
  readonly version: string;
  readonly apiVips: readonly string[];
  readonly ingressVips: readonly string[];
  /** CIDRs of the machine networks; empty: unknown */
  readonly machineNetworks: readonly string[];
  readonly machineConfigServer: MachineConfigServer;
  /** an error with code 404: the cluster does not have the kind */
  readonly machineConfigPools: Result<readonly MachineConfigPool[]>;
  readonly network: Result<ClusterNetwork>;
  readonly nodes: readonly NodeFacts[];
  /** `address`: no cloud controller gives Nodes a providerID; undefined: one does */
  readonly nodeIdentity?: "address" | undefined;
  /** keys of cluster.expect that are used because the cluster does not report the value */
  readonly filled: readonly string[];
}

/** The cluster's pod network, as far as it is known. */
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
  /** Ready, and not in an update of the machine-config operator; a cordon does not count, since its pods still run */
  readonly serving: boolean;
  /** spec hash of its server, from its annotation; undefined: not annotated */
  readonly specHash: string | undefined;
  /** the stack that attached it, from its annotation, which its kubelet may write: the providerID outranks it */
  readonly owner: string | undefined;
  /** id of its server, from the providerID that the cloud controller gave it; undefined: not yet, or of another cloud */
  readonly serverId: string | undefined;
  /** e.g. `v1.34.1` */
  readonly kubelet: string;
  readonly labels: Readonly<Record<string, string>>;
  /** the machine-config operator has given it another config, and it is about to be drained and rebooted, or is already */
  readonly updating: boolean;
  /** RFC 3339 */
  readonly created?: string | undefined;
  /** the condition Ready: `True`, `False`, or `Unknown` when its kubelet does not report; undefined: not reported yet */
  readonly ready?: string | undefined;
  /** RFC 3339: since when it is so */
  readonly since?: string | undefined;
  /** what its kubelet or the node controller says about it */
  readonly message?: string | undefined;
  /** RFC 3339: since when it is Ready; undefined: it is not, or that is not known */
  readonly readySince?: string | undefined;
  /** what it offers to pods: cores, and bytes of memory; undefined: not reported */
  readonly allocatable?: Allocatable | undefined;
}

export interface Allocatable {
  readonly cpu: number;
  readonly memory: number;
}

/** The cloud's objects that a stack's config names. */
export interface CloudFacts {
  /** of the cluster's machines; undefined: an error of {@link unresolved}, and there are no subnets */
  readonly network: NetworkFacts | undefined;
  readonly subnets: readonly SubnetFacts[];
  /** whether the config names them; else they were found by the installer's tags and names */
  readonly areNamed: boolean;
  /** the subnets with the installer's tag */
  readonly tagged: readonly SubnetFacts[];
  readonly workerGroup: WorkerGroup;
  /** false: Neutron has no trunks; undefined: it has, or does not tell */
  readonly trunks?: false | undefined;
  /** one entry per pool, in the config's order */
  readonly pools: readonly PoolFacts[];
  /** errors of networks, subnets and security groups that the cloud did not return: what does not need them is checked all the same */
  readonly unresolved: readonly Diagnostic[];
}

export interface GroupFacts {
  readonly id: string;
  readonly name: string;
}

/**
 * The security group that the installer created for the workers; `several`: more than one group has its name, and not exactly
 * one its tag; `unsupported`: Neutron has no security groups.
 */
export type WorkerGroup = GroupFacts | "several" | "unsupported" | undefined;

export interface NetworkFacts {
  readonly id: string;
  readonly name: string;
  /** undefined: not reported */
  readonly mtu: number | undefined;
  /** false: its new ports can have neither security groups nor allowed address pairs; undefined: not reported */
  readonly portSecurity?: boolean | undefined;
  /** id of the other project that owns it; undefined: the account's own does, or that is not reported */
  readonly otherProject?: string | undefined;
}

export interface SubnetFacts {
  readonly id: string;
  readonly name: string;
  readonly networkId: string;
  readonly cidr: string;
  /** empty: none */
  readonly gateway: string;
  readonly dhcp: boolean;
  /** `slaac` or `dhcpv6-stateless`: a machine makes its own address, from its MAC; undefined: Neutron allocates it */
  readonly autoAddress?: string | undefined;
  readonly dnsServers: readonly string[];
  readonly allocationPools: readonly { readonly start: string; readonly end: string }[];
}

/** The objects that one entry of a list `networks` names. */
export interface PortFacts {
  readonly network: NetworkFacts;
  /** IPv4 first */
  readonly subnets: readonly SubnetFacts[];
  /** whether the config names them */
  readonly areNamed: boolean;
  readonly securityGroupIds: readonly string[];
  /** of its trunk, in the config's order; undefined: it has no trunk */
  readonly subports?: readonly SubportFacts[] | undefined;
}

/** The objects that a subport of a trunk names. */
export interface SubportFacts {
  readonly network: NetworkFacts;
  /** empty: Neutron chooses */
  readonly subnets: readonly SubnetFacts[];
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

export interface FlavorFacts {
  readonly id: string;
  readonly name: string;
  readonly extraSpecs: Readonly<Record<string, string>>;
  readonly vcpus: number;
  /** MiB */
  readonly ram: number;
  /** GiB; 0: as large as the image */
  readonly disk: number;
}

/**
 * A flavor or an image that the cloud did not return by the name in the config: hidden, deleted, or one of several of that
 * name. Only a new server needs it.
 */
export interface NotFound {
  readonly name: string;
  /** the error, as it is reported when a server is to be created */
  readonly notFound: Diagnostic;
}

export interface PoolFacts {
  readonly flavor: FlavorFacts | NotFound;
  readonly image: ImageFacts | NotFound;
  /** one per entry of the pool's `networks`; undefined: its network, subnet or security groups are unresolved */
  readonly ports: readonly (PortFacts | undefined)[];
  /** one list per named worker, one per entry of its `networks` */
  readonly workerPorts: readonly (readonly (PortFacts | undefined)[])[];
}

/** Where the machines fetch their Ignition config from. */
export interface ObjectStoreFacts {
  /** public URL of the account */
  readonly url: string;
  readonly region: string;
  /** PEM bundle of its certificate authorities; undefined: public ones */
  readonly ca: string | undefined;
}

/** The facts that are plain data. */
export interface PlainFacts {
  readonly cluster: ClusterFacts;
  readonly cloud: CloudFacts;
  /** undefined: the cloud's catalog has none */
  readonly objectStore: ObjectStoreFacts | undefined;
}
