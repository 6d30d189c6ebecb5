import path from "node:path";
import type { Spec } from "../core/processes.ts";
import { cluster, dirs, files, machineNetwork, repo } from "../settings.ts";

/** DHCP and DNS of the machine network, as Neutron's DHCP service would give them. */

export const hostsFile = path.join(dirs.data, "dhcp-hosts");

const { bridge, cidr, gateway, dhcp, apiVip, ingressVip } = machineNetwork;
const domain = `${cluster.name}.${cluster.baseDomain}`;

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
    "--except-interface=lo",
    "--bind-dynamic",
    "--no-hosts",
    "--no-resolv",
    "--no-poll",
    // Only what the hosts file names is served.
    `--dhcp-range=${cidr.split("/")[0]},static,10m`,
    `--dhcp-hostsfile=${hostsFile}`,
    "--dhcp-authoritative",
    "--leasefile-ro",
    `--dhcp-option=option:router,${gateway}`,
    `--dhcp-option=option:dns-server,${dhcp}`,
    `--host-record=${cluster.apiInternal},${apiVip}`,
    `--host-record=api.${domain},${apiVip}`,
    `--address=/apps.${domain}/${ingressVip}`,
  ],
};

export const portWatchSpec: Spec = {
  name: "dhcp-ports",
  command: process.execPath,
  args: [path.join(repo, "test/lab/metal/dhcp-ports.ts")],
  env: { OS_CLIENT_CONFIG_FILE: files.cloudsYaml },
};
