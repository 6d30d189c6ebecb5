import { Api } from "../../../components/kubernetes/client.ts";
import { KubeconfigError, type KubeconfigProblem, loadKubeConfig } from "../../../components/kubernetes/kubeconfig.ts";
import { suggest } from "../../../components/lib/suggest.ts";
import type { Config } from "../../config/load.ts";
import type { Diagnostic } from "../../diagnostics/diagnostic.ts";
import { DiagnosticError } from "../../diagnostics/error.ts";

/**
 * The client of the config's cluster: its kubeconfig, context, proxy and CA. Sends nothing yet.
 *
 * @throws DiagnosticError if one of them cannot be used
 */
export function openCluster(cluster: Config["cluster"]): Api {
  try {
    return new Api(loadKubeConfig(cluster));
  } catch (error) {
    if (error instanceof KubeconfigError)
      throw new DiagnosticError(error.problems.map(diagnosticFrom), { cause: error });
    throw error;
  }
}

function diagnosticFrom({ key, problem, wanted, known }: KubeconfigProblem): Diagnostic {
  const suggestion = suggest(wanted, known);
  const [expected, remedy] = {
    kubeconfig: [
      "the kubeconfig of the cluster",
      "correct the file, or set KUBECONFIG or cluster.kubeconfig to another one",
    ],
    context: [
      `one of ${known.join(", ")}`,
      suggestion ? `set cluster.context to ${suggestion}` : "set cluster.context",
    ],
    proxy: [
      "the URL of a proxy",
      "correct cluster.proxy; without it the kubeconfig's proxy-url is used, then HTTPS_PROXY",
    ],
    ca: [
      "the PEM certificates of the CA that signs the API server's certificate",
      "correct cluster.ca; without it the kubeconfig's certificate-authority is used",
    ],
  }[key] as [string, string];
  return { check: "cluster", path: `cluster.${key}`, problem, expected, remedy };
}
