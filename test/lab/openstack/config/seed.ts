import {
  cluster,
  hostPort,
  ipVersion,
  loopback,
  machineNetwork,
  machines,
  openstack,
  ports,
  servicesHost,
  storageNetwork,
} from "../../settings.ts";
import { keystoneUrl, url } from "./common.ts";
import { racks } from "./nova.ts";

/** The identity and object-store endpoints that clients see. */
export const publicIdentity = `https://${hostPort(machineNetwork.cloudVip, ports.keystoneTls)}/v3`;
const publicObjectStore = `https://${hostPort(machineNetwork.cloudVip, ports.swiftTls)}/v1/AUTH_%(project_id)s`;

const endpoint = (name: string, internal: string, shown: string): object => ({ name, internal, public: shown });

/** An endpoint without TLS. */
const plain = (name: string, port: number, path = ""): object =>
  endpoint(name, `${url(port)}${path}`, `http://${hostPort(servicesHost, port)}${path}`);

const endpoints = {
  identity: endpoint("keystone", keystoneUrl, publicIdentity),
  placement: plain("placement", ports.placement),
  image: plain("glance", ports.glance),
  compute: plain("nova", ports.nova, "/v2.1"),
  network: plain("neutron", ports.neutron),
  baremetal: plain("ironic", ports.ironic),
  "object-store": endpoint("swift", `${url(ports.swift)}/v1/AUTH_%(project_id)s`, publicObjectStore),
};

/** Placement's name of the machines' resource class: Ironic's in capitals, with a prefix. */
export const placementClass = `CUSTOM_${openstack.resourceClass.toUpperCase().replaceAll(/[^A-Z0-9]/g, "_")}`;

const flavor = {
  name: openstack.flavor,
  extraSpecs: {
    [`resources:${placementClass}`]: "1",
    "resources:VCPU": "0",
    "resources:MEMORY_MB": "0",
    "resources:DISK_GB": "0",
  },
};

/** Neutron allocates the addresses, and DHCP gives them. An IPv4 subnet has no modes. */
const allocated = {
  4: { ip_version: 4 },
  6: { ip_version: 6, ipv6_address_mode: "dhcpv6-stateful", ipv6_ra_mode: "dhcpv6-stateful" },
}[ipVersion];

const machineSubnet = {
  ...allocated,
  name: openstack.subnet,
  cidr: machineNetwork.cidr,
  gateway_ip: machineNetwork.gateway,
  enable_dhcp: true,
  allocation_pools: [machineNetwork.pool],
  dns_nameservers: [machineNetwork.dhcp],
};

const storageSubnet = {
  ...allocated,
  name: openstack.storageSubnet,
  cidr: storageNetwork.cidr,
  gateway_ip: null,
  enable_dhcp: true,
  allocation_pools: [storageNetwork.pool],
};

const networks = [
  {
    name: openstack.network,
    provider: { provider_network_type: "flat", provider_physical_network: "physnet1" },
    subnet: machineSubnet,
    tags: [`openshiftClusterID=${cluster.infraId}`],
  },
  {
    name: openstack.storageNetwork,
    provider: { provider_network_type: "flat", provider_physical_network: "physnet2" },
    subnet: storageSubnet,
    tags: [],
  },
  {
    name: openstack.otherNetwork,
    // A physical network carries one flat network only.
    provider: { provider_network_type: "vlan", provider_physical_network: "physnet1" },
    subnet: { ...allocated, name: openstack.otherSubnet, cidr: openstack.otherCidr, enable_dhcp: true },
    tags: [],
  },
];

/** What every machine in the rack has in common, in Ironic's words. */
const node = {
  driver: "lab-redfish",
  resource_class: openstack.resourceClass,
  shard: racks.first.shard,
  bios_interface: "no-bios",
  boot_interface: "redfish-virtual-media",
  deploy_interface: "lab",
  inspect_interface: "no-inspect",
  management_interface: "redfish",
  network_interface: "flat",
  power_interface: "redfish",
  vendor_interface: "no-vendor",
  properties: { cpus: 2, memory_mb: 4096, local_gb: 20, cpu_arch: "x86_64", capabilities: "boot_mode:uefi" },
};

const driverInfo = (uuid: string): object => ({
  redfish_address: `http://${loopback}:${ports.bmc}`,
  redfish_system_id: `/redfish/v1/Systems/${uuid}`,
  redfish_username: "lab",
  redfish_password: "lab",
  redfish_auth_type: "basic",
});

/** Input of launchers/seed.py. */
export const seed = {
  authUrl: keystoneUrl,
  region: openstack.region,
  adminPassword: openstack.adminPassword,
  servicePassword: openstack.servicePassword,
  project: openstack.project,
  user: openstack.user,
  password: openstack.password,
  images: [openstack.image, openstack.nextImage],
  securityGroup: `${cluster.infraId}-worker`,
  endpoints,
  flavor,
  networks,
  node,
  machines: machines.map(({ name, uuid, nics }) => ({ name, uuid, nics, driverInfo: driverInfo(uuid) })),
};
