import type { CoreV1Api, CustomObjectsApi, KubeConfig } from "@kubernetes/client-node";
import { z } from "zod";
import type { Config } from "../../config/load.ts";
import { allOrDiagnostics, DiagnosticError } from "../../diagnostics/error.ts";
import { attempt, orDefaultIf404 } from "../attempt.ts";
import type { ClusterFacts, ClusterNetwork, MachineConfigServer } from "../facts.ts";
import { type NodeFacts } from "../facts.ts";
import { allowStatus, type Ask, asker, unexpectedShape } from "./ask.ts";
import { clients, fetchCredentials } from "./client.ts";
import { loadKubeconfig } from "./kubeconfig.ts";
import { parseNodes } from "./nodes.ts";
import { type Expected, reconcile, type Reported, type Resolved } from "./reconcile.ts";

const strings = z.array(z.string()).default([]);

/** openshift/api config/v1, InfrastructureStatus and OpenStackPlatformStatus; before 4.12 there is but one address of each. */
const infrastructureSchema = z.object({
  spec: z
    .object({
      platformSpec: z.object({ openstack: z.object({ machineNetworks: strings }).optional() }).optional(),
    })
    .optional(),
  status: z.object({
    infrastructureName: z.string().default(""),
    apiServerInternalURI: z.string().default(""),
    platformStatus: z.object({
      openstack: z.object({
        apiServerInternalIPs: strings,
        apiServerInternalIP: z.string().default(""),
        ingressIPs: strings,
        ingressIP: z.string().default(""),
        machineNetworks: strings,
      }),
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

const userDataName = "Secret openshift-machine-api/worker-user-data";

function parseUserDataSecret(secret: unknown): MachineConfigServer | DiagnosticError {
  const { userData } = z
    .object({ data: z.object({ userData: z.string().default("") }).prefault({}) })
    .parse(secret).data;
  if (userData === "") return unexpectedShape(userDataName, "it lacks data.userData");
  return parseUserData(Buffer.from(userData, "base64").toString("utf8"));
}

const networkSchema = z.object({
  status: z.object({ networkType: z.string().optional(), clusterNetworkMTU: z.number().optional() }).optional(),
});

/** openshift/api config/v1, NetworkStatus. */
export function parseNetwork(answer: unknown): ClusterNetwork {
  const { networkType: type, clusterNetworkMTU: mtu } = networkSchema.parse(answer).status ?? {};
  return { type, mtu };
}

type Platform = Pick<Reported, "infraId" | "apiVips" | "ingressVips" | "machineNetworks"> &
  Pick<ClusterFacts, "apiUrl">;

const infrastructureName = "Infrastructure cluster";
const given = (...values: readonly string[]): string[] => values.filter((value) => value !== "");

/** The cluster's names and addresses in its Infrastructure object. */
export function parseInfrastructure(object: unknown): Platform {
  const { spec, status } = infrastructureSchema.parse(object);
  const { apiServerInternalIPs, apiServerInternalIP, ingressIPs, ingressIP, machineNetworks } =
    status.platformStatus.openstack;
  const wanted = spec?.platformSpec?.openstack?.machineNetworks ?? [];
  const unnamed = unexpectedShape(infrastructureName, "it lacks status.infrastructureName");
  return {
    infraId: status.infrastructureName === "" ? unnamed : status.infrastructureName,
    apiUrl: status.apiServerInternalURI === "" ? undefined : status.apiServerInternalURI,
    apiVips: apiServerInternalIPs.length > 0 ? apiServerInternalIPs : given(apiServerInternalIP),
    ingressVips: ingressIPs.length > 0 ? ingressIPs : given(ingressIP),
    machineNetworks: machineNetworks.length > 0 ? machineNetworks : wanted,
  };
}

/** What a cluster says that has no Infrastructure object. */
const nothing = (infraId: DiagnosticError): Platform => ({
  infraId,
  apiUrl: undefined,
  apiVips: [],
  ingressVips: [],
  machineNetworks: [],
});

interface Apis {
  readonly ask: Ask;
  readonly core: CoreV1Api;
  readonly custom: CustomObjectsApi;
  readonly signal: AbortSignal;
}

/** What the cluster says and the config may expect. Throws a DiagnosticError where the two do not agree. */
async function readSettled(
  { ask, core, custom, signal }: Apis,
  expected: Expected,
): Promise<Resolved & Pick<ClusterFacts, "apiUrl">> {
  const infrastructure = { group: "config.openshift.io", version: "v1", plural: "infrastructures", name: "cluster" };
  const network = { group: "config.openshift.io", version: "v1", plural: "networks", name: "cluster" };
  const userData = { namespace: "openshift-machine-api", name: "worker-user-data" };
  const unknown: ClusterNetwork = { type: undefined, mtu: undefined };
  const [platform, machineConfigServer, clusterNetwork] = await allOrDiagnostics([
    allowStatus([404], ask(infrastructureName, custom.getClusterCustomObject(infrastructure), parseInfrastructure)),
    allowStatus([403, 404], ask(userDataName, core.readNamespacedSecret(userData), parseUserDataSecret)),
    attempt(signal, orDefaultIf404(custom.getClusterCustomObject(network), parseNetwork, unknown)),
  ]);
  const { apiUrl, ...names } = platform instanceof DiagnosticError ? nothing(platform) : platform;
  const { settled, diagnostics } = reconcile({ ...names, machineConfigServer, network: clusterNetwork }, expected);
  if (!settled) throw new DiagnosticError(diagnostics);
  return { ...settled, apiUrl };
}

/** Reads the cluster's facts. Throws a DiagnosticError with all that cannot be had, or is not as the config expects. */
export async function readCluster(
  kubeconfig: KubeConfig,
  signal: AbortSignal,
  expected: Expected = {},
): Promise<ClusterFacts> {
  const { CoreV1Api, CustomObjectsApi, VersionApi } = await import("@kubernetes/client-node");
  await fetchCredentials(kubeconfig, signal);
  const ask = asker(kubeconfig, signal);
  const make = await clients(kubeconfig, signal);
  const core = make(CoreV1Api);
  const custom = make(CustomObjectsApi);
  const version = make(VersionApi).getCode();
  // alone and first: a server out of reach is one error and not five
  const { gitVersion } = await ask("the version", version, (answer) =>
    z.object({ gitVersion: z.string() }).parse(answer),
  );
  const pools = { group: "machineconfiguration.openshift.io", version: "v1", plural: "machineconfigpools" };
  const [settled, machineConfigPools, uid, nodes] = await allOrDiagnostics([
    readSettled({ ask, core, custom, signal }, expected),
    ask("the MachineConfigPools", custom.listClusterCustomObject(pools), (answer) =>
      poolsSchema.parse(answer).items.map(({ metadata }) => metadata.name),
    ),
    ask("Namespace kube-system", core.readNamespace({ name: "kube-system" }), (answer) =>
      z.object({ metadata: z.object({ uid: z.string() }) }).parse(answer),
    ),
    ask("the Nodes", core.listNode(), parseNodes),
  ]);
  return { ...settled, uid: uid.metadata.uid, version: gitVersion, machineConfigPools, nodes };
}

/** The Nodes as they are now. Throws a DiagnosticError if the cluster does not answer. */
export async function readNodes(config: Config["cluster"]): Promise<NodeFacts[]> {
  const kubeconfig = await loadKubeconfig(config);
  const { CoreV1Api } = await import("@kubernetes/client-node");
  const signal = AbortSignal.timeout(nodesTimeout * 1000);
  await fetchCredentials(kubeconfig, signal);
  const make = await clients(kubeconfig, signal);
  return asker(kubeconfig, signal)("the Nodes", make(CoreV1Api).listNode(), parseNodes);
}

/** Seconds within which the Nodes must be told, in the midst of an update. */
const nodesTimeout = 60;
