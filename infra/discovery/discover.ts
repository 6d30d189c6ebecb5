import type * as openstack from "@pulumi/openstack";
import { timeoutSignal } from "../../components/lib/timer.ts";
import type { CloudClient } from "../../components/openstack/client.ts";
import type { Config } from "../config/load.ts";
import { attempt } from "./attempt.ts";
import { Inventory } from "./cloud/hosts.ts";
import type { PreflightFacts } from "./facts.ts";
import { resourceClasses } from "./resource-classes.ts";
import { readChecks } from "./read-checks.ts";
import { factsTimeout, type MakeProvider, orConfigError, readFacts, type SkippedCluster } from "./read.ts";

/** Everything that is known of cluster and cloud before any resource is declared. */
export interface Discovery extends PreflightFacts {
  readonly provider: openstack.Provider;
  /** logged in, for what is looked up while resources are created */
  readonly client: CloudClient;
  /** of the config, for the same; undefined: it names none */
  readonly inventory?: Inventory | undefined;
}

/**
 * Reads cluster and cloud. Throws one ConfigError that lists everything that could not be read.
 *
 * @param owner the stack as `<organization>/<project>/<stack>`
 */
export async function discover(
  config: Config,
  owner: string,
  makeProvider: MakeProvider,
): Promise<Discovery | SkippedCluster> {
  const deadline = timeoutSignal(factsTimeout * 1000);
  const facts = await orConfigError(readFacts(config, makeProvider, deadline));
  if (!facts.cluster) return facts;
  const { provider, client } = facts;
  const inventory = config.inventory === undefined ? undefined : new Inventory(config.inventory);
  const [read, hosts] = await Promise.all([
    orConfigError(readChecks(config, facts, owner, deadline)),
    inventory && attempt(deadline, inventory.facts(resourceClasses(facts.cloud), deadline)),
  ]);
  return { ...read, checks: { ...read.checks, hosts }, provider, client, inventory };
}
