import { existsSync } from "node:fs";
import { homedir } from "node:os";
import path from "node:path";
import type { KubeConfig } from "@kubernetes/client-node";

/** Where the cluster is: a kubeconfig by path or content, and one of its contexts. */
export interface ClusterAddress {
  /** default: KUBECONFIG, then ~/.kube/config */
  kubeconfig: string | undefined;
  /** default: the kubeconfig's current context */
  context: string | undefined;
}

/** True when a kubeconfig was given by its content (YAML or JSON), which is a secret, and not by its path. */
export function isContent(kubeconfig: string): boolean {
  return kubeconfig.includes("\n") || kubeconfig.trimStart().startsWith("{");
}

/**
 * Loads and checks a kubeconfig. What it contains never gets into an error: a parser's message quotes the line it
 * stumbled over, which may be a token.
 *
 * @throws Error that says which file or context is at fault
 */
export async function loadKubeConfig(address: ClusterAddress): Promise<KubeConfig> {
  // half of the client is generated API classes that are not used here: they would double the time to load it
  const { KubeConfig } = await import("@kubernetes/client-node/dist/config.js");
  const config = new KubeConfig();
  const source = load(config, address.kubeconfig);
  if (address.context !== undefined) {
    if (!config.getContextObject(address.context)) {
      const known = config.getContexts().map((it) => it.name);
      throw new Error(`${source} has no context "${address.context}"; it has: ${known.join(", ") || "none"}`);
    }
    config.setCurrentContext(address.context);
  }
  if (!config.getCurrentCluster()) throw new Error(`${source} has no current context that names a cluster`);
  return config;
}

function load(config: KubeConfig, kubeconfig: string | undefined): string {
  if (kubeconfig !== undefined && isContent(kubeconfig)) {
    return parse(() => config.loadFromString(kubeconfig), "the kubeconfig given by content");
  }
  if (kubeconfig !== undefined) {
    const file = path.resolve(kubeconfig.replace(/^~(?=\/|$)/, homedir()));
    if (!existsSync(file)) throw new Error(`kubeconfig ${file} does not exist`);
    return parse(() => config.loadFromFile(file), `kubeconfig ${file}`);
  }
  const variable = process.env["KUBECONFIG"];
  const fallback = path.join(homedir(), ".kube", "config");
  if (!variable && !existsSync(fallback)) {
    throw new Error(
      `no kubeconfig: none in the provider's arguments, KUBECONFIG is not set and ${fallback} does not exist`,
    );
  }
  const missing = (variable ?? "").split(path.delimiter).filter((it) => it !== "" && !existsSync(it));
  if (missing.length > 0) throw new Error(`KUBECONFIG names ${missing.join(", ")}, which does not exist`);
  return parse(() => config.loadFromDefault(), variable ? `KUBECONFIG ${variable}` : `kubeconfig ${fallback}`);
}

function parse(read: () => void, source: string): string {
  try {
    read();
  } catch {
    // the parser's own message may quote a secret
    throw new Error(`${source} is not a kubeconfig`);
  }
  return source;
}
