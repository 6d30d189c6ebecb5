import { z } from "zod";
import { text } from "./fields.ts";

const addressText = "an IPv4 address, or a CIDR of such";

const dhcpOption = z.strictObject(
  {
    /** Name as the DHCP server of the network knows it. Example `mtu`. */
    name: text("the name of a DHCP option").meta({ description: "Name of the option", examples: ["mtu"] }),
    value: text("the value of the DHCP option, as text").meta({ description: "Value, as text", examples: ["9000"] }),
    /** 4 or 6. Default 4, as of Neutron. */
    ipVersion: z
      .union([z.literal(4), z.literal(6)], { error: "4 or 6" })
      .default(4)
      .meta({ description: "Version of the protocol: 4 or 6", examples: [4] }),
  },
  { error: "a DHCP option, an object with name and value" },
);

const shape = {
  /** Name of the port's Neutron network. Default: machineNetwork.network. */
  network: text("the name of a Neutron network")
    .optional()
    .meta({ description: "Name of the network, default: machineNetwork.network", examples: ["mycluster-x7k2p-rack2"] }),
  /** Name of its subnet, within the cluster's machine networks: any other is refused. Default: machineNetwork.subnet. */
  subnet: text("the name of a Neutron subnet")
    .optional()
    .meta({
      description: "Name of the subnet, one of the cluster's machine networks; default: machineNetwork.subnet",
      examples: ["mycluster-x7k2p-rack2-nodes"],
    }),
  /** Names of the port's security groups. Default: the pool's. */
  securityGroups: z
    .array(text("the name of a security group"), { error: "a list of names of security groups" })
    .optional()
    .meta({ description: "Names of its security groups, default: the pool's", examples: [["mycluster-x7k2p-worker"]] }),
  /**
   * Addresses that the port may answer for besides its own: Neutron's allowed address pairs. A port in the subnet
   * of the cluster's ingress addresses has these of its own accord. An edit replaces the workers, drained. Default none.
   */
  allowedAddresses: z
    .array(z.union([z.ipv4(), z.cidrv4()], { error: addressText }), { error: "a list of addresses" })
    .default([])
    .meta({
      description: "Addresses that the port may answer for besides its own (allowed address pairs)",
      examples: [["10.0.0.9"]],
    }),
  /** Tags of the port, besides the cluster's own. Default none. */
  tags: z
    .array(text("a tag").max(255, { error: "a tag of at most 255 characters" }), { error: "a list of tags" })
    .default([])
    .meta({ description: "Tags of the port, besides the cluster's own", examples: [["rack=r2"]] }),
  /** Extra DHCP options of the port. Default none. */
  dhcpOptions: z
    .array(dhcpOption, { error: "a list of DHCP options" })
    .default([])
    .meta({ description: "Extra DHCP options of the port", examples: [[{ name: "mtu", value: "9000" }]] }),
};

const what = "a port, an object; {} is a port in the machine network";

/** One port of each worker. Its vNIC type is always `baremetal`. */
export const poolPort = z.strictObject(shape, { error: what });

/** A port of one worker. */
export const workerPort = z.strictObject(
  {
    ...shape,
    /** Its address. Default: Neutron chooses. */
    fixedIp: z
      .ipv4({ error: "an IPv4 address" })
      .optional()
      .meta({ description: "Address of the port, default: Neutron chooses", examples: ["10.0.2.20"] }),
  },
  { error: what },
);
