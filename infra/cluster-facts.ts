import type { ApiException, KubeConfig } from "@kubernetes/client-node";
import { z } from "zod";
import { isSilence } from "../components/node/silence.ts";
import { type NodeFacts, parseNodes } from "./cluster-nodes.ts";
import type { Config } from "./config.ts";
import { loadKubeconfig } from "./kubeconfig.ts";
import { Problem, reasonOf, together, within } from "./problem.ts";

/** What the running cluster says about itself. */
export interface ClusterFacts {
  /** infrastructure name, the prefix of all names, e.g. `mycluster-x7k2p` */
  readonly infraId: string;
  /** uid of the namespace kube-system: tells one cluster from another */
  readonly uid: string;
  /** Kubernetes version of the API server, e.g. `v1.34.1` */
  readonly version: string;
  readonly apiVips: readonly string[];
  readonly ingressVips: readonly string[];
  /** CIDRs of the machine networks; empty if the cluster does not say */
  readonly machineNetworks: readonly string[];
  readonly machineConfigServer: MachineConfigServer;
  readonly machineConfigPools: readonly string[];
  readonly nodes: readonly NodeFacts[];
}

export interface MachineConfigServer {
  /** without the path, e.g. `https://10.0.0.5:22623` */
  readonly url: string;
  /** certificate authorities as data URLs */
  readonly authorities: readonly string[];
}

const strings = z.array(z.string()).default([]);

const infrastructureSchema = z.object({
  spec: z
    .object({
      platformSpec: z.object({ openstack: z.object({ machineNetworks: strings }).optional() }).optional(),
    })
    .optional(),
  status: z.object({
    infrastructureName: z.string().min(1),
    platformStatus: z.object({
      openstack: z.object({ apiServerInternalIPs: strings, ingressIPs: strings, machineNetworks: strings }),
    }),
  }),
});

const poolsSchema = z.object({ items: z.array(z.object({ metadata: z.object({ name: z.string() }) })) });

const source = z.object({ source: z.string() });
const userDataSchema = z.object({
  ignition: z.object({
    config: z.object({ merge: z.array(source).default([]), append: z.array(source).default([]) }),
    security: z.object({ tls: z.object({ certificateAuthorities: z.array(source).default([]) }) }).optional(),
  }),
});

/** The API server gave no answer at all. */
export class ClusterSilent extends Problem {}

const problem = (what: string, expected: string, fix: string, cause?: unknown): Problem =>
  new Problem([{ check: "cluster", path: "cluster", what, expected, fix }], { cause });

/** The Machine Config Server's address and CA in the pointer that the cluster keeps for its own workers. */
export function parseUserData(text: string): MachineConfigServer {
  const { ignition } = userDataSchema.parse(JSON.parse(text));
  const [server] = [...ignition.config.merge, ...ignition.config.append];
  if (!server) throw new Error("it merges no config");
  return {
    url: new URL(server.source).origin,
    authorities: ignition.security?.tls.certificateAuthorities.map((authority) => authority.source) ?? [],
  };
}

/** Which API server is asked, and until when. */
interface Place {
  readonly server: string;
  readonly signal: AbortSignal;
  /** by a proxy, which may answer in its place */
  readonly proxied: boolean;
  answered: boolean;
}

/** Judges one answer of the API server; anything but the wanted object becomes a Problem. */
async function ask<T>(what: string, place: Place, request: Promise<unknown>, read: (answer: unknown) => T): Promise<T> {
  let answer: unknown;
  try {
    answer = await within(place.signal, request);
    place.answered = true;
  } catch (error) {
    throw refusal(what, place, error);
  }
  try {
    return read(answer);
  } catch (error) {
    const fix = "check that the cluster is an OpenShift 4 on OpenStack";
    throw problem(`${what} is not as OpenShift writes it: ${flaw(error)}`, "OpenShift's own object", fix, error);
  }
}

function flaw(error: unknown): string {
  if (!(error instanceof z.ZodError)) return reasonOf(error);
  return `it lacks or misstates ${error.issues.map((issue) => issue.path.join(".")).join(", ")}`;
}

function refusal(what: string, { server, signal, proxied, answered }: Place, error: unknown): Problem {
  const code = (error as Partial<ApiException<unknown>>).code;
  if (code === 401) {
    const fix = "renew the kubeconfig, or choose another one with cluster.kubeconfig or cluster.context";
    return problem(`the API server at ${server} refused the credentials (401)`, "credentials that work", fix, error);
  }
  if (code === 403) {
    const fix =
      "use the account that infra/registrar declares; if it is in use, have an administrator declare it again";
    return problem(`not allowed to read ${what} (403)`, "permission to get it", fix, error);
  }
  if (code === 404) {
    const fix = "choose the right cluster with cluster.kubeconfig or cluster.context";
    return problem(`${what} does not exist at ${server}`, "an OpenShift 4 cluster on OpenStack", fix, error);
  }
  const silent = isSilence(error, proxied) || (signal.aborted && !proxied);
  const Kind = silent && !answered ? ClusterSilent : Problem;
  const fault = {
    check: "cluster",
    path: "cluster",
    what: `the API server at ${server} gave no answer for ${what}: ${code ?? reasonOf(error)}`,
    expected: "a running Kubernetes API",
    fix: "check cluster.kubeconfig, cluster.context, cluster.proxy, cluster.ca and the way to the API server",
  };
  return new Kind([fault], { cause: error });
}

function parseUserDataSecret(secret: unknown): MachineConfigServer {
  const { data } = z.object({ data: z.object({ userData: z.string() }) }).parse(secret);
  return parseUserData(Buffer.from(data.userData, "base64").toString("utf8"));
}

type Platform = Pick<ClusterFacts, "infraId" | "apiVips" | "ingressVips" | "machineNetworks">;

/** The cluster's names and addresses in its Infrastructure object. */
export function parseInfrastructure(object: unknown): Platform {
  const { spec, status } = infrastructureSchema.parse(object);
  const { apiServerInternalIPs, ingressIPs, machineNetworks } = status.platformStatus.openstack;
  const wanted = spec?.platformSpec?.openstack?.machineNetworks ?? [];
  return {
    infraId: status.infrastructureName,
    apiVips: apiServerInternalIPs,
    ingressVips: ingressIPs,
    machineNetworks: machineNetworks.length > 0 ? machineNetworks : wanted,
  };
}

/** Reads the cluster's facts. Throws a Problem for the first that cannot be had. */
export async function readCluster(kubeconfig: KubeConfig, signal: AbortSignal): Promise<ClusterFacts> {
  const { CoreV1Api, CustomObjectsApi, VersionApi } = await import("@kubernetes/client-node");
  const { server = "", proxyUrl } = kubeconfig.getCurrentCluster() ?? {};
  const place: Place = { server, signal, proxied: proxyUrl !== undefined, answered: false };
  const core = kubeconfig.makeApiClient(CoreV1Api);
  const custom = kubeconfig.makeApiClient(CustomObjectsApi);
  const version = kubeconfig.makeApiClient(VersionApi).getCode();
  // alone and first: a server out of reach is one fault and not five
  const { gitVersion } = await ask("the version", place, version, (answer) =>
    z.object({ gitVersion: z.string() }).parse(answer),
  );
  const at = <T>(what: string, request: Promise<unknown>, read: (answer: unknown) => T): Promise<T> =>
    ask(what, place, request, read);
  const infrastructure = { group: "config.openshift.io", version: "v1", plural: "infrastructures", name: "cluster" };
  const pools = { group: "machineconfiguration.openshift.io", version: "v1", plural: "machineconfigpools" };
  const userData = { namespace: "openshift-machine-api", name: "worker-user-data" };
  const [platform, machineConfigPools, machineConfigServer, uid, nodes] = await together([
    at("Infrastructure cluster", custom.getClusterCustomObject(infrastructure), parseInfrastructure),
    at("the MachineConfigPools", custom.listClusterCustomObject(pools), (answer) =>
      poolsSchema.parse(answer).items.map(({ metadata }) => metadata.name),
    ),
    at("Secret openshift-machine-api/worker-user-data", core.readNamespacedSecret(userData), parseUserDataSecret),
    at("Namespace kube-system", core.readNamespace({ name: "kube-system" }), (answer) =>
      z.object({ metadata: z.object({ uid: z.string() }) }).parse(answer),
    ),
    at("the Nodes", core.listNode(), parseNodes),
  ]);
  return {
    ...platform,
    uid: uid.metadata.uid,
    version: gitVersion,
    machineConfigServer,
    machineConfigPools,
    nodes,
  };
}

/** The Nodes as they are now. Throws a Problem if the cluster does not answer. */
export async function readNodes(config: Config["cluster"]): Promise<NodeFacts[]> {
  const kubeconfig = await loadKubeconfig(config);
  const { CoreV1Api } = await import("@kubernetes/client-node");
  const { server = "", proxyUrl } = kubeconfig.getCurrentCluster() ?? {};
  const signal = AbortSignal.timeout(nodesTimeout * 1000);
  const place: Place = { server, signal, proxied: proxyUrl !== undefined, answered: false };
  return ask("the Nodes", place, kubeconfig.makeApiClient(CoreV1Api).listNode(), parseNodes);
}

/** Seconds within which the Nodes must be told, in the midst of an update. */
const nodesTimeout = 60;
