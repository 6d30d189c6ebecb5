import path from "node:path";
import type { Spec } from "../../runtime/processes.ts";
import {
  cluster,
  dirs,
  files,
  ipVersions,
  machineNetwork,
  repo,
  secondSubnet,
  storageNetwork,
} from "../../settings.ts";

/** DHCP and DNS of the machine networks, as Neutron's DHCP service would give them. */

export const hostsFile = path.join(dirs.data, "dhcp-hosts");
export const optionsFile = path.join(dirs.data, "dhcp-options");

const { bridge, cidr, prefix, gateway, dhcp, apiVip, ingressVip } = machineNetwork;
const base = (range: string): string => range.split("/")[0] ?? range;
const domain = `${cluster.name}.${cluster.baseDomain}`;

/**
 * Only what the hosts file names is served. An option without a value is not sent: dnsmasq would name itself. Of IPv6 the
 * router and the prefix are told by router advertisements, those of the storage network without a router, and the MAC
 * stands in the client's identifier.
 */
const servedOfIpv4 = [
  `--dhcp-range=set:machines,${base(cidr)},static,10m`,
  `--dhcp-range=set:storage,${base(storageNetwork.cidr)},static,10m`,
  `--dhcp-option=tag:machines,option:router,${gateway}`,
  `--dhcp-option=tag:machines,option:dns-server,${dhcp}`,
  "--dhcp-option=tag:storage,option:router",
  "--dhcp-option=tag:storage,option:dns-server",
];

const served = {
  4: servedOfIpv4,
  6: [
    "--enable-ra",
    `--ra-param=${storageNetwork.bridge},0,0`,
    `--dhcp-range=set:machines,${base(cidr)},static,${prefix},10m`,
    `--dhcp-range=set:storage,${base(storageNetwork.cidr)},static,${storageNetwork.prefix},10m`,
    `--dhcp-option=tag:machines,option6:dns-server,[${dhcp}]`,
    "--dhcp-option=tag:storage,option6:dns-server",
  ],
  dual: [
    ...servedOfIpv4,
    "--enable-ra",
    `--dhcp-range=set:second,${base(secondSubnet.cidr)},static,${secondSubnet.prefix},10m`,
    `--dhcp-option=tag:second,option6:dns-server,[${secondSubnet.dhcp}]`,
  ],
}[ipVersions];

export const dnsmasqSpec: Spec = {
  name: "dnsmasq",
  command: "dnsmasq",
  args: [
    "--keep-in-foreground",
    "--conf-file=/dev/null",
    "--user=root",
    "--log-facility=-",
    "--log-dhcp",
    `--interface=${bridge}`,
    `--interface=${storageNetwork.bridge}`,
    "--except-interface=lo",
    "--bind-dynamic",
    "--no-hosts",
    "--no-resolv",
    "--no-poll",
    ...served,
    `--dhcp-hostsfile=${hostsFile}`,
    `--dhcp-optsfile=${optionsFile}`,
    "--dhcp-authoritative",
    "--leasefile-ro",
    `--host-record=${cluster.apiInternal},${apiVip}`,
    `--host-record=api.${domain},${apiVip}`,
    `--address=/apps.${domain}/${ingressVip}`,
  ],
};

export const portWatchSpec: Spec = {
  name: "dhcp-ports",
  command: process.execPath,
  args: [path.join(repo, "test/lab/metal/network/dhcp-ports.ts")],
  env: { OS_CLIENT_CONFIG_FILE: files.cloudsYaml },
};
