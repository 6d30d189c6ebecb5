import type { Permission } from "../../components/kubernetes/permissions.ts";
import type { PlainFacts } from "./read.ts";

/** What was asked for in time, or why there is no answer. */
export type Asked<T> =
  | { readonly answer: T; readonly trouble?: never }
  | {
      readonly answer?: never;
      readonly trouble: string;
      /** HTTP status, if the trouble is one */
      readonly code?: number;
    };

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
export interface ServerSeen {
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
export interface PortSeen {
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
export interface ContainerSeen {
  readonly name: string;
  /** of HTTP; 404: it is not there yet */
  readonly status: number;
  /** it has a key for signed URLs: the key itself is never kept */
  readonly keyed: boolean;
}

/** What is asked for only to be judged. */
export interface Checks {
  readonly compute: Asked<ComputeUsage>;
  readonly portQuota: Asked<Usage>;
  readonly servers: Asked<readonly ServerSeen[]>;
  /** in the networks that the config names */
  readonly ports: Asked<readonly PortSeen[]>;
  /** with the cluster's tag, in whatever network: the config may name another one now */
  readonly clusterPorts: Asked<readonly PortSeen[]>;
  readonly tempUrls: Asked<TempUrls>;
  /** the containers of the pools' Ignition configs */
  readonly containers: Asked<readonly ContainerSeen[]>;
  /** one per pool, in the config's order */
  readonly machineConfig: readonly Probe[];
  /** names of the Machines of the Machine API */
  readonly machines: Asked<readonly string[]>;
  /** what the account may not do of what the program needs */
  readonly denied: Asked<readonly Permission[]>;
}

/** The facts that the checks judge. */
export interface PreflightFacts extends PlainFacts {
  readonly checks: Checks;
  /** of the account in the cloud's project, by their names */
  readonly roles: readonly string[];
  /** the stack as `<organization>/<project>/<stack>` */
  readonly owner: string;
}
