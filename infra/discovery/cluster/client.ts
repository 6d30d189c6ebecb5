import type { ApiConstructor, ApiType, KubeConfig, RequestContext, ResponseContext } from "@kubernetes/client-node";
import { reasonOf } from "../../../components/lib/errors.ts";
import { abortable } from "../../../components/lib/wait.ts";
import { clusterError } from "./ask.ts";

/** Makes clients of the API server whose requests end with the signal: one that hangs would keep the program from ending. */
export async function clients(
  kubeconfig: KubeConfig,
  signal: AbortSignal,
): Promise<<T extends ApiType>(type: ApiConstructor<T>) => T> {
  const { createConfiguration, ServerConfiguration } = await import("@kubernetes/client-node");
  const ending = {
    pre: (context: RequestContext): Promise<RequestContext> => {
      context.setSignal(signal);
      return Promise.resolve(context);
    },
    post: (context: ResponseContext): Promise<ResponseContext> => Promise.resolve(context),
  };
  const baseServer = new ServerConfiguration(kubeconfig.getCurrentCluster()?.server ?? "", {});
  const authMethods = { default: kubeconfig };
  return (type) => new type(createConfiguration({ baseServer, authMethods, promiseMiddleware: [ending] }));
}

/**
 * Has the credentials fetched, which a kubeconfig may leave to a helper (`exec`) or to an identity provider. By itself and
 * first: what goes wrong there is not the API server's silence.
 */
export async function fetchCredentials(kubeconfig: KubeConfig, signal: AbortSignal): Promise<void> {
  try {
    await abortable(kubeconfig.applyToHTTPSOptions({}), signal);
  } catch (error) {
    const user = kubeconfig.getCurrentUser();
    const { command } = (user?.exec ?? {}) as { command?: unknown };
    const helper = typeof command === "string" ? `its helper ${command}` : "who hands them out";
    const reason = reasonOf(error) || "it failed without a word";
    throw clusterError({
      problem: `the kubeconfig's user "${user?.name ?? ""}" has no credentials, ${helper} did not give them: ${reason}`,
      expected: "credentials without a person's help",
      remedy: "log in by the helper's own means first, or use another account: cluster.kubeconfig, cluster.context",
      cause: error,
    });
  }
}
