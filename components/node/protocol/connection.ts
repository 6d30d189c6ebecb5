import { Api } from "../../kubernetes/client.ts";
import { describeProblem, KubeconfigError, loadKubeConfig } from "../../kubernetes/kubeconfig.ts";
import { UserError } from "../../lib/errors.ts";
import { Cluster } from "../cluster/cluster.ts";
import type { Configuration } from "./config.ts";

/** The cluster, and what it is reached by. Nothing is sent before something is asked of it. */
export interface Connection {
  readonly api: Api;
  readonly cluster: Cluster;
  readonly configuration: Configuration;
}

/** @throws UserError that names the arguments wrong and their keys in the stack's config, and their secrets not */
export function openConnection(configuration: Configuration): Promise<Connection> {
  return new Promise((resolve) => resolve(open(configuration)));
}

function open(configuration: Configuration): Connection {
  const { address, clusterUid, expectedWorkers } = configuration;
  try {
    const api = new Api(loadKubeConfig(address), clusterUid);
    return { api, cluster: new Cluster(api, { expectedWorkers }), configuration };
  } catch (error) {
    if (!(error instanceof KubeconfigError)) throw error;
    const problems = error.problems.map((it) => `${it.key} (config key cluster.${it.key}): ${describeProblem(it)}`);
    throw new UserError(
      [
        "the arguments of the provider of the cluster cannot be used:",
        ...problems.map((it) => `  - ${it}`),
        "Correct them and run `pulumi up`. A destroy or a refresh goes by the arguments of the last `pulumi up`; with " +
          "--run-program it goes by those of the config.",
      ].join("\n"),
      { cause: error },
    );
  }
}
