import type { WorkerFacts } from "../csr/types.ts";
import type { TimelineEntry } from "./phases.ts";
import type { Properties } from "./property-values.ts";

/** Inputs of a NodeClaim; see components/node-claim.ts. */
export interface ClaimInputs {
  nodeName: string;
  owner: string;
  removeTimeout: number;
  /** where the bound stands in the stack's config */
  configPath?: string;
}

/** A taint as it stands in a Node's spec. */
export interface Taint {
  key: string;
  value?: string | undefined;
  effect: "NoSchedule" | "PreferNoSchedule" | "NoExecute";
}

/** How a node is emptied; see components/openshift-node.ts. */
export interface DrainSettings {
  timeout: number;
  gracePeriod: number;
  deleteEmptyDirData: boolean;
  force: boolean;
  disableEviction: boolean;
  onTimeout: "fail" | "force";
}

/** Bounds of a worker's phases in seconds; see components/openshift-node.ts. */
export interface NodeTimeouts {
  provision: number;
  boot: number;
  servingCsr: number;
  ready: number;
  delete: number;
  nodeRemoval: number;
}

/** Inputs of an OpenShiftNode; see components/openshift-node.ts. */
export interface NodeInputs extends WorkerFacts {
  owner: string;
  powerState: string;
  timeouts: NodeTimeouts;
  drain: DrainSettings;
  labels: Record<string, string>;
  taints: Taint[];
  specHash?: string;
  configPath: string;
  serverUrn?: string;
}

/** What an OpenShiftNode adds to its inputs. */
export interface NodeOutputs {
  nodeUid: string;
  providerId: string;
  internalIp: string;
  /**
   * Ready; NotReady: registered, but not what Ready demands; Joining: never was Ready; Missing: there is no Node of this
   * server any more
   */
  state: "Ready" | "NotReady" | "Joining" | "Missing";
  timeline: TimelineEntry[];
}

/** The names of the outputs of an OpenShiftNode. */
export const nodeOutputs = ["nodeUid", "providerId", "internalIp", "state", "timeline"] as const;

/** What a command that an error tells to type names the server by. */
export function serverUrnOf({ serverUrn }: NodeInputs): string {
  return serverUrn ?? "<its URN, from `pulumi stack --show-urns`>";
}

/** Properties that Check has passed. */
export function asNode(properties: Properties): NodeInputs {
  return properties as unknown as NodeInputs;
}

export function asClaim(properties: Properties): ClaimInputs {
  return properties as unknown as ClaimInputs;
}

/** Inputs and outputs as they go back to the engine. */
export function asProperties(...parts: object[]): Properties {
  return Object.assign({}, ...parts) as Properties;
}

export function asTimeline(state: Properties): TimelineEntry[] {
  return (state["timeline"] ?? []) as unknown as TimelineEntry[];
}
