import * as openstack from "@pulumi/openstack";
import type * as pulumi from "@pulumi/pulumi";
import { reasonOf } from "../../../components/lib/errors.ts";
import { listed } from "../../../components/lib/listed.ts";
import { suggest } from "../../../components/lib/suggest.ts";
import { abortable } from "../../../components/lib/wait.ts";
import { cloudCause } from "../../../components/openstack/cause.ts";
import { entryName } from "../../../components/openstack/environment.ts";
import { clusterTag } from "../../../components/ports/names.ts";
import { allOrDiagnostics, DiagnosticError } from "../../diagnostics/error.ts";
import type { FlavorFacts, GroupFacts, ImageFacts, NetworkFacts, SubnetFacts, WorkerGroup } from "../facts.ts";
import type { NeutronFeatures } from "./features.ts";
import type { NamedKind, NameLister } from "./names.ts";

/** One object that is looked up: its kind, its name and the config key. */
interface Named {
  readonly kind: NamedKind;
  readonly name: string;
  readonly path: string;
}

/** How the data sources of the OpenStack provider report no match, or several. */
const none = /returned no|No Flavor found|No Security Group found/i;
const several = /more than one/i;

/** The service that has objects of a kind. */
const services: Readonly<Record<NamedKind, string>> = {
  network: "network",
  subnet: "network",
  "security group": "network",
  flavor: "compute",
  "active image": "image",
};

/** What is wrong with the cloud, whatever is asked for: the same at each name, so that it is reported once. */
function ofCloud({ kind }: Named, error: unknown, entry: string): DiagnosticError | undefined {
  const cause = cloudCause(error, entry, reasonOf(error));
  if (!cause) return undefined;
  const problem = `the OpenStack provider cannot use the ${services[kind]} service: ${cause.what}`;
  const expected = "the objects that the config names";
  const diagnostic = { check: "cloud", path: "cloud", problem, expected, remedy: cause.remedy };
  return new DiagnosticError([diagnostic], { cause: error });
}

/** @param existing names of that kind, if the config names the object */
function refusal({ kind, name, path }: Named, error: unknown, existing: readonly string[] = []): DiagnosticError {
  const reason = reasonOf(error);
  const [problem, expected, remedy] = none.test(reason)
    ? [
        `no ${kind} named "${name}"`,
        `the name of an existing ${kind} that the project may use${existing.length > 0 ? `: ${listed(existing)}` : ""}`,
        `${didYouMean(name, existing)}correct the name, or ask the cloud's operator to create or share it`,
      ]
    : several.test(reason)
      ? [`more than one ${kind} named "${name}"`, "a unique name", "rename all but one of them"]
      : [
          `the cloud did not return ${kind} "${name}": ${reason}`,
          `the ${kind}`,
          "try again, or ask the cloud's operator",
        ];
  return new DiagnosticError([{ check: "cloud", path, problem, expected, remedy }], { cause: error });
}

function didYouMean(name: string, existing: readonly string[]): string {
  const suggestion = suggest(name, existing);
  return suggestion === undefined ? "" : `did you mean "${suggestion}"? If so, write that; otherwise `;
}

/** The result of a get function, or a DiagnosticError that names the config key; ends with the signal. */
async function lookUp<T>(
  named: Named,
  { signal, entry }: { readonly signal: AbortSignal; readonly entry: string },
  request: Promise<T>,
): Promise<T> {
  try {
    return await abortable(request, signal);
  } catch (error) {
    const isAnswer = none.test(reasonOf(error)) || several.test(reasonOf(error));
    throw (isAnswer ? undefined : ofCloud(named, error, entry)) ?? refusal(named, error);
  }
}

/** Continues if the cloud has no match, or several; any other error is thrown. */
const goOn =
  (where: RegExp) =>
  async <T>(error: unknown, next: () => Promise<T>): Promise<T> => {
    if (error instanceof DiagnosticError && where.test(reasonOf(error.cause))) return next();
    throw error;
  };
const causeOf = (error: unknown): unknown => (error as Error).cause;
const ifNone = goOn(none);
const ifSeveral = goOn(several);

/** The name by both installers: openshift/installer, pkg/infrastructure/openstack/preprovision and upi/openstack. */
export const workerGroupName = (infraId: string): string => `${infraId}-worker`;

/** The provider may omit empty values, whatever its types say. */
const asGiven = <T>(found: T): Partial<T> => found;

/** neutron/common/ipv6_utils.py, is_auto_address_subnet */
const autoModes = ["slaac", "dhcpv6-stateless"];

function subnetOf(found: openstack.networking.GetSubnetResult): SubnetFacts {
  const { id, name, networkId, cidr, enableDhcp } = found;
  const { gatewayIp = "", dnsNameservers = [], allocationPools = [], ipv6AddressMode, ipv6RaMode } = asGiven(found);
  const autoAddress = [ipv6AddressMode, ipv6RaMode].find((mode) => mode !== undefined && autoModes.includes(mode));
  return {
    id,
    name,
    networkId,
    cidr,
    gateway: gatewayIp,
    dhcp: enableDhcp,
    ...(autoAddress !== undefined && { autoAddress }),
    dnsServers: dnsNameservers,
    allocationPools,
  };
}

/** What is asked of the cloud beside the provider. */
export interface Asked extends NeutronFeatures {
  /** what there is instead of what does not exist */
  readonly namesOf: NameLister;
}

/** Groups that a Neutron without security groups cannot have. */
function unsupportedGroups(names: readonly string[], path: string): DiagnosticError {
  return new DiagnosticError([
    {
      check: "cloud",
      path,
      problem: `${names.join(", ")}: the cloud's network service has no security groups`,
      expected: "security groups in Neutron (openstack security group list), or none in the config",
      remedy: "remove the key: what filters the machines' traffic there, the cloud's operator knows",
    },
  ]);
}

/** Looks objects up in the cloud. An object that several pools name is looked up once; an error is reported at each key that names it. */
export class CloudReader {
  readonly #entry: string;
  readonly #signal: AbortSignal;
  readonly #options: pulumi.InvokeOptions;
  readonly #asked: Asked;
  readonly #requests = new Map<string, Promise<unknown>>();

  /** @param cloud name of its entry in clouds.yaml */
  constructor(cloud: string, signal: AbortSignal, options: pulumi.InvokeOptions, asked: Asked) {
    this.#entry = entryName(cloud);
    this.#signal = signal;
    this.#options = options;
    this.#asked = asked;
  }

  #ask<T>(named: Named, request: (options: pulumi.InvokeOptions) => Promise<T>): Promise<T> {
    const key = `${named.kind} ${named.name}`;
    const asked = (this.#requests.get(key) as Promise<T> | undefined) ?? request(this.#options);
    this.#requests.set(key, asked);
    return lookUp(named, { signal: this.#signal, entry: this.#entry }, asked);
  }

  /** As {@link #ask}, of an object that the config names: that there is none is reported with the names that there are. */
  async #find<T>(named: Named, request: (options: pulumi.InvokeOptions) => Promise<T>): Promise<T> {
    return this.#ask(named, request).catch((error: unknown) =>
      ifNone(error, async () => Promise.reject(refusal(named, causeOf(error), await this.#asked.namesOf(named.kind)))),
    );
  }

  async network(name: string, path: string): Promise<NetworkFacts> {
    const { id, mtu } = await this.#find({ kind: "network", name, path }, (options) =>
      openstack.networking.getNetwork({ name }, options),
    );
    return { id, name, mtu: mtu === 0 ? undefined : mtu };
  }

  async networkById(networkId: string): Promise<NetworkFacts> {
    const named: Named = { kind: "network", name: networkId, path: "machineNetwork.network" };
    const { id, name, mtu } = await this.#ask(named, (options) =>
      openstack.networking.getNetwork({ networkId }, options),
    );
    return { id, name: name ?? networkId, mtu: mtu === 0 ? undefined : mtu };
  }

  async subnet(name: string, path: string): Promise<SubnetFacts> {
    const named: Named = { kind: "subnet", name, path };
    return subnetOf(await this.#find(named, (options) => openstack.networking.getSubnet({ name }, options)));
  }

  /** The subnets with the installer's tag, in the order of their names. */
  async taggedSubnets(infraId: string): Promise<SubnetFacts[]> {
    const tag = clusterTag(infraId);
    const at = (name: string): Named => ({ kind: "subnet", name, path: "machineNetwork" });
    const found = await this.#ask(at(`tagged ${tag}`), (options) =>
      openstack.networking.getSubnetIdsV2({ tags: [tag] }, options),
    );
    const { ids = [] } = asGiven(found);
    const subnets = ids.map((subnetId) =>
      this.#ask(at(subnetId), (options) => openstack.networking.getSubnet({ subnetId }, options)),
    );
    return (await allOrDiagnostics(subnets))
      .map(subnetOf)
      .toSorted((one, other) => one.name.localeCompare(other.name, "en"));
  }

  /** The subnet of the cluster's machines by the name that the installer gives it, if no subnet has the tag. */
  async installerSubnet(infraId: string): Promise<SubnetFacts> {
    const path = "machineNetwork";
    const name = `${infraId}-nodes`;
    const problem = `no subnet has the installer's tag ${clusterTag(infraId)} or the name ${name}`;
    const expected = "the names of the cluster's network and subnet in machineNetwork";
    const diagnostic = { check: "cloud", path, problem, expected, remedy: "add machineNetwork, with both" };
    const named: Named = { kind: "subnet", name, path };
    const found = this.#ask(named, (options) => openstack.networking.getSubnet({ name }, options));
    return found
      .then(subnetOf)
      .catch((error: unknown) =>
        ifNone(error, () => Promise.reject(new DiagnosticError([diagnostic], { cause: error }))),
      );
  }

  async #ownGroup(name: string, ...tags: readonly string[]): Promise<GroupFacts> {
    const named: Named = { kind: "security group", name: [name, ...tags].join(" tagged "), path: "pools" };
    const { id } = await this.#ask(named, (options) =>
      openstack.networking.getSecGroup({ name, ...(tags.length > 0 && { tags: [...tags] }) }, options),
    );
    return { id, name };
  }

  /** The security group that the installer made for the workers, by its name and, if several groups have that name, by its tag. */
  async workerGroup(infraId: string): Promise<WorkerGroup> {
    if (!(await this.#asked.hasSecurityGroups)) return "unsupported";
    const name = workerGroupName(infraId);
    const several = (): Promise<WorkerGroup> => Promise.resolve("several");
    const byTag = (): Promise<WorkerGroup> =>
      this.#ownGroup(name, clusterTag(infraId))
        .catch((error: unknown) => ifNone(error, several))
        .catch((error: unknown) => ifSeveral(error, several));
    return this.#ownGroup(name)
      .catch((error: unknown) => ifNone(error, () => Promise.resolve(undefined)))
      .catch((error: unknown) => ifSeveral(error, byTag));
  }

  async securityGroups(names: readonly string[], path: string): Promise<string[]> {
    if (names.length > 0 && !(await this.#asked.hasSecurityGroups)) throw unsupportedGroups(names, path);
    const groups = await allOrDiagnostics(
      names.map((name, i) =>
        this.#find({ kind: "security group", name, path: `${path}[${i}]` }, (options) =>
          openstack.networking.getSecGroup({ name }, options),
        ),
      ),
    );
    return groups.map(({ id }) => id).toSorted();
  }

  async flavor(name: string, path: string): Promise<FlavorFacts> {
    const found = await this.#find({ kind: "flavor", name, path }, (options) =>
      openstack.compute.getFlavor({ name }, options),
    );
    const specs = Object.entries(found.extraSpecs).map(([key, value]) => [key, String(value)]);
    return {
      id: found.id,
      name,
      extraSpecs: Object.fromEntries(specs) as Record<string, string>,
      vcpus: found.vcpus ?? 0,
      ram: found.ram ?? 0,
      disk: found.disk ?? 0,
    };
  }

  async image(name: string, path: string): Promise<ImageFacts> {
    const found = await this.#find({ kind: "active image", name, path }, (options) =>
      openstack.images.getImage({ name }, options),
    );
    const { minDiskGb = 0, minRamMb = 0, sizeBytes = 0 } = asGiven(found);
    const property = (key: string): string | undefined => {
      const value: unknown = found.properties?.[key];
      return typeof value === "string" ? value : undefined;
    };
    return {
      id: found.id,
      name,
      diskFormat: found.diskFormat,
      minDisk: minDiskGb,
      minRam: minRamMb,
      size: sizeBytes,
      distro: property("os_distro"),
      version: property("os_version"),
    };
  }
}
