import { z } from "zod";
import { holdsCredentials } from "../../components/lib/url.ts";
import { text } from "./fields.ts";

const addressesText = "a list of at least one IP address";
const networksText = "a list of at least one CIDR";
const urlText = "an https URL like https://10.0.0.5:22623, without a user";

function isPlainHttps(value: string): boolean {
  const url = URL.parse(value);
  return url?.protocol === "https:" && !holdsCredentials(url);
}

const mtuText = "a whole number of bytes from 576 to 65535";

const addresses = (description: string): z.ZodOptional<z.ZodArray<z.ZodUnion<readonly [z.ZodIPv4, z.ZodIPv6]>>> =>
  z
    .array(z.union([z.ipv4(), z.ipv6()], { error: "an IP address" }), { error: addressesText })
    .min(1, { error: addressesText })
    .optional()
    .meta({ description, examples: [["10.0.0.5"]] });

const machineConfigServer = z
  .strictObject(
    {
      /** Its URL; a path is ignored. Example `https://10.0.0.5:22623`. */
      url: z
        .string({ error: urlText })
        .refine(isPlainHttps, { error: urlText })
        .meta({ description: "URL of the Machine Config Server", examples: ["https://10.0.0.5:22623"] }),
      /** Who signs its certificate: path or PEM. */
      ca: text("the path of a PEM file, or its content").meta({
        description: "Authority of the Machine Config Server: path or PEM",
        examples: ["/etc/kubernetes/root-ca.crt"],
      }),
    },
    { error: "an object with url and ca" },
  )
  .optional()
  .meta({
    description: "Machine Config Server; default: what the Secret worker-user-data says",
    examples: [{ url: "https://10.0.0.5:22623", ca: "/etc/kubernetes/root-ca.crt" }],
  });

/**
 * What the cluster is expected to say of itself. A value counts where the cluster does not say it (the field is empty, the
 * object is not there, or the account may not read the Secret worker-user-data or the Network); where the cluster says
 * otherwise, nothing is changed. Default: nothing is expected, the cluster's own word counts.
 */
export const expectation = z
  .strictObject(
    {
      /** Infrastructure name, the prefix of all names. Protects from a kubeconfig of another cluster. */
      infraId: text("an infrastructure name like mycluster-x7k2p")
        .optional()
        .meta({ description: "Infrastructure name; another cluster is refused", examples: ["mycluster-x7k2p"] }),
      /** Virtual addresses of the API, in any order. */
      apiVips: addresses("Virtual addresses of the API, in any order"),
      /** Virtual addresses of the ingress, in any order: any worker may have to answer for them. */
      ingressVips: addresses("Virtual addresses of the ingress, in any order"),
      /** CIDRs of the machine networks, in any order. */
      machineNetworks: z
        .array(z.union([z.cidrv4(), z.cidrv6()], { error: "a CIDR like 10.0.0.0/16" }), { error: networksText })
        .min(1, { error: networksText })
        .optional()
        .meta({ description: "CIDRs of the machine networks, in any order", examples: [["10.0.0.0/16"]] }),
      machineConfigServer,
      /** Bytes of a packet between pods: the MTU of the cluster's network, not of the machines' one. */
      mtu: z
        .int({ error: mtuText })
        .min(576, { error: mtuText })
        .max(65_535, { error: mtuText })
        .optional()
        .meta({ description: "MTU of the cluster's network for pods, in bytes", examples: [1400] }),
    },
    { error: "an object" },
  )
  .optional()
  .meta({
    description:
      "What the cluster is expected to say of itself: fills what it does not say, refuses what it says otherwise",
    examples: [{ infraId: "mycluster-x7k2p" }],
  });
