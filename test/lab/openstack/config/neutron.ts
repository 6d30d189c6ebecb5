import path from "node:path";
import { loopback, physicalNetworks, ports } from "../../settings.ts";
import { data } from "../paths.ts";
import { authtoken, credentials, databaseUrl, messageQueue, oslo } from "./common.ts";
import type { Ini } from "./ini.ts";

export const neutron = (venv: string): Ini => ({
  DEFAULT: {
    host: "lab",
    bind_host: loopback,
    bind_port: ports.neutron,
    core_plugin: "ml2",
    service_plugins: "segments,trunk",
    auth_strategy: "keystone",
    transport_url: messageQueue,
    api_paste_config: path.join(venv, "etc/neutron/api-paste.ini"),
    state_path: path.join(data, "neutron"),
    api_workers: 1,
    rpc_workers: 1,
    rpc_state_report_workers: 0,
    send_events_interval: 1,
    // The machine network's DHCP server is not Neutron's: it reads Neutron's ports.
    dhcp_agents_per_network: 0,
    network_auto_schedule: false,
  },
  database: { connection: databaseUrl("neutron") },
  quotas: {
    default_quota: -1,
    quota_port: 10000,
    quota_network: 1000,
    quota_subnet: 1000,
    quota_security_group: 1000,
    quota_security_group_rule: 10000,
  },
  nova: credentials("nova"),
  placement: credentials("placement"),
  keystone_authtoken: authtoken("neutron"),
  ...oslo("neutron"),
});

const wires = Object.keys(physicalNetworks);

export const ml2: Ini = {
  ml2: {
    type_drivers: "flat,vlan",
    tenant_network_types: "vlan",
    mechanism_drivers: "lab-baremetal",
    extension_drivers: "port_security",
  },
  ml2_type_flat: { flat_networks: wires.join(",") },
  ml2_type_vlan: { network_vlan_ranges: wires.map((wire) => `${wire}:100:2000`).join(",") },
  securitygroup: { enable_security_group: true },
};
