import * as openstack from "@pulumi/openstack";
import type * as pulumi from "@pulumi/pulumi";
import type { Config, PoolConfig } from "./config.ts";
import { Problem, reasonOf, together, within } from "./problem.ts";

/** What the cloud says about what a stack names. */
export interface CloudFacts {
  readonly network: { readonly id: string; readonly name: string };
  readonly subnet: SubnetFacts;
  /** one entry per pool, in the config's order */
  readonly pools: readonly PoolFacts[];
}

export interface SubnetFacts {
  readonly id: string;
  readonly name: string;
  readonly networkId: string;
  readonly cidr: string;
  readonly gateway: string;
  readonly dhcp: boolean;
}

export interface PoolFacts {
  readonly flavor: {
    readonly id: string;
    readonly name: string;
    readonly extraSpecs: Readonly<Record<string, string>>;
  };
  readonly image: { readonly id: string; readonly name: string };
  readonly securityGroupIds: readonly string[];
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

type Options = pulumi.InvokeOptions;

async function readSubnet(
  names: Config["machineNetwork"],
  signal: AbortSignal,
  options: Options,
): Promise<SubnetFacts> {
  const named = { kind: "subnet", name: names.subnet, path: "machineNetwork.subnet" };
  const found = await lookUp(named, signal, openstack.networking.getSubnet({ name: names.subnet }, options));
  const { id, name, networkId, cidr, gatewayIp, enableDhcp } = found;
  return { id, name, networkId, cidr, gateway: gatewayIp, dhcp: enableDhcp };
}

async function readPool(pool: PoolConfig, path: string, signal: AbortSignal, options: Options): Promise<PoolFacts> {
  const flavor = { kind: "flavor", name: pool.flavor, path: `${path}.flavor` };
  const image = { kind: "active image", name: pool.image, path: `${path}.image` };
  const groups = pool.securityGroups.map(async (name, i) => {
    const named = { kind: "security group", name, path: `${path}.securityGroups[${i}]` };
    const { id } = await lookUp(named, signal, openstack.networking.getSecGroup({ name }, options));
    return id;
  });
  const [flavorFacts, imageFacts, securityGroupIds] = await together([
    lookUp(flavor, signal, openstack.compute.getFlavor({ name: pool.flavor }, options)),
    lookUp(image, signal, openstack.images.getImage({ name: pool.image }, options)),
    together(groups),
  ]);
  const extraSpecs = Object.fromEntries(
    Object.entries(flavorFacts.extraSpecs).map(([key, value]) => [key, String(value)]),
  );
  return {
    flavor: { id: flavorFacts.id, name: pool.flavor, extraSpecs },
    image: { id: imageFacts.id, name: pool.image },
    securityGroupIds: securityGroupIds.toSorted(),
  };
}

/** Looks everything up that the config names, side by side. Throws one Problem with all that is not there. */
export async function readCloudFacts(config: Config, signal: AbortSignal, options: Options): Promise<CloudFacts> {
  const { network: name } = config.machineNetwork;
  const network = { kind: "network", name, path: "machineNetwork.network" };
  const [networkFacts, subnet, pools] = await together([
    lookUp(network, signal, openstack.networking.getNetwork({ name }, options)),
    readSubnet(config.machineNetwork, signal, options),
    together(config.pools.map((pool, i) => readPool(pool, `pools[${i}]`, signal, options))),
  ]);
  return { network: { id: networkFacts.id, name }, subnet, pools };
}
