import * as openstack from "@pulumi/openstack";
import type * as pulumi from "@pulumi/pulumi";
import type { Config, PoolConfig } from "./config.ts";
import { Problem, reasonOf, together, within } from "./problem.ts";

/** What the cloud says about what a stack names. */
export interface CloudFacts {
  readonly network: NetworkFacts;
  readonly subnet: SubnetFacts;
  /** one entry per pool, in the config's order */
  readonly pools: readonly PoolFacts[];
}

export interface NetworkFacts {
  readonly id: string;
  readonly name: string;
}

export interface SubnetFacts {
  readonly id: string;
  readonly name: string;
  readonly networkId: string;
  readonly cidr: string;
  readonly gateway: string;
  readonly dhcp: boolean;
}

/** What one entry of a list `networks` names. */
export interface PortFacts {
  readonly network: NetworkFacts;
  readonly subnet: SubnetFacts;
  readonly securityGroupIds: readonly string[];
}

export interface PoolFacts {
  readonly flavor: {
    readonly id: string;
    readonly name: string;
    readonly extraSpecs: Readonly<Record<string, string>>;
  };
  readonly image: { readonly id: string; readonly name: string };
  /** one per entry of the pool's `networks` */
  readonly ports: readonly PortFacts[];
  /** one list per named worker, one per entry of its `networks` */
  readonly workerPorts: readonly (readonly PortFacts[])[];
}

/** One thing that the config names: what kind, by which name, at which key. */
interface Named {
  readonly kind: string;
  readonly name: string;
  readonly path: string;
}

/** How the provider's data sources of the OpenStack provider say that there is none, or more than one. */
const none = /returned no|No Flavor found|No Security Group found/i;
const several = /more than one/i;

function refusal({ kind, name, path }: Named, error: unknown): Problem {
  const reason = reasonOf(error);
  const [what, expected, fix] = none.test(reason)
    ? [`no ${kind} named "${name}"`, `the name of an existing ${kind}`, "correct the name, or create it"]
    : several.test(reason)
      ? [`more than one ${kind} named "${name}"`, "a name that only one has", "rename the others"]
      : [
          `the cloud did not tell of ${kind} "${name}": ${reason}`,
          "an answer",
          "try again, or ask the cloud's operator",
        ];
  return new Problem([{ check: "cloud", path, what, expected, fix }], { cause: error });
}

/** The answer of a get function, or a Problem that names the config key; ends with the signal. */
async function lookUp<T>(named: Named, signal: AbortSignal, request: Promise<T>): Promise<T> {
  try {
    return await within(signal, request);
  } catch (error) {
    throw refusal(named, error);
  }
}

/** Asks the cloud. What several pools name is asked for once; each place that names it gets the fault. */
class Reader {
  readonly #signal: AbortSignal;
  readonly #options: pulumi.InvokeOptions;
  readonly #asked = new Map<string, Promise<unknown>>();

  constructor(signal: AbortSignal, options: pulumi.InvokeOptions) {
    this.#signal = signal;
    this.#options = options;
  }

  #ask<T>(named: Named, request: (options: pulumi.InvokeOptions) => Promise<T>): Promise<T> {
    const key = `${named.kind} ${named.name}`;
    const asked = (this.#asked.get(key) as Promise<T> | undefined) ?? request(this.#options);
    this.#asked.set(key, asked);
    return lookUp(named, this.#signal, asked);
  }

  async network(name: string, path: string): Promise<NetworkFacts> {
    const { id } = await this.#ask({ kind: "network", name, path }, (options) =>
      openstack.networking.getNetwork({ name }, options),
    );
    return { id, name };
  }

  async subnet(name: string, path: string): Promise<SubnetFacts> {
    const found = await this.#ask({ kind: "subnet", name, path }, (options) =>
      openstack.networking.getSubnet({ name }, options),
    );
    const { id, networkId, cidr, gatewayIp, enableDhcp } = found;
    return { id, name: found.name, networkId, cidr, gateway: gatewayIp, dhcp: enableDhcp };
  }

  async securityGroups(names: readonly string[], path: string): Promise<string[]> {
    const ids = names.map(async (name, i) => {
      const named = { kind: "security group", name, path: `${path}[${i}]` };
      const { id } = await this.#ask(named, (options) => openstack.networking.getSecGroup({ name }, options));
      return id;
    });
    return (await together(ids)).toSorted();
  }

  async flavor(name: string, path: string): Promise<PoolFacts["flavor"]> {
    const found = await this.#ask({ kind: "flavor", name, path }, (options) =>
      openstack.compute.getFlavor({ name }, options),
    );
    const specs = Object.entries(found.extraSpecs).map(([key, value]) => [key, String(value)]);
    return { id: found.id, name, extraSpecs: Object.fromEntries(specs) as Record<string, string> };
  }

  async image(name: string, path: string): Promise<PoolFacts["image"]> {
    const { id } = await this.#ask({ kind: "active image", name, path }, (options) =>
      openstack.images.getImage({ name }, options),
    );
    return { id, name };
  }
}

interface PortConfig {
  readonly network?: string | undefined;
  readonly subnet?: string | undefined;
  readonly securityGroups?: readonly string[] | undefined;
}

/** Reads what an entry of `networks` names; without names it is the machine network with the pool's groups. */
async function readPort(
  reader: Reader,
  { port, path }: { port: PortConfig; path: string },
  pool: { securityGroups: readonly string[]; path: string },
  names: Config["machineNetwork"],
): Promise<PortFacts> {
  const [network, subnet, securityGroupIds] = await together([
    port.network === undefined
      ? reader.network(names.network, "machineNetwork.network")
      : reader.network(port.network, `${path}.network`),
    port.subnet === undefined
      ? reader.subnet(names.subnet, "machineNetwork.subnet")
      : reader.subnet(port.subnet, `${path}.subnet`),
    port.securityGroups === undefined
      ? reader.securityGroups(pool.securityGroups, `${pool.path}.securityGroups`)
      : reader.securityGroups(port.securityGroups, `${path}.securityGroups`),
  ]);
  return { network, subnet, securityGroupIds };
}

async function readPool(
  reader: Reader,
  pool: PoolConfig,
  path: string,
  names: Config["machineNetwork"],
): Promise<PoolFacts> {
  const { securityGroups } = pool;
  const all = (ports: readonly PortConfig[], at: string): Promise<PortFacts[]> =>
    together(
      ports.map((port, i) => readPort(reader, { port, path: `${at}.networks[${i}]` }, { securityGroups, path }, names)),
    );
  const [flavor, image, ports, workerPorts] = await together([
    reader.flavor(pool.flavor, `${path}.flavor`),
    reader.image(pool.image, `${path}.image`),
    all(pool.networks, path),
    together((pool.workers ?? []).map(({ networks }, i) => all(networks, `${path}.workers[${i}]`))),
  ]);
  return { flavor, image, ports, workerPorts };
}

/** Looks everything up that the config names, side by side. Throws one Problem with all that is not there. */
export async function readCloudFacts(
  config: Config,
  signal: AbortSignal,
  options: pulumi.InvokeOptions,
): Promise<CloudFacts> {
  const { machineNetwork: names } = config;
  const reader = new Reader(signal, options);
  const [network, subnet, pools] = await together([
    reader.network(names.network, "machineNetwork.network"),
    reader.subnet(names.subnet, "machineNetwork.subnet"),
    together(config.pools.map((pool, i) => readPool(reader, pool, `pools[${i}]`, names))),
  ]);
  return { network, subnet, pools };
}
