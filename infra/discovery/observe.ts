import type { Api } from "../../components/kubernetes/client.ts";
import { reasonOf } from "../../components/lib/errors.ts";
import { timeoutSignal } from "../../components/lib/timer.ts";
import { CloudClient } from "../../components/openstack/client.ts";
import type { Config } from "../config/load.ts";
import { DiagnosticError } from "../diagnostics/error.ts";
import type { Result } from "./attempt.ts";
import { orDiagnostic } from "./cloud/errors.ts";
import { Inventory } from "./cloud/hosts.ts";
import { type ProjectObjects, readProject } from "./cloud/project.ts";
import { openCluster } from "./cluster/kubeconfig.ts";
import { type ClusterStatus, readClusterStatus } from "./cluster/status.ts";
import { factsTimeout } from "./read.ts";

/** The value, or why it could not be read with what to do about it: whatever one part lacks, the others are shown. */
export async function orReason<T>(read: () => Promise<T>): Promise<Result<T>> {
  try {
    return { value: await orDiagnostic(read) };
  } catch (error) {
    if (!(error instanceof DiagnosticError)) return { error: reasonOf(error) };
    return { error: error.diagnostics.map(({ problem, remedy }) => `${problem}; ${remedy}`).join("\n") };
  }
}

type Observed = Pick<Config, "cloud" | "cluster" | "inventory" | "pools">;

/** Reads the stack's cluster and cloud, again and again, and changes nothing. */
export class Observer {
  readonly #config: Observed;
  #client: CloudClient | undefined;
  #api: Api | undefined;
  readonly #inventory: Inventory | undefined;

  constructor(config: Observed) {
    this.#config = config;
    this.#inventory = config.inventory === undefined ? undefined : new Inventory(config.inventory);
  }

  /** The client of the cluster. Throws a DiagnosticError if the kubeconfig cannot be used. */
  api(): Api {
    return (this.#api ??= openCluster(this.#config.cluster));
  }

  readCluster(): Promise<Result<ClusterStatus>> {
    // async: opening the cluster throws, too
    return orReason(async () => readClusterStatus(this.api(), timeoutSignal(factsTimeout * 1000)));
  }

  readCloud(): Promise<Result<ProjectObjects>> {
    const signal = timeoutSignal(factsTimeout * 1000);
    return orReason(async () => {
      this.#client ??= await CloudClient.login(this.#config.cloud, signal);
      return readProject(this.#client, { pools: this.#config.pools, inventory: this.#inventory }, signal);
    });
  }

  async close(): Promise<void> {
    await this.#api?.close();
  }
}
