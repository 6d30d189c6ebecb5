import * as openstack from "@pulumi/openstack";
import * as pulumi from "@pulumi/pulumi";
import { NodeProvider, payloadHash, poolDefaults, renderPayload, WorkerPool } from "openstack-baremetal-compute";
import { lookups } from "openstack-baremetal-compute/lookups";

/** The inputs, as each language sees them: the engine reads their types from here. */
export interface PoolArgs {
  /** entry of clouds.yaml; the cluster is that of KUBECONFIG */
  cloud: pulumi.Input<string>;
  infraId: pulumi.Input<string>;
  /** URL of the Machine Config Server */
  machineConfigServer: pulumi.Input<string>;
  /** its CA, a data URL */
  authority: pulumi.Input<string>;
  flavor: pulumi.Input<string>;
  image: pulumi.Input<string>;
  network: pulumi.Input<string>;
  subnet: pulumi.Input<string>;
  /** name of the pool */
  pool: pulumi.Input<string>;
  replicas: pulumi.Input<number>;
}

type Known = pulumi.Unwrap<PoolArgs>;
type States = Record<string, string>;

/** A pool of workers with default timeouts, whose Ignition config is their user data. */
export class Pool extends pulumi.ComponentResource {
  /** by worker: `Ready` */
  readonly states: pulumi.Output<States>;

  constructor(name: string, args: PoolArgs, opts?: pulumi.ComponentResourceOptions) {
    super("baremetal:index:Pool", name, args, opts);
    this.states = pulumi.output(args).apply((known) => pulumi.output(this.#orRunError(known)));
    this.registerOutputs({ states: this.states });
  }

  /** A mistake of the user is told by its message alone. */
  async #orRunError(args: Known): Promise<Record<string, pulumi.Output<string>>> {
    try {
      return await this.#declare(args);
    } catch (error) {
      throw new pulumi.RunError(error instanceof Error ? error.message : String(error));
    }
  }

  /** Declares the pool by what cluster and cloud have. Its workers come in waves, so that this lasts as long as they do. */
  async #declare(args: Known): Promise<Record<string, pulumi.Output<string>>> {
    const { cloud, infraId, pool, replicas } = args;
    const parent = { parent: this };
    const provider = new openstack.Provider(`${pool}-cloud`, { cloud }, parent);
    const cluster = new NodeProvider(`${pool}-cluster`, { cloud }, parent);
    const workers = Array.from({ length: replicas }, (_, i) => ({ name: `${infraId}-${pool}-${i}` }));
    const owner = `${pulumi.getOrganization()}/${pulumi.getProject()}/${pulumi.getStack()}`;
    const found = { ...(await lookups(cloud)), ...(await this.#facts(args, provider)) };
    const all = { ...poolDefaults, ...found, infraId, owner, pool, workers, configPath: `pools[${pool}]` };
    const attached = await new WorkerPool(pool, all, { ...parent, providers: [provider, cluster] }).attach();
    return Object.fromEntries(attached.map(({ name, state }) => [name, state]));
  }

  /** What the cloud has by the names, and what the machines boot with. */
  async #facts({ flavor, image, network, subnet, ...served }: Known, provider: openstack.Provider) {
    const opts = { parent: this, provider };
    const [itsFlavor, itsImage, itsNetwork, itsSubnet] = await Promise.all([
      openstack.compute.getFlavor({ name: flavor }, opts),
      openstack.images.getImage({ name: image, mostRecent: true }, opts),
      openstack.networking.getNetwork({ name: network }, opts),
      openstack.networking.getSubnet({ name: subnet }, opts),
    ]);
    const boot = { machineConfigPool: poolDefaults.machineConfigPool, fragments: [] };
    const { machineConfigServer, authority } = served;
    const userData = renderPayload({ ...boot, machineConfigServer, authorities: [authority] });
    const port = { networkId: itsNetwork.id, subnets: [{ id: itsSubnet.id, ipVersion: 4 as const }] };
    const plain = {
      securityGroupIds: [],
      virtualAddresses: [],
      allowedAddresses: [],
      tags: [],
      dhcpOptions: undefined,
    };
    return {
      flavor: { id: itsFlavor.id, name: flavor },
      image: { id: itsImage.id, name: image },
      ports: [{ ...port, ...plain }],
      payload: { hash: payloadHash(boot), onChange: "keep" as const },
      ignition: { delivery: "inline" as const, userData },
    };
  }
}
