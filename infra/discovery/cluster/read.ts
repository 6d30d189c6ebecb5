import { z } from "zod";
import { type Api } from "../../../components/kubernetes/client.ts";
import { kubeSystem } from "../../../components/kubernetes/cluster-identity.ts";
import { timeoutSignal } from "../../../components/lib/timer.ts";
import type { Config } from "../../config/load.ts";
import { allOrDiagnostics, DiagnosticError } from "../../diagnostics/error.ts";
import { attempt, orDefaultIf404, type Result } from "../attempt.ts";
import type { ClusterFacts, ClusterNetwork, LeavingLoad, LocalData, MachineConfigServer, NodeFacts } from "../facts.ts";
import { allowStatus, type Ask, asker, fetchCredentials, isAbsent, unexpectedShape } from "./ask.ts";
import { openCluster } from "./kubeconfig.ts";
import { readLeavingLoad } from "./leaving-load.ts";
import { type LeavingNode, readLocalData } from "./local-data.ts";
import { nodeIdentityOf, platformDiagnostics, type ReportedPlatform } from "./platform.ts";
import { readPools } from "./machine-config-pools.ts";
import { parseNodes } from "./nodes.ts";
import { type Expected, reconcile, type Reported, type Resolved } from "./reconcile.ts";

const strings = z.array(z.string()).default([]);

/** openshift/api config/v1, OpenStackPlatformStatus and BareMetalPlatformStatus; before 4.12 each has a single address. */
const addressesSchema = z.object({
  apiServerInternalIPs: strings,
  apiServerInternalIP: z.string().default(""),
  ingressIPs: strings,
  ingressIP: z.string().default(""),
  machineNetworks: strings,
});
const networksSchema = z.object({ machineNetworks: strings }).optional();

/** The same, InfrastructureStatus. Those of platforms None and External say nothing of addresses. */
const infrastructureSchema = z.object({
  spec: z
    .object({
      platformSpec: z.object({ openstack: networksSchema, baremetal: networksSchema }).optional(),
    })
    .optional(),
  status: z.object({
    infrastructureName: z.string().default(""),
    apiServerInternalURI: z.string().default(""),
    controlPlaneTopology: z.string().optional(),
    platformStatus: z.object({
      type: z.string().optional(),
      openstack: addressesSchema.optional(),
      baremetal: addressesSchema.optional(),
      external: z.object({ cloudControllerManager: z.object({ state: z.string().optional() }).optional() }).optional(),
    }),
  }),
});

const source = z.object({ source: z.string() });
const userDataSchema = z.object({
  ignition: z.object({
    config: z.object({ merge: z.array(source).default([]), append: z.array(source).default([]) }),
    security: z.object({ tls: z.object({ certificateAuthorities: z.array(source).default([]) }) }).optional(),
  }),
});

/** The Machine Config Server's address and CA, from the pointer config that the cluster keeps for its own workers. */
export function parseUserData(text: string): MachineConfigServer {
  const { ignition } = userDataSchema.parse(JSON.parse(text));
  const [server] = [...ignition.config.merge, ...ignition.config.append];
  if (!server) throw new Error("its Ignition config has neither merge nor append");
  return {
    url: new URL(server.source).origin,
    authorities: ignition.security?.tls.certificateAuthorities.map((authority) => authority.source) ?? [],
  };
}

/**
 * The same, from a Secret: the installer's `worker-user-data`, which its MachineSets name, or `worker-user-data-managed`, which
 * the machine-config operator keeps beside it (openshift/machine-config-operator, manifests/userdata_secret.yaml).
 */
export function parseUserDataSecret(name: string, secret: unknown): MachineConfigServer | DiagnosticError {
  const { userData } = z
    .object({ data: z.object({ userData: z.string().default("") }).prefault({}) })
    .parse(secret).data;
  if (userData === "") return unexpectedShape(name, "data.userData is missing");
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
  Pick<ClusterFacts, "apiUrl"> & {
    /** undefined: the cluster has no Infrastructure object */
    readonly platform?: ReportedPlatform | undefined;
  };

const infrastructureName = "Infrastructure cluster";
const given = (...values: readonly string[]): string[] => values.filter((value) => value !== "");

/** The cluster's names and addresses from its Infrastructure object. */
export function parseInfrastructure(object: unknown): Platform {
  const { spec, status } = infrastructureSchema.parse(object);
  const { openstack, baremetal, external, type = openstack && "OpenStack" } = status.platformStatus;
  if (type === undefined) throw new Error("status.platformStatus.type is missing");
  const { apiServerInternalIPs, apiServerInternalIP, ingressIPs, ingressIP, machineNetworks } =
    openstack ?? baremetal ?? addressesSchema.parse({});
  const { openstack: ofOpenstack, baremetal: ofBaremetal } = spec?.platformSpec ?? {};
  const wanted = (ofOpenstack ?? ofBaremetal)?.machineNetworks ?? [];
  const unnamed = unexpectedShape(infrastructureName, "status.infrastructureName is missing");
  return {
    infraId: status.infrastructureName === "" ? unnamed : status.infrastructureName,
    apiUrl: status.apiServerInternalURI === "" ? undefined : status.apiServerInternalURI,
    apiVips: apiServerInternalIPs.length > 0 ? apiServerInternalIPs : given(apiServerInternalIP),
    ingressVips: ingressIPs.length > 0 ? ingressIPs : given(ingressIP),
    machineNetworks: machineNetworks.length > 0 ? machineNetworks : wanted,
    platform: {
      type,
      hasCloudController: type === "OpenStack" || external?.cloudControllerManager?.state === "External",
      isHosted: status.controlPlaneTopology === "External",
    },
  };
}

/** The result for a cluster without an Infrastructure object. */
const nothing = (infraId: DiagnosticError): Platform => ({
  infraId,
  apiUrl: undefined,
  apiVips: [],
  ingressVips: [],
  machineNetworks: [],
});

export const infrastructurePath = "/apis/config.openshift.io/v1/infrastructures/cluster";

const paths = {
  version: "/version",
  infrastructure: infrastructurePath,
  network: "/apis/config.openshift.io/v1/networks/cluster",
  secrets: "/api/v1/namespaces/openshift-machine-api/secrets",
  nodes: "/api/v1/nodes",
};

const versionSchema = z.object({ gitVersion: z.string() });
const namespaceSchema = z.object({ metadata: z.object({ uid: z.string() }) });

/** Where the Machine Config Server is. An error is about the installer's Secret: the operator's is read only without it. */
async function readMachineConfigServer(ask: Ask): Promise<MachineConfigServer | DiagnosticError> {
  const read = (secret: string) => {
    const name = `Secret openshift-machine-api/${secret}`;
    const asked = ask(name, `${paths.secrets}/${secret}`, (object) => parseUserDataSecret(name, object));
    return allowStatus([403, 404], asked);
  };
  const ofInstaller = await read("worker-user-data");
  if (!isAbsent(ofInstaller)) return ofInstaller;
  const ofOperator = await read("worker-user-data-managed");
  return ofOperator instanceof DiagnosticError ? ofInstaller : ofOperator;
}

/** The values that the cluster reports, reconciled with `cluster.expect`. Throws a DiagnosticError if the two contradict. */
async function readResolved(
  api: Api,
  ask: Ask,
  expected: Expected,
  signal: AbortSignal,
): Promise<Resolved & Pick<ClusterFacts, "apiUrl" | "nodeIdentity">> {
  const unknown: ClusterNetwork = { type: undefined, mtu: undefined };
  const network = api.request(paths.network, { signal, retries: 0 });
  const [platform, machineConfigServer, clusterNetwork] = await allOrDiagnostics([
    allowStatus([404], ask(infrastructureName, paths.infrastructure, parseInfrastructure)),
    readMachineConfigServer(ask),
    attempt(signal, orDefaultIf404(network, parseNetwork, unknown)),
  ]);
  const { apiUrl, platform: reported, ...names } = platform instanceof DiagnosticError ? nothing(platform) : platform;
  const unsuitable = platformDiagnostics(reported, expected.platform);
  // what a hosted cluster does not have is not reported as well
  if (reported?.isHosted === true) throw new DiagnosticError(unsuitable);
  const { resolved, diagnostics } = reconcile({ ...names, machineConfigServer, network: clusterNetwork }, expected);
  if (!resolved || unsuitable.length > 0) throw new DiagnosticError([...unsuitable, ...diagnostics]);
  const nodeIdentity = nodeIdentityOf(reported, expected.platform);
  return { ...resolved, apiUrl, ...(nodeIdentity && { nodeIdentity }) };
}

/** Reads the cluster's facts. Throws a DiagnosticError that lists everything that cannot be read or contradicts the config. */
export async function readCluster(api: Api, signal: AbortSignal, expected: Expected = {}): Promise<ClusterFacts> {
  const ask = asker(api, signal);
  try {
    await fetchCredentials(api, signal);
    // first and separately: an unreachable server is one error, not five
    const { gitVersion } = await ask("the version", paths.version, (answer) => versionSchema.parse(answer));
    const [resolved, machineConfigPools, uid, nodes] = await allOrDiagnostics([
      readResolved(api, ask, expected, signal),
      readPools(ask),
      ask("Namespace kube-system", kubeSystem, (answer) => namespaceSchema.parse(answer).metadata.uid),
      ask("the Nodes", paths.nodes, parseNodes),
    ]);
    return { ...resolved, uid, version: gitVersion, machineConfigPools, nodes };
  } finally {
    await api.close();
  }
}

/** Timeout in seconds for what is read again during an update. */
const currentTimeout = 60;

async function readNow<T>(config: Config["cluster"], read: (ask: Ask, api: Api) => Promise<T>): Promise<T> {
  const api = openCluster(config);
  const signal = timeoutSignal(currentTimeout * 1000);
  try {
    await fetchCredentials(api, signal);
    return await read(asker(api, signal), api);
  } finally {
    await api.close();
  }
}

/** The Nodes as they are now. Throws a DiagnosticError if the cluster does not respond. */
export const readNodes = (config: Config["cluster"]): Promise<NodeFacts[]> =>
  readNow(config, (ask) => ask("the Nodes", paths.nodes, parseNodes));

/** What ends with the machines of these Nodes, and what runs on them. Throws a DiagnosticError if the cluster does not respond. */
export const leavingDataOf = (
  config: Config["cluster"],
  leaving: readonly LeavingNode[],
): Promise<LeavingLoad & { readonly localData: Result<readonly LocalData[]> }> =>
  readNow(config, async (ask, api) => {
    const names = leaving.map(({ name }) => name);
    const loading = readLeavingLoad(api, names);
    const known = async (node: string) => (await loading).pods.value?.get(node);
    const [load, localData] = await Promise.all([loading, readLocalData(ask, leaving, known)]);
    return { ...load, localData };
  });

/** The MachineConfigPools as they are now. Throws a DiagnosticError if the cluster does not respond. */
export const readMachineConfigPools = (config: Config["cluster"]): Promise<ClusterFacts["machineConfigPools"]> =>
  readNow(config, readPools);
