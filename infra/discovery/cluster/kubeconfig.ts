import type { KubeConfig } from "@kubernetes/client-node";
import { AddressError, type AddressProblem, loadKubeConfig } from "../../../components/kubernetes/kubeconfig.ts";
import { suggest } from "../../../components/lib/suggest.ts";
import type { Config } from "../../config/load.ts";
import type { Diagnostic } from "../../diagnostics/diagnostic.ts";
import { DiagnosticError } from "../../diagnostics/error.ts";

/** Reads the kubeconfig, chooses the context, proxy and authority. Throws a DiagnosticError if one of them cannot be used. */
export async function loadKubeconfig(cluster: Config["cluster"]): Promise<KubeConfig> {
  try {
    return await loadKubeConfig(cluster);
  } catch (error) {
    if (error instanceof AddressError) throw new DiagnosticError(error.problems.map(diagnosticFrom), { cause: error });
    throw error;
  }
}

function diagnosticFrom({ key, what: problem, wanted, known }: AddressProblem): Diagnostic {
  const meant = suggest(wanted, known);
  const [expected, remedy] = {
    kubeconfig: [
      "the kubeconfig of the cluster",
      "correct the file, or set KUBECONFIG or cluster.kubeconfig to another one",
    ],
    context: [`one of ${known.join(", ")}`, meant ? `set cluster.context to ${meant}` : "set cluster.context"],
    proxy: ["the URL of a proxy", "correct cluster.proxy, or remove it: the kubeconfig's proxy-url counts then"],
    ca: [
      "certificates in PEM of who signs the API server's",
      "correct cluster.ca, or remove it: the kubeconfig's certificate-authority counts then",
    ],
  }[key] as [string, string];
  return { check: "cluster", path: `cluster.${key}`, problem, expected, remedy };
}
