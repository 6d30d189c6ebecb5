import { z } from "zod";
import { configDiagnostic, type Diagnostic } from "../diagnostics/diagnostic.ts";
import { integer, portSubnets, text } from "./fields.ts";

const subport = z.strictObject(
  {
    /** Name of its Neutron network, any but that of the port itself. Required. Example `storage`. */
    network: text("the name of a Neutron network").meta({
      description: "Name of the subport's Neutron network, any but that of the port itself. Required.",
      examples: ["storage"],
    }),
    /**
     * Name of its subnet, or a list of two, one of each IP version. It need not be within the cluster's machine networks: it
     * gives the Node no address. Default: Neutron chooses of the network's subnets, if it has any.
     */
    subnet: portSubnets.optional().meta({
      description:
        "Name of its subnet, or a list of two, one of each IP version. It need not be within the cluster's machine networks. Default: Neutron chooses of the network's, if it has any.",
      examples: ["storage-v4"],
    }),
    /** VLAN ID of its frames on the machine's network card, 1 to 4094, once in a trunk. Required. Example 100. */
    segmentationId: integer(1, 4094).meta({
      description: "VLAN ID of its frames on the machine's network card, 1 to 4094. Required.",
      examples: [100],
    }),
  },
  { error: "a subport, an object with network and segmentationId" },
);

/** The trunk on a port. */
export const trunk = z.strictObject(
  {
    /**
     * The VLANs on the port's network card, beside the port's own untagged network. They have the port's security groups. An
     * edit changes the trunk in place: for a moment none of its VLANs has a connection. Default none.
     */
    subports: z
      .array(subport, { error: "a list of subports" })
      .default([])
      .meta({
        description:
          "VLANs on the port's network card, beside the port's own untagged network, with the port's security groups. An edit changes the trunk in place, with a short interruption of all of its VLANs. Default: none.",
        examples: [[{ network: "storage", subnet: "storage-v4", segmentationId: 100 }]],
      }),
  },
  { error: "a trunk, an object with subports; {} is a trunk without any yet" },
);

interface Partial {
  readonly subports?: readonly ({ readonly segmentationId?: number | undefined } | undefined)[] | undefined;
}

/** Neutron has each VLAN ID once in a trunk. @param path of the trunk */
export function trunkDiagnostics(path: string, { subports = [] }: Partial): Diagnostic[] {
  const ids = subports.map((each) => each?.segmentationId);
  return ids.flatMap((id, i) => {
    const first = ids.indexOf(id);
    if (id === undefined || first === i) return [];
    return configDiagnostic({
      path: `${path}.subports[${i}].segmentationId`,
      problem: `the same as ${path}.subports[${first}].segmentationId`,
      expected: "a VLAN ID of its own for each subport of a trunk",
      remedy: "change one of the two",
    });
  });
}
