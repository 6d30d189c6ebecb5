import { existsSync } from "node:fs";
import { homedir } from "node:os";
import path from "node:path";
import type { KubeConfig } from "@kubernetes/client-node";
import { Refusal } from "./errors.ts";

/** Where the cluster is: a kubeconfig by path or content, and one of its contexts. */
export interface ClusterAddress {
  /** default: the files of KUBECONFIG, then ~/.kube/config */
  readonly kubeconfig?: string | undefined;
  /** default: the kubeconfig's current context */
  readonly context?: string | undefined;
}

/** A kubeconfig or a context that is not there or not usable. */
export class KubeconfigFault extends Refusal {
  readonly key: keyof ClusterAddress;
  readonly what: string;
  /** the context that was asked for, and those there are */
  readonly wanted: string;
  readonly known: readonly string[];

  constructor(key: keyof ClusterAddress, what: string, wanted = "", known: readonly string[] = []) {
    super(key === "context" ? `${what}; it has: ${known.join(", ") || "none"}` : what);
    this.key = key;
    this.what = what;
    this.wanted = wanted;
    this.known = known;
  }
}

/** True when a kubeconfig was given by its content (YAML or JSON), which is a secret, and not by its path. */
export function isContent(kubeconfig: string): boolean {
  return kubeconfig.includes("\n") || kubeconfig.trimStart().startsWith("{");
}

/**
 * Loads a kubeconfig by the rules of kubectl: KUBECONFIG may list several files, of which missing ones are skipped and
 * the first to set a value wins. What it contains never gets into an error: a parser's message quotes the line it
 * stumbled over, which may be a token.
 *
 * @throws KubeconfigFault that says which file or context is at fault
 */
export async function loadKubeConfig({ kubeconfig, context }: ClusterAddress): Promise<KubeConfig> {
  // half of the client is generated API classes that are not used here: they would double the time to load it
  const { KubeConfig: Loader } = await import("@kubernetes/client-node/dist/config.js");
  const config = new Loader();
  if (kubeconfig !== undefined && isContent(kubeconfig)) {
    const source = "the kubeconfig given by content";
    parse(() => config.loadFromString(kubeconfig), source);
    return choose(config, context, source);
  }
  const files = existing(filesOf(kubeconfig));
  for (const file of files) {
    const one = new Loader();
    parse(() => one.loadFromFile(file), `kubeconfig ${file}`);
    merge(config, one);
  }
  return choose(config, context, `kubeconfig ${files.join(", ")}`);
}

function filesOf(configured: string | undefined): string[] {
  if (configured !== undefined) return [path.resolve(configured.replace(/^~(?=\/|$)/, homedir()))];
  const listed = (process.env["KUBECONFIG"] ?? "").split(path.delimiter).filter((file) => file !== "");
  return listed.length > 0 ? listed : [path.join(homedir(), ".kube", "config")];
}

function existing(files: readonly string[]): string[] {
  const there = files.filter((file) => existsSync(file));
  if (there.length > 0) return there;
  throw new KubeconfigFault("kubeconfig", `there is no kubeconfig ${files.join(", ")}`);
}

/** The client's own merge refuses a name that occurs twice. */
function merge(into: KubeConfig, from: KubeConfig): void {
  for (const it of from.getClusters()) if (!into.getCluster(it.name)) into.addCluster(it);
  for (const it of from.getUsers()) if (!into.getUser(it.name)) into.addUser(it);
  for (const it of from.getContexts()) if (!into.getContextObject(it.name)) into.addContext(it);
  if (!into.getCurrentContext()) into.setCurrentContext(from.getCurrentContext());
}

function choose(config: KubeConfig, context: string | undefined, source: string): KubeConfig {
  const wanted = context ?? config.getCurrentContext();
  const fault = (what: string): KubeconfigFault =>
    new KubeconfigFault(
      "context",
      `${source} has ${what}`,
      wanted,
      config.getContexts().map(({ name }) => name),
    );
  if (!wanted) throw fault("no current context");
  if (!config.getContextObject(wanted)) throw fault(`no context "${wanted}"`);
  config.setCurrentContext(wanted);
  if (!config.getCurrentCluster()) throw fault(`no cluster for its context "${wanted}"`);
  return config;
}

function parse(read: () => void, source: string): void {
  try {
    read();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    // of the other errors, the message may quote a secret
    throw new KubeconfigFault(
      "kubeconfig",
      code ? `${source} cannot be read: ${code}` : `${source} is not a kubeconfig`,
    );
  }
}
