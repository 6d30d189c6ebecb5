import type { KubeConfig } from "@kubernetes/client-node";
import { KubeconfigFault, loadKubeConfig } from "../components/node/kubeconfig.ts";
import type { Config } from "./config.ts";
import { nearest } from "./nearest.ts";
import { Problem } from "./problem.ts";

/** Reads the kubeconfig and chooses the context. Throws a Problem if either is not there. */
export async function loadKubeconfig(cluster: Config["cluster"]): Promise<KubeConfig> {
  try {
    return await loadKubeConfig(cluster);
  } catch (error) {
    if (error instanceof KubeconfigFault) throw problemOf(error);
    throw error;
  }
}

function problemOf(error: KubeconfigFault): Problem {
  const { key, what, wanted, known } = error;
  const meant = nearest(wanted, known);
  const [expected, fix] =
    key === "context"
      ? [`one of ${known.join(", ")}`, meant ? `set cluster.context to ${meant}` : "set cluster.context"]
      : ["the kubeconfig of the cluster", "correct the file, or set KUBECONFIG or cluster.kubeconfig to another one"];
  return new Problem([{ check: "cluster", path: `cluster.${key}`, what, expected, fix }], { cause: error });
}
