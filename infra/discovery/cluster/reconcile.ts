import { X509Certificate } from "node:crypto";
import { certificateAuthorities, certificatesIn, textOf } from "../../../components/ignition/data-url.ts";
import { authorityProblem } from "../../../components/kubernetes/endpoint.ts";
import { authorityOf, KubeconfigError } from "../../../components/kubernetes/kubeconfig.ts";
import { sameAddress, sameNetwork } from "../../../components/lib/ip.ts";
import type { Config } from "../../config/load.ts";
import type { PlatformName } from "../../config/platform.ts";
import type { Diagnostic } from "../../diagnostics/diagnostic.ts";
import { DiagnosticError } from "../../diagnostics/error.ts";
import type { Result } from "../attempt.ts";
import type { ClusterNetwork, MachineConfigServer } from "../facts.ts";

/** The values of `cluster.expect`, and the platform; undefined: not set. */
export interface Expected {
  readonly infraId?: string | undefined;
  readonly apiVips?: readonly string[] | undefined;
  readonly ingressVips?: readonly string[] | undefined;
  readonly machineNetworks?: readonly string[] | undefined;
  readonly machineConfigServer?: MachineConfigServer | undefined;
  readonly mtu?: number | undefined;
  /** cluster.platform; undefined: OpenStack */
  readonly platform?: PlatformName | undefined;
}

/** What the cluster reports. An empty list is not reported; for other values a DiagnosticError says why they are missing. */
export interface Reported {
  readonly infraId: string | DiagnosticError;
  readonly apiVips: readonly string[];
  readonly ingressVips: readonly string[];
  readonly machineNetworks: readonly string[];
  readonly machineConfigServer: MachineConfigServer | DiagnosticError;
  readonly network: Result<ClusterNetwork>;
}

/** The values that are used. */
export interface Resolved {
  readonly infraId: string;
  readonly apiVips: readonly string[];
  readonly ingressVips: readonly string[];
  readonly machineNetworks: readonly string[];
  readonly machineConfigServer: MachineConfigServer;
  readonly network: Result<ClusterNetwork>;
  /** keys of cluster.expect that are used because the cluster does not report the value */
  readonly filled: readonly string[];
}

/** How two values of a kind are compared and shown. */
interface Kind<T> {
  readonly same: (one: T, other: T) => boolean;
  readonly show: (value: T) => string;
}

const setOf = <T>(same: (one: T, other: T) => boolean, show: (value: T) => string): Kind<readonly T[]> => {
  const within = (some: readonly T[], all: readonly T[]): boolean =>
    some.every((it) => all.some((each) => same(it, each)));
  return {
    same: (one, other) => within(one, other) && within(other, one),
    show: (values) => values.map(show).join(", "),
  };
};

const text: Kind<string> = { same: (one, other) => one === other, show: String };
const number: Kind<number> = { same: (one, other) => one === other, show: String };
const addresses = setOf<string>(sameAddress, String);
const networks = setOf<string>(sameNetwork, String);

/** The fingerprints of the authorities' certificates; what cannot be parsed is kept as it is. */
const fingerprints = (sources: readonly string[]): string[] =>
  sources.flatMap((source) => {
    const pem = textOf(source);
    if (authorityProblem(pem) !== undefined) return [source];
    return certificatesIn(pem).map((each) => `the authority SHA-256 ${new X509Certificate(each).fingerprint256}`);
  });
const authorityNames = setOf<string>(
  (one, other) => one === other,
  (name) => (name.startsWith("data:") ? "an authority that cannot be read" : name),
);
const authorities: Kind<readonly string[]> = {
  same: (one, other) => authorityNames.same(fingerprints(one), fingerprints(other)),
  show: (sources) => authorityNames.show(fingerprints(sources)),
};

const otherCluster =
  "if this is the wrong cluster, set cluster.kubeconfig or cluster.context to the right one; otherwise correct this key";
const otherValue = "correct this key, or remove it to use the cluster's value";

const contradiction = (key: string, expected: string, reported: string): Diagnostic => ({
  check: "contradiction",
  path: `cluster.expect.${key}`,
  problem: `the config expects ${expected}, but the cluster reports ${reported}`,
  expected: "the same value in config and cluster",
  remedy: key === "infraId" ? otherCluster : otherValue,
});

/** One reconciled value: the one that is used (undefined: neither side has it), and the errors. */
interface Merged<T> {
  readonly value: T | undefined;
  readonly diagnostics: readonly Diagnostic[];
  /** its key, if the config's value is used */
  readonly filled: readonly string[];
}

function merge<T>(
  key: string,
  reported: T | DiagnosticError,
  expected: T | undefined,
  { same, show }: Kind<T>,
): Merged<T> {
  if (reported instanceof DiagnosticError)
    return expected === undefined
      ? { value: undefined, diagnostics: reported.diagnostics, filled: [] }
      : { value: expected, diagnostics: [], filled: [key] };
  const agreed = expected === undefined || same(reported, expected);
  return {
    value: reported,
    diagnostics: agreed ? [] : [contradiction(key, show(expected), show(reported))],
    filled: [],
  };
}

/** A value that may be missing. */
const notReported = new DiagnosticError([]);

const mergeList = (
  key: string,
  reported: readonly string[],
  expected: readonly string[] | undefined,
  kind: Kind<readonly string[]>,
): Merged<readonly string[]> => merge(key, reported.length === 0 ? notReported : reported, expected, kind);

function mergeServer(
  reported: Reported["machineConfigServer"],
  expected: Expected["machineConfigServer"],
): Merged<MachineConfigServer> {
  const key = "machineConfigServer";
  if (reported instanceof DiagnosticError) {
    const { diagnostics, ...agreed } = merge(key, reported, expected, { same: () => true, show: ({ url: it }) => it });
    return {
      ...agreed,
      diagnostics: diagnostics.map((it) => ({ ...it, remedy: `${it.remedy}; or set cluster.expect.${key}` })),
    };
  }
  const url = merge(`${key}.url`, reported.url, expected?.url, text);
  const ca = mergeList(`${key}.ca`, reported.authorities, expected?.authorities, authorities);
  return {
    value: { url: reported.url, authorities: ca.value ?? [] },
    diagnostics: [...url.diagnostics, ...ca.diagnostics],
    filled: ca.filled,
  };
}

function mergeNetwork(reported: Result<ClusterNetwork>, expected: number | undefined): Merged<Result<ClusterNetwork>> {
  // any error but a missing permission may pass, and the cluster may then contradict the config
  if (reported.error !== undefined && (reported.code !== 403 || expected === undefined))
    return { value: reported, diagnostics: [], filled: [] };
  const { type, mtu } = reported.value ?? {};
  const agreed = merge("mtu", mtu ?? notReported, expected, number);
  return { ...agreed, value: { value: { type, mtu: agreed.value } } };
}

/** A value that the cluster does not report is taken from the config; a contradiction is an error. */
export function reconcile(
  reported: Reported,
  expected: Expected,
): { resolved: Resolved | undefined; diagnostics: Diagnostic[] } {
  const infraId = merge("infraId", reported.infraId, expected.infraId, text);
  const apiVips = mergeList("apiVips", reported.apiVips, expected.apiVips, addresses);
  const ingressVips = mergeList("ingressVips", reported.ingressVips, expected.ingressVips, addresses);
  const machines = mergeList("machineNetworks", reported.machineNetworks, expected.machineNetworks, networks);
  const server = mergeServer(reported.machineConfigServer, expected.machineConfigServer);
  const network = mergeNetwork(reported.network, expected.mtu);
  const all = [infraId, apiVips, ingressVips, machines, server, network];
  const diagnostics = all.flatMap((each) => each.diagnostics);
  if (diagnostics.length > 0 || infraId.value === undefined || !server.value || !network.value)
    return { resolved: undefined, diagnostics };
  return {
    resolved: {
      infraId: infraId.value,
      apiVips: apiVips.value ?? [],
      ingressVips: ingressVips.value ?? [],
      machineNetworks: machines.value ?? [],
      machineConfigServer: server.value,
      network: network.value,
      filled: all.flatMap((each) => each.filled),
    },
    diagnostics,
  };
}

/** The values that the config expects, with the authority read from its file. Throws a DiagnosticError if the file cannot be used. */
export function readExpected({ expect = {}, platform }: Config["cluster"]): Expected {
  const { machineConfigServer: server, ...others } = expect;
  const rest = { ...others, ...(platform && { platform }) };
  if (!server) return rest;
  try {
    const sources = certificateAuthorities(authorityOf(server.ca)).map(({ source }) => source);
    return { ...rest, machineConfigServer: { url: new URL(server.url).origin, authorities: sources } };
  } catch (error) {
    if (!(error instanceof KubeconfigError)) throw error;
    const diagnostics = error.problems.map(({ problem }) => ({
      check: "config",
      path: "cluster.expect.machineConfigServer.ca",
      problem,
      expected: "the PEM certificates of the CA that signs the Machine Config Server's certificate",
      remedy: "correct it, or remove cluster.expect.machineConfigServer",
    }));
    throw new DiagnosticError(diagnostics, { cause: error });
  }
}
