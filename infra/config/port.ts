import { z } from "zod";
import { portAddresses, portSubnets, text } from "./fields.ts";
import { trunk } from "./trunk.ts";

const addressText = "an IP address, or a CIDR";

const dhcpOption = z.strictObject(
  {
    /** Name that the network's DHCP server knows. Example `mtu`. */
    name: text("the name of a DHCP option").meta({
      description: "Name of the DHCP option, as the network's DHCP server knows it. Required.",
      examples: ["mtu"],
    }),
    value: text("the value of the DHCP option, as text").meta({
      description: "Value of the DHCP option, as text. Required.",
      examples: ["9000"],
    }),
    /** 4 or 6. Default 4, as in Neutron. */
    ipVersion: z
      .union([z.literal(4), z.literal(6)], { error: "4 or 6" })
      .default(4)
      .meta({ description: "IP version that the option is for, 4 or 6. Default: 4.", examples: [4] }),
  },
  { error: "a DHCP option, an object with name and value" },
);

const shape = {
  /** Name of the port's Neutron network. Default: machineNetwork.network. */
  network: text("the name of a Neutron network")
    .optional()
    .meta({
      description: "Name of the Neutron network; only together with subnet. Default: machineNetwork.network.",
      examples: ["mycluster-x7k2p-rack2"],
    }),
  /**
   * Name of its subnet, within the cluster's machine networks: any other is an error. In a dual-stack cluster a list of two,
   * one of each IP version: the port then has an address of each. Default: machineNetwork.subnet.
   */
  subnet: portSubnets.optional().meta({
    description:
      "Name of the subnet, within the cluster's machine networks; for dual-stack a list of two, one of each IP version. Only together with network. Default: machineNetwork.subnet.",
    examples: ["mycluster-x7k2p-rack2-nodes"],
  }),
  /** Names of the port's security groups. Default: the pool's. */
  securityGroups: z
    .array(text("the name of a security group"), { error: "a list of names of security groups" })
    .optional()
    .meta({
      description:
        "Names of the port's security groups. An edit changes the port in place. Default: the pool's securityGroups.",
      examples: [["mycluster-x7k2p-worker"]],
    }),
  /**
   * Addresses that the port may use in addition to its own: Neutron's allowed address pairs. A port in the subnet of the
   * cluster's ingress addresses gets those automatically. An edit drains and replaces the workers. Default none.
   */
  allowedAddresses: z
    .array(z.union([z.ipv4(), z.cidrv4(), z.ipv6(), z.cidrv6()], { error: addressText }), {
      error: "a list of addresses",
    })
    .default([])
    .meta({
      description:
        "IP addresses or CIDRs that the port may use in addition to its own (allowed address pairs). The ingress addresses are added automatically. An edit drains and replaces the workers. Default: none.",
      examples: [["10.0.0.9"]],
    }),
  /**
   * `false`: the port has no port security, as for SR-IOV or an appliance that sends from addresses of its own. It then has
   * neither security groups nor allowed addresses, those of the pool and the ingress included. An edit to false drains and
   * replaces the workers. Default: as the network has it.
   */
  portSecurity: z
    .literal(false, { error: "false, or no key: the port is then as its network" })
    .optional()
    .meta({
      description:
        "false: the port has no port security, and with it neither security groups nor allowed addresses. An edit to false drains and replaces the workers; removing the key keeps them. Default: as the network has it.",
      examples: [false],
    }),
  /** Tags of the port, in addition to the cluster's own. Default none. */
  tags: z
    .array(text("a tag").max(255, { error: "a tag of at most 255 characters" }), { error: "a list of tags" })
    .default([])
    .meta({
      description:
        "Tags of the port, in addition to the cluster's own. An edit changes the port in place. Default: none.",
      examples: [["rack=r2"]],
    }),
  /**
   * Extra DHCP options of the port; `[]` removes all of IPv4. The provider cannot remove one of IPv6
   * (components/ports/in-place.ts): it goes with the port. Default: a new port gets none, and an existing port keeps those
   * that it has, whoever set them.
   */
  dhcpOptions: z
    .array(dhcpOption, { error: "a list of DHCP options" })
    .optional()
    .meta({
      description:
        "Extra DHCP options of the port. An edit changes the port in place; [] removes all, but to remove one of IPv6 is refused: it goes with the port. Default: new ports get none, existing ports keep theirs.",
      examples: [[{ name: "mtu", value: "9000" }]],
    }),
  /**
   * Makes the port the parent of a trunk: VLANs on its network card, each in a Neutron network of its own. Adding or removing
   * the key drains and replaces the workers. Default none.
   */
  trunk: trunk.optional().meta({
    description:
      "Makes the port the parent of a trunk: VLANs on its network card. Adding or removing the key drains and replaces the workers. Default: none.",
    examples: [{ subports: [{ network: "storage", segmentationId: 100 }] }],
  }),
};

const portText = "a port, an object; {} is a port in the machine network";

/** One port of each worker. Its vNIC type is always `baremetal`. */
export const poolPort = z.strictObject(shape, { error: portText });

/** A port of one worker. */
export const workerPort = z.strictObject(
  {
    ...shape,
    /** Its address, or a list of one of each family. Default: Neutron chooses. */
    fixedIp: portAddresses.optional().meta({
      description: "IP address of the port, or a list of one of each family. Default: Neutron chooses.",
      examples: ["10.0.2.20"],
    }),
  },
  { error: portText },
);
