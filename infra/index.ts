import * as openstack from "@pulumi/openstack";
import * as pulumi from "@pulumi/pulumi";
import { renderPayload } from "../components/ignition/payload.ts";
import { NodeProvider } from "../components/node-provider.ts";
import { WorkerPool } from "../components/worker-pool.ts";
import { type Config, type PoolConfig, readConfig } from "./config.ts";
import { type Facts, readFacts, summary } from "./facts.ts";
import { refuse } from "./fault.ts";
import { type Outputs, outputsOf } from "./outputs.ts";
import { payloadArgs, preflight } from "./preflight.ts";

/** Who the nodes and servers belong to: no other stack touches them. */
const owner = (): string => `${pulumi.getOrganization()}/${pulumi.getProject()}/${pulumi.getStack()}`;

function declarePool(
  pool: PoolConfig,
  index: number,
  { cluster, cloud, objectStore }: Facts,
  providers: pulumi.ProviderResource[],
): WorkerPool {
  const named = cloud.pools[index];
  if (!named) throw new Error(`no facts of pools[${index}]`);
  return new WorkerPool(
    pool.name,
    {
      ...pool,
      ...named,
      pool: pool.name,
      infraId: cluster.infraId,
      owner: owner(),
      networkId: cloud.network.id,
      subnetId: cloud.subnet.id,
      ingressVips: cluster.ingressVips,
      serving: new Set(cluster.servingNodes),
      configPath: `pools[${index}]`,
      ignition: {
        payload: renderPayload(payloadArgs(pool, cluster)),
        endpoint: objectStore.url,
        ca: objectStore.ca,
        urlLifetime: pool.ignition.urlLifetime,
      },
    },
    { providers },
  );
}

function nodeProvider({ kubeconfig, context }: Config["cluster"]): NodeProvider {
  return new NodeProvider("cluster", {
    ...(kubeconfig !== undefined && { kubeconfig }),
    ...(context !== undefined && { context }),
  });
}

/** The program: config and facts in, components and outputs out. */
export default async function main(): Promise<Outputs> {
  const config = readConfig();
  const facts = await readFacts(config, () => new openstack.Provider("cloud", { cloud: config.cloud }));
  refuse(preflight(config, facts));
  await pulumi.log.info(summary(facts));
  const providers = [facts.provider, nodeProvider(config.cluster)];
  const pools = config.pools.map((pool, i) => declarePool(pool, i, facts, providers));
  const workers = await Promise.all(pools.map((pool) => pool.attach()));
  return outputsOf(workers.flat());
}
