import { z } from "zod";
import type { Api } from "../../../components/kubernetes/client.ts";
import { kubeSystem } from "../../../components/kubernetes/cluster-identity.ts";
import { cordonOf, isCordonedBy } from "../../../components/kubernetes/cordons.ts";
import { annotations, type NodeObject, signers } from "../../../components/kubernetes/types.ts";
import type { MachineConfigPool } from "../../../components/rollout/machine-config.ts";
import { DiagnosticError } from "../../diagnostics/error.ts";
import type { Result } from "../attempt.ts";
import type { NodeFacts } from "../facts.ts";
import { allowStatus, asker, fetchCredentials, orUnread } from "./ask.ts";
import { readPools } from "./machine-config-pools.ts";
import { parseNodes } from "./nodes.ts";
import { infrastructurePath, parseInfrastructure } from "./read.ts";

/** What the cluster has of workers. */
export interface ClusterStatus {
  /** uid of the namespace kube-system: identifies the cluster */
  readonly uid: string;
  /** undefined: it does not report it, and the config may say it */
  readonly infraId: string | undefined;
  readonly nodes: readonly NodeStatus[];
  readonly machineConfigPools: Result<readonly MachineConfigPool[]>;
  /** names of the Nodes whose kubelets wait for a serving certificate */
  readonly awaitingServing: Result<readonly string[]>;
}

export interface NodeStatus extends NodeFacts {
  /** RFC 3339 */
  readonly created: string;
  readonly internalIps: readonly string[];
  /** id of its server by its annotation, which its kubelet may write: the providerID outranks it */
  readonly annotatedServerId: string | undefined;
  /** who cordoned it: the stack that its annotation names, or the field manager of somebody else */
  readonly cordon: { readonly stack: string } | { readonly manager: string | undefined } | undefined;
  /** whether the cloud controller has yet to find its server */
  readonly uninitialized: boolean;
  readonly deleting: boolean;
}

/** Set by the kubelet under an external cloud provider, removed by the cloud controller once it found the server. */
const uninitialized = "node.cloudprovider.kubernetes.io/uninitialized";

function cordonBy(node: NodeObject): NodeStatus["cordon"] {
  const cordon = cordonOf(node);
  if (!cordon) return undefined;
  const stack = node.metadata.annotations?.[annotations.cordonedBy];
  return stack !== undefined && isCordonedBy(node, [stack]) ? { stack } : { manager: cordon.manager };
}

/** Nodes as the API server writes them. */
export function parseNodeStatuses(items: readonly NodeObject[]): NodeStatus[] {
  return parseNodes({ items }).flatMap((facts, i) => {
    const node = items[i];
    if (!node) return [];
    const addresses = node.status?.addresses ?? [];
    return {
      ...facts,
      created: node.metadata.creationTimestamp,
      internalIps: addresses.filter(({ type }) => type === "InternalIP").map(({ address }) => address),
      annotatedServerId: node.metadata.annotations?.[annotations.serverId],
      cordon: cordonBy(node),
      uninitialized: (node.spec.taints ?? []).some(({ key }) => key === uninitialized),
      deleting: node.metadata.deletionTimestamp !== undefined,
    };
  });
}

const requestsSchema = z.object({
  items: z.array(
    z.object({
      spec: z.object({ username: z.string().default("") }),
      status: z
        .object({ conditions: z.array(z.unknown()).default([]), certificate: z.string().optional() })
        .prefault({}),
    }),
  ),
});

const kubeletUser = "system:node:";

/** The Nodes whose requests nobody has answered, in a list of the signer's requests. */
export function parseAwaiting(list: unknown): string[] {
  const waiting = requestsSchema
    .parse(list)
    .items.filter(({ status }) => status.conditions.length === 0 && status.certificate === undefined);
  return waiting.flatMap(({ spec }) =>
    spec.username.startsWith(kubeletUser) ? [spec.username.slice(kubeletUser.length)] : [],
  );
}

const requests = `/apis/certificates.k8s.io/v1/certificatesigningrequests?${new URLSearchParams({
  fieldSelector: `spec.signerName=${signers.serving}`,
}).toString()}`;

export const nodesPath = "/api/v1/nodes";

const listSchema = z.object({ items: z.array(z.custom<NodeObject>((item) => typeof item === "object")) });
const namespaceSchema = z.object({ metadata: z.object({ uid: z.string() }) });

/** Reads the cluster, and changes nothing. Throws a DiagnosticError if it does not respond. */
export async function readClusterStatus(api: Api, signal: AbortSignal): Promise<ClusterStatus> {
  const ask = asker(api, signal);
  await fetchCredentials(api, signal);
  // first and separately: an unreachable server is one error, not five
  const uid = await ask("Namespace kube-system", kubeSystem, (it) => namespaceSchema.parse(it).metadata.uid);
  const infrastructure = ask("Infrastructure cluster", infrastructurePath, parseInfrastructure);
  const [platform, nodes, machineConfigPools, awaitingServing] = await Promise.all([
    allowStatus([403, 404], infrastructure),
    ask("the Nodes", nodesPath, (list) => parseNodeStatuses(listSchema.parse(list).items)),
    readPools(ask),
    orUnread(ask("the certificate requests", requests, parseAwaiting)),
  ]);
  const named = platform instanceof DiagnosticError ? undefined : platform.infraId;
  return {
    uid,
    infraId: named instanceof DiagnosticError ? undefined : named,
    nodes,
    machineConfigPools,
    awaitingServing,
  };
}
