import { existsSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import path from "node:path";
import { UserError } from "../lib/errors.ts";
import { YamlError } from "../lib/go-yaml.ts";
import { proxyFor, proxyProblem, proxyVariables } from "../lib/proxy.ts";
import { shownPath } from "../lib/shown-path.ts";
import { authorityProblem, isPem } from "./endpoint.ts";
import {
  clusterOf,
  contextOf,
  type KubeCluster,
  type Kubeconfig,
  KubeconfigFormatError,
  type KubeContext,
  type KubeUser,
  mergeKubeconfigs,
  parseKubeconfig,
  userOf,
} from "./kubeconfig/file.ts";
import { clusterProblems, unreadable, userProblems } from "./kubeconfig/rules.ts";

/** Where the cluster is, and the way to it. */
export interface ClusterAddress {
  /** path or content; default: the files of KUBECONFIG, then ~/.kube/config */
  readonly kubeconfig?: string | undefined;
  /** default: the kubeconfig's current context */
  readonly context?: string | undefined;
  /** URL; default: the cluster's proxy-url in the kubeconfig, then HTTPS_PROXY and NO_PROXY */
  readonly proxy?: string | undefined;
  /** path or PEM content; default: the cluster's certificate-authority in the kubeconfig */
  readonly ca?: string | undefined;
}

/** How requests reach one cluster, and who sends them: one context of a kubeconfig, checked. */
export interface ClusterAccess {
  readonly context: KubeContext;
  readonly cluster: KubeCluster;
  readonly user: KubeUser;
  /** URL of the proxy on the way, the environment's included */
  readonly proxy: string | undefined;
}

/** What is wrong with one part of an address. */
export interface KubeconfigProblem {
  readonly key: keyof ClusterAddress;
  readonly problem: string;
  /** the context that was asked for, and those there are */
  readonly wanted: string;
  readonly known: readonly string[];
}

/** An address of which something is not there or not usable: everything at once. */
export class KubeconfigError extends UserError {
  readonly problems: readonly KubeconfigProblem[];

  constructor(problems: readonly KubeconfigProblem[]) {
    super(problems.map(describeProblem).join("; "));
    this.problems = problems;
  }
}

export function describeProblem({ key, problem, known }: KubeconfigProblem): string {
  return key === "context" ? `${problem}; it has: ${known.join(", ") || "none"}` : problem;
}

/** True when a kubeconfig was given by its content (YAML or JSON), which is a secret, and not by its path. */
export function isContent(kubeconfig: string): boolean {
  return kubeconfig.includes("\n") || kubeconfig.trimStart().startsWith("{");
}

/**
 * Loads a kubeconfig by the rules of kubectl: KUBECONFIG may list several files, of which missing ones are skipped and
 * the first to set a value wins. Every file that it points to is read now: a request that fails for want of one would
 * look like an outage. What a kubeconfig contains never gets into an error: a parser's message quotes the line at fault,
 * which may be a token.
 *
 * @throws KubeconfigError that says which file, context, proxy or authority is wrong
 */
export function loadKubeConfig(address: ClusterAddress): ClusterAccess {
  const problems: KubeconfigProblem[] = [];
  const collect = <T>(work: () => T): T | undefined => {
    try {
      return work();
    } catch (error) {
      if (!(error instanceof KubeconfigError)) throw error;
      problems.push(...error.problems);
      return undefined;
    }
  };
  const { proxy, ca } = address;
  const authority = collect(() => (ca === undefined ? undefined : authorityOf(ca)));
  const wrong = proxy === undefined ? undefined : proxyProblem(proxy);
  if (wrong !== undefined) problems.push(problemAt("proxy", wrong));
  const access = collect(() => read(address));
  if (problems.length > 0 || !access) throw new KubeconfigError(problems);
  const trust = authority === undefined ? {} : { authority: { data: authority }, insecure: false };
  return withProxy({
    ...access,
    cluster: { ...access.cluster, ...trust, ...(proxy !== undefined && { proxyUrl: proxy }) },
  });
}

function problemAt(
  key: keyof ClusterAddress,
  problem: string,
  wanted = "",
  known: readonly string[] = [],
): KubeconfigProblem {
  return { key, problem, wanted, known };
}

/** The environment's proxy serves where none is configured (client-go, rest/config.go, Config.Proxy). */
function withProxy(access: Omit<ClusterAccess, "proxy">): ClusterAccess {
  const { proxyUrl, server } = access.cluster;
  if (proxyUrl !== "") return { ...access, proxy: proxyUrl };
  const proxy = proxyFor(server, process.env);
  const wrong = proxy === undefined ? undefined : proxyProblem(proxy);
  if (wrong !== undefined) throw new KubeconfigError([problemAt("proxy", `${proxyVariables} ${wrong}`)]);
  return { ...access, proxy };
}

function read({ kubeconfig, context, ca }: ClusterAddress): Omit<ClusterAccess, "proxy"> {
  const byContent = kubeconfig !== undefined && isContent(kubeconfig);
  const files = byContent ? [] : existing(filesOf(kubeconfig));
  const source = byContent ? "the kubeconfig given by content" : `kubeconfig ${files.map(shownPath).join(", ")}`;
  const parts = byContent
    ? [parsed(() => kubeconfig, source, ".")]
    : files.map((file) =>
        parsed(() => readFileSync(file, "utf8"), `kubeconfig ${shownPath(file)}`, path.dirname(file)),
      );
  const access = choose(mergeKubeconfigs(parts), context, source);
  const { cluster, user, sources } = access;
  const problems = [
    ...clusterProblems(cluster, ca === undefined).map((problem) => `${sources.cluster}: ${problem}`),
    ...userProblems(user).map((problem) => `${sources.user}: ${problem}`),
  ].map((problem) => problemAt("kubeconfig", problem));
  if (problems.length > 0) throw new KubeconfigError(problems);
  return { context: access.context, cluster, user };
}

/** The context, its cluster and its user, and what each of these two was read from. */
function choose(config: Kubeconfig, context: string | undefined, source: string) {
  const wanted = context ?? config.currentContext;
  const refuseContext = (problem: string): never => {
    throw new KubeconfigError([problemAt("context", `${source} has ${problem}`, wanted, [...config.contexts.keys()])]);
  };
  if (wanted === "") refuseContext("no current context");
  const entry = config.contexts.get(wanted) ?? refuseContext(`no context "${wanted}"`);
  const chosen = typed(entry.source, () => contextOf(wanted, entry));
  const cluster = config.clusters.get(chosen.cluster) ?? refuseContext(`no cluster for its context "${wanted}"`);
  // kubectl would ask for a name and a password
  const user = config.users.get(chosen.user) ?? refuseContext(`no user for its context "${wanted}"`);
  return {
    context: chosen,
    cluster: typed(cluster.source, () => clusterOf(chosen.cluster, cluster)),
    user: typed(user.source, () => userOf(chosen.user, user)),
    sources: { cluster: cluster.source, user: user.source },
  };
}

function refuse(problem: string): never {
  throw new KubeconfigError([problemAt("kubeconfig", problem)]);
}

function typed<T>(source: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof KubeconfigFormatError)) throw error;
    return refuse(`${source}: ${error.message}`);
  }
}

function parsed(content: () => string, source: string, folder: string): Kubeconfig {
  try {
    return typed(source, () => parseKubeconfig(content(), source, folder));
  } catch (error) {
    if (error instanceof YamlError) return refuse(`${source} is not a kubeconfig: ${error.message}`);
    const { code, syscall } = error as NodeJS.ErrnoException;
    if (syscall === undefined) throw error;
    return refuse(`${source} cannot be read: ${code}`);
  }
}

/**
 * The PEM of an authority by path or content.
 *
 * @throws KubeconfigError that says what is wrong with it
 */
export function authorityOf(ca: string): string {
  const file = isPem(ca) ? undefined : absolute(ca);
  const reason = file && unreadable(file);
  if (reason) throw new KubeconfigError([problemAt("ca", `${shownPath(ca)} cannot be read: ${reason}`)]);
  const pem = file === undefined ? ca : readFileSync(file, "utf8");
  const wrong = authorityProblem(pem);
  if (wrong !== undefined)
    throw new KubeconfigError([problemAt("ca", `${file === undefined ? "the content" : shownPath(file)} ${wrong}`)]);
  return pem;
}

function absolute(file: string): string {
  return path.resolve(file.replace(/^~(?=\/|$)/, homedir()));
}

function filesOf(configured: string | undefined): string[] {
  if (configured !== undefined) return [absolute(configured)];
  const listed = process.env["KUBECONFIG"] ?? "";
  if (listed === "") return [path.join(homedir(), ".kube", "config")];
  if (isContent(listed))
    refuse("KUBECONFIG of the environment is the content of a kubeconfig: set it to the path of a file with it");
  const files = listed.split(path.delimiter).filter((file) => file !== "");
  if (files.length > 0) return files;
  // kubectl then reads none, and asks localhost (client-go, tools/clientcmd/loader.go)
  const remedy = "set it to a path, or unset it for ~/.kube/config";
  return refuse(`KUBECONFIG of the environment is "${listed}", which names no file: ${remedy}`);
}

function existing(files: readonly string[]): string[] {
  const there = files.filter((file) => existsSync(file));
  if (there.length > 0) return there;
  return refuse(`there is no kubeconfig ${files.map(shownPath).join(", ")}`);
}
