import type { KubeConfig } from "@kubernetes/client-node";
import { existsSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import path from "node:path";
import { UserError } from "../lib/errors.ts";
import { authorityProblem, isPem, proxyProblem } from "./endpoint.ts";

/** Where the cluster is, and the way to it. */
export interface ClusterAddress {
  /** path or content; default: the files of KUBECONFIG, then ~/.kube/config */
  readonly kubeconfig?: string | undefined;
  /** default: the kubeconfig's current context */
  readonly context?: string | undefined;
  /** URL; default: the cluster's proxy-url in the kubeconfig */
  readonly proxy?: string | undefined;
  /** path or PEM content; default: the cluster's certificate-authority in the kubeconfig */
  readonly ca?: string | undefined;
}

/** What is wrong with one part of an address. */
export interface AddressProblem {
  readonly key: keyof ClusterAddress;
  readonly what: string;
  /** the context that was asked for, and those there are */
  readonly wanted: string;
  readonly known: readonly string[];
}

/** An address of which something is not there or not usable: everything at once. */
export class AddressError extends UserError {
  readonly problems: readonly AddressProblem[];

  constructor(problems: readonly AddressProblem[]) {
    super(problems.map(describeProblem).join("; "));
    this.problems = problems;
  }
}

export function describeProblem({ key, what, known }: AddressProblem): string {
  return key === "context" ? `${what}; it has: ${known.join(", ") || "none"}` : what;
}

/** True when a kubeconfig was given by its content (YAML or JSON), which is a secret, and not by its path. */
export function isContent(kubeconfig: string): boolean {
  return kubeconfig.includes("\n") || kubeconfig.trimStart().startsWith("{");
}

/**
 * Loads a kubeconfig by the rules of kubectl: KUBECONFIG may list several files, of which missing ones are skipped and
 * the first to set a value wins. Everything that it points to is looked at now: the client would take a file that is
 * missing for an outage. What it contains never gets into an error: a parser's message quotes the line it stumbled
 * over, which may be a token.
 *
 * @throws AddressError that says which file, context, proxy or authority is wrong
 */
export async function loadKubeConfig(address: ClusterAddress): Promise<KubeConfig> {
  const problems: AddressProblem[] = [];
  const attempt = <T>(work: () => T): T | undefined => {
    try {
      return work();
    } catch (error) {
      if (!(error instanceof AddressError)) throw error;
      problems.push(...error.problems);
      return undefined;
    }
  };
  // half of the client is generated API classes that are not used here: they would double the time to load it
  const { KubeConfig: Loader } = await import("@kubernetes/client-node/dist/config.js");
  const { proxy, ca } = address;
  const authority = attempt(() => (ca === undefined ? undefined : authorityOf(ca)));
  const wrong = proxy === undefined ? undefined : proxyProblem(proxy);
  if (wrong !== undefined) problems.push(refusal("proxy", wrong));
  const config = attempt(() => read(address, Loader));
  if (problems.length > 0 || !config) throw new AddressError(problems);
  override(config, proxy, authority);
  return config;
}

function refusal(key: keyof ClusterAddress, what: string, wanted = "", known: readonly string[] = []): AddressProblem {
  return { key, what, wanted, known };
}

function read({ kubeconfig, context, ca }: ClusterAddress, Loader: new () => KubeConfig): KubeConfig {
  const config = new Loader();
  const byContent = kubeconfig !== undefined && isContent(kubeconfig);
  const files = byContent ? [] : existing(filesOf(kubeconfig));
  const source = byContent ? "the kubeconfig given by content" : `kubeconfig ${files.join(", ")}`;
  if (byContent) parse(() => config.loadFromString(kubeconfig), source);
  for (const file of files) {
    const one = new Loader();
    parse(() => one.loadFromFile(file), `kubeconfig ${file}`);
    merge(config, one);
  }
  choose(config, context, source);
  const unusable = unusableParts(config, ca !== undefined).map((what) => refusal("kubeconfig", `${source}: ${what}`));
  if (unusable.length > 0) throw new AddressError(unusable);
  return config;
}

/** What the client would fail on at every request. */
function unusableParts(config: KubeConfig, ownAuthority: boolean): string[] {
  const cluster = config.getCurrentCluster();
  const user = config.getCurrentUser();
  const files: [name: string, file: string | undefined][] = [
    ["certificate-authority", ownAuthority ? undefined : cluster?.caFile],
    ["client-certificate", user?.certFile],
    ["client-key", user?.keyFile],
  ];
  const unread = files.flatMap(([name, file]) => {
    const trouble = file && unreadable(file);
    return trouble ? [`its ${name} ${file} cannot be read: ${trouble}`] : [];
  });
  const wrong = cluster?.proxyUrl === undefined ? undefined : proxyProblem(cluster.proxyUrl);
  const clear = cluster?.server.startsWith("http:") === true && !cluster.skipTLSVerify;
  return [
    ...unread,
    ...(wrong === undefined ? [] : [`its proxy-url ${wrong}`]),
    ...(clear ? ["its server is http, which needs insecure-skip-tls-verify: true"] : []),
  ];
}

function unreadable(file: string): string | undefined {
  try {
    readFileSync(file);
    return undefined;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code;
  }
}

/**
 * The PEM of an authority by path or content.
 *
 * @throws AddressError that says what is wrong with it
 */
export function authorityOf(ca: string): string {
  const file = isPem(ca) ? undefined : absolute(ca);
  const trouble = file && unreadable(file);
  if (trouble) throw new AddressError([refusal("ca", `${file} cannot be read: ${trouble}`)]);
  const pem = file === undefined ? ca : readFileSync(file, "utf8");
  const wrong = authorityProblem(pem);
  if (wrong !== undefined) throw new AddressError([refusal("ca", `${file ?? "the content"} ${wrong}`)]);
  return pem;
}

function override(config: KubeConfig, proxy: string | undefined, authority: string | undefined): void {
  const current = config.getCurrentCluster()?.name;
  config.clusters = config.clusters.map((cluster) => {
    if (cluster.name !== current) return cluster;
    const { caFile, ...rest } = cluster;
    const trust =
      authority === undefined
        ? { ...(caFile !== undefined && { caFile }) }
        : { caData: Buffer.from(authority).toString("base64"), skipTLSVerify: false };
    return { ...rest, ...trust, ...(proxy !== undefined && { proxyUrl: proxy }) };
  });
}

function absolute(file: string): string {
  return path.resolve(file.replace(/^~(?=\/|$)/, homedir()));
}

function filesOf(configured: string | undefined): string[] {
  if (configured !== undefined) return [absolute(configured)];
  const listed = (process.env["KUBECONFIG"] ?? "").split(path.delimiter).filter((file) => file !== "");
  return listed.length > 0 ? listed : [path.join(homedir(), ".kube", "config")];
}

function existing(files: readonly string[]): string[] {
  const there = files.filter((file) => existsSync(file));
  if (there.length > 0) return there;
  throw new AddressError([refusal("kubeconfig", `there is no kubeconfig ${files.join(", ")}`)]);
}

/** The client's own merge refuses a name that occurs twice. */
function merge(into: KubeConfig, from: KubeConfig): void {
  for (const it of from.getClusters()) if (!into.getCluster(it.name)) into.addCluster(it);
  for (const it of from.getUsers()) if (!into.getUser(it.name)) into.addUser(it);
  for (const it of from.getContexts()) if (!into.getContextObject(it.name)) into.addContext(it);
  if (!into.getCurrentContext()) into.setCurrentContext(from.getCurrentContext());
}

function choose(config: KubeConfig, context: string | undefined, source: string): void {
  const wanted = context ?? config.getCurrentContext();
  const known = config.getContexts().map(({ name }) => name);
  const refuse = (what: string): never => {
    throw new AddressError([refusal("context", `${source} has ${what}`, wanted, known)]);
  };
  if (!wanted) refuse("no current context");
  if (!config.getContextObject(wanted)) refuse(`no context "${wanted}"`);
  config.setCurrentContext(wanted);
  if (!config.getCurrentCluster()) refuse(`no cluster for its context "${wanted}"`);
  // without one the client would leave out the authority too
  if (!config.getCurrentUser()) refuse(`no user for its context "${wanted}"`);
}

function parse(read: () => void, source: string): void {
  try {
    read();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    // of the other errors, the message may quote a secret
    throw new AddressError([
      refusal("kubeconfig", code ? `${source} cannot be read: ${code}` : `${source} is not a kubeconfig`),
    ]);
  }
}
