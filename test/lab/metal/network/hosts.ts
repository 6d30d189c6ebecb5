import { type IpVersion, ipVersionOf } from "../../../../components/lib/ip.ts";

/** What the DHCP server must know of a Neutron port. */
export interface Port {
  readonly mac_address: string;
  readonly fixed_ips: readonly { readonly ip_address: string }[];
  readonly extra_dhcp_opts: readonly {
    readonly opt_name: string;
    readonly opt_value: string;
    readonly ip_version: number;
  }[];
}

/** dnsmasq's files for --dhcp-hostsfile and --dhcp-optsfile. */
export interface Leases {
  readonly hosts: string;
  readonly options: string;
}

interface Served {
  readonly mac: string;
  readonly address: string;
  /** lines of the options' file without their tag */
  readonly options: readonly string[];
}

/** How dnsmasq writes an address and the name or number of an option. */
const syntax = {
  4: {
    address: (ip: string) => ip,
    option: (name: string) => (/^\d+$/.test(name) ? name : `option:${name}`),
  },
  6: { address: (ip: string) => `[${ip}]`, option: (name: string) => `option6:${name}` },
} as const satisfies Record<IpVersion, unknown>;

function served({ mac_address, fixed_ips, extra_dhcp_opts }: Port, ipVersion: IpVersion): Served[] {
  const ip = fixed_ips.find(({ ip_address }) => ipVersionOf(ip_address) === ipVersion)?.ip_address;
  if (ip === undefined) return [];
  const { address, option } = syntax[ipVersion];
  const options = extra_dhcp_opts
    .filter(({ ip_version }) => ip_version === ipVersion)
    .map(({ opt_name, opt_value }) => `${option(opt_name)},${opt_value}`);
  return [{ mac: mac_address.toLowerCase(), address: address(ip), options }];
}

/**
 * A line for each version of which a port has an address, in a stable order; its options by a tag, as Neutron's own DHCP
 * agent gives them (neutron/agent/linux/dhcp.py).
 */
export function renderLeases(ports: readonly Port[], versions: readonly IpVersion[]): Leases {
  const found = versions.flatMap((version) => ports.flatMap((port) => served(port, version)));
  const all = found.map((port) => ({ ...port, tag: `port-${port.mac.replaceAll(":", "")}` }));
  const hosts = all.map(({ mac, tag, options, address }) =>
    [mac, ...(options.length > 0 ? [`set:${tag}`] : []), `${address}\n`].join(","),
  );
  const options = all.flatMap((port) => port.options.map((option) => `tag:${port.tag},${option}\n`));
  return { hosts: hosts.sort().join(""), options: options.sort().join("") };
}

/** The MACs that a hosts file names. */
export const macsOf = (hosts: string): ReadonlySet<string> =>
  new Set(hosts.split("\n").flatMap((line) => (line === "" ? [] : line.split(",", 1))));

/**
 * Whether a lease that dnsmasq may have given out is void: its pair of MAC and address is gone. dnsmasq keeps a lease over
 * SIGHUP, and would refuse the address to the next MAC.
 */
export function voidsLease(before: string, after: string): boolean {
  const kept = new Set(after.split("\n"));
  return before.split("\n").some((line) => !kept.has(line));
}
