import path from "node:path";
import { loopback, openstack, ports } from "../../settings.ts";
import { data } from "../paths.ts";
import { authtoken, credentials, databaseUrl, lookInterval, oslo, url } from "./common.ts";
import type { Ini } from "./ini.ts";

/** What the BMC fetches as virtual media is served from here, on loopback. */
export const httpRoot = path.join(data, "ironic/http");

export const ironicFolders = [httpRoot, ...["tmp", "images", "master"].map((name) => path.join(data, "ironic", name))];

/** A file that virtual-media boot wants to exist; the lab's machines boot from no such medium. */
export const espImage = path.join(data, "ironic/esp.img");

export const ironic = (venv: string): Ini => ({
  DEFAULT: {
    auth_strategy: "keystone",
    rbac_service_role_elevated_access: true,
    host: "lab",
    my_ip: loopback,
    // API and conductor are one process.
    rpc_transport: "none",
    enabled_hardware_types: "lab-redfish",
    enabled_bios_interfaces: "no-bios",
    enabled_boot_interfaces: "redfish-virtual-media",
    enabled_console_interfaces: "no-console",
    enabled_deploy_interfaces: "lab",
    enabled_firmware_interfaces: "no-firmware",
    enabled_inspect_interfaces: "no-inspect",
    enabled_management_interfaces: "redfish",
    enabled_network_interfaces: "flat",
    enabled_power_interfaces: "redfish",
    enabled_raid_interfaces: "no-raid",
    enabled_rescue_interfaces: "no-rescue",
    enabled_storage_interfaces: "noop",
    enabled_vendor_interfaces: "no-vendor",
    rootwrap_config: path.join(venv, "etc/ironic/rootwrap.conf"),
    state_path: path.join(data, "ironic"),
    tempdir: path.join(data, "ironic/tmp"),
    esp_image: espImage,
    grub_config_path: "EFI/debian/grub.cfg",
  },
  api: { host_ip: loopback, port: ports.ironic, api_workers: 1, public_endpoint: url(ports.ironic) },
  conductor: {
    automated_clean: true,
    sync_power_state_interval: lookInterval,
    power_state_change_timeout: 30,
    heartbeat_interval: 5,
    heartbeat_timeout: 60,
    workers_pool_size: 300,
    node_history: false,
  },
  database: { connection: databaseUrl("ironic") },
  deploy: {
    http_root: httpRoot,
    http_url: url(ports.ironicHttp),
    erase_devices_priority: 0,
    erase_devices_metadata_priority: 0,
  },
  redfish: { use_swift: false, connection_attempts: 3 },
  neutron: {
    ...credentials("neutron"),
    cleaning_network: openstack.network,
    provisioning_network: openstack.network,
    rescuing_network: openstack.network,
  },
  glance: credentials("glance"),
  nova: { ...credentials("nova"), send_power_notifications: true },
  service_catalog: credentials("ironic"),
  keystone_authtoken: authtoken("ironic"),
  ...oslo("ironic"),
});
