import { Api } from "../../kubernetes/client.ts";
import { describeProblem, KubeconfigError, loadKubeConfig } from "../../kubernetes/kubeconfig.ts";
import { UserError } from "../../lib/errors.ts";
import { Cluster } from "../cluster/cluster.ts";
import type { Configuration } from "./config.ts";

/** The cluster and its client. Sends nothing before the first request. */
export interface Connection {
  readonly api: Api;
  readonly cluster: Cluster;
  readonly configuration: Configuration;
}

/** @throws UserError that names the wrong arguments and their config keys, without their secrets */
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
        "the cluster cannot be reached with this configuration:",
        ...problems.map((it) => `  - ${it}`),
        "Correct it and run `pulumi up`. `pulumi destroy` and `pulumi refresh` use the configuration of the last " +
          "`pulumi up`; with --run-program they use that of the stack's file.",
      ].join("\n"),
      { cause: error },
    );
  }
}
