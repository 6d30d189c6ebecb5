import { existsSync } from "node:fs";
import { homedir } from "node:os";
import path from "node:path";
import type { KubeConfig } from "@kubernetes/client-node";
import type { Config } from "./config.ts";
import { nearest } from "./nearest.ts";
import { Problem, reasonOf } from "./problem.ts";

const problem = (key: string, what: string, expected: string, fix: string, cause?: unknown): Problem =>
  new Problem([{ check: "cluster", path: `cluster.${key}`, what, expected, fix }], { cause });

/** The files a kubeconfig is read from: the config's, else KUBECONFIG's, else ~/.kube/config. */
export function kubeconfigFiles(configured: string | undefined): string[] {
  if (configured !== undefined) return [configured];
  const fromEnvironment = process.env["KUBECONFIG"]?.split(path.delimiter).filter((file) => file !== "") ?? [];
  return fromEnvironment.length > 0 ? fromEnvironment : [path.join(homedir(), ".kube/config")];
}

/** Reads the kubeconfig and chooses the context. Throws a Problem if either is not there. */
export async function loadKubeconfig(cluster: Config["cluster"]): Promise<KubeConfig> {
  const files = kubeconfigFiles(cluster.kubeconfig);
  const there = files.filter((file) => existsSync(file));
  if (there.length === 0)
    throw problem(
      "kubeconfig",
      `there is no file ${files.join(", ")}`,
      "the kubeconfig of the cluster",
      "set KUBECONFIG or cluster.kubeconfig to its path",
    );
  // half a second of loading that a faulty config need not pay
  const { KubeConfig: Loader } = await import("@kubernetes/client-node");
  const kubeconfig = new Loader();
  try {
    for (const [index, file] of there.entries()) {
      const one = index === 0 ? kubeconfig : new Loader();
      one.loadFromFile(file);
      if (one !== kubeconfig) kubeconfig.mergeConfig(one, true);
    }
  } catch (error) {
    const what = `${there.join(", ")} cannot be read: ${reasonOf(error)}`;
    throw problem("kubeconfig", what, "a kubeconfig", "correct the file or name another one", error);
  }
  choose(kubeconfig, cluster.context, there);
  return kubeconfig;
}

function choose(kubeconfig: KubeConfig, context: string | undefined, files: readonly string[]): void {
  const wanted = context ?? kubeconfig.getCurrentContext();
  const known = kubeconfig.getContexts().map(({ name }) => name);
  if (!known.includes(wanted)) {
    const meant = nearest(wanted, known);
    throw problem(
      "context",
      wanted ? `no context "${wanted}" in ${files.join(", ")}` : `${files.join(", ")} has no current context`,
      `one of ${known.join(", ")}`,
      meant ? `set cluster.context to ${meant}` : "set cluster.context",
    );
  }
  kubeconfig.setCurrentContext(wanted);
}
