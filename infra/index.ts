import * as openstack from "@pulumi/openstack";
import * as pulumi from "@pulumi/pulumi";
import { NodeProvider } from "../components/node-provider.ts";
import { WorkerPool } from "../components/worker-pool.ts";
import { type Config, readConfig } from "./config.ts";
import { readFacts, summary } from "./facts.ts";
import { refuse } from "./fault.ts";
import { existingObjects } from "./openstack/existing.ts";
import { type Outputs, outputsOf } from "./outputs.ts";
import { poolArgs } from "./pool-args.ts";
import { preflight } from "./preflight.ts";
import { countWorkers } from "./workers.ts";

/** Who the nodes and servers belong to: no other stack touches them. */
const owner = (): string => `${pulumi.getOrganization()}/${pulumi.getProject()}/${pulumi.getStack()}`;

function nodeProvider({ cluster, detach, pools }: Config, clusterUid: string | undefined): NodeProvider {
  const { kubeconfig, context, proxy, ca } = cluster;
  return new NodeProvider("cluster", {
    ...(kubeconfig !== undefined && { kubeconfig }),
    ...(context !== undefined && { context }),
    ...(proxy !== undefined && { proxy }),
    ...(ca !== undefined && { ca }),
    ...(clusterUid !== undefined && { clusterUid }),
    clusterUnreachable: detach.clusterUnreachable,
    expectedWorkers: countWorkers(pools),
  });
}

/** The program: config and facts in, components and outputs out. */
export default async function main(): Promise<Outputs> {
  const config = readConfig();
  const facts = await readFacts(config, () => new openstack.Provider("cloud", { cloud: config.cloud }));
  if (!facts.cluster) {
    await pulumi.log.warn(facts.abandoned);
    // the workers go with their provider alone: it gives up their nodes
    nodeProvider(config, undefined);
    return outputsOf([]);
  }
  refuse(preflight(config, facts));
  await pulumi.log.info(summary(facts));
  const providers = [facts.provider, nodeProvider(config, facts.cluster.uid)];
  const existing = existingObjects(config.cloud);
  const pools = config.pools.map(
    (pool, i) => new WorkerPool(pool.name, { ...poolArgs(pool, i, facts, owner()), existing }, { providers }),
  );
  const workers = await Promise.all(pools.map((pool) => pool.attach()));
  return outputsOf(workers.flat());
}
