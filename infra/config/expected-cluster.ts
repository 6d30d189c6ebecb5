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
        .meta({
          description: "URL of the Machine Config Server; a path in it is ignored. Required.",
          examples: ["https://10.0.0.5:22623"],
        }),
      /** CA of its certificate: path or PEM. */
      ca: text("the path of a PEM file, or its content").meta({
        description: "CA of the Machine Config Server's certificate: path of a PEM file, or its content. Required.",
        examples: ["/etc/kubernetes/root-ca.crt"],
      }),
    },
    { error: "an object with url and ca" },
  )
  .optional()
  .meta({
    description:
      "URL and CA of the Machine Config Server. Default: those in the Secret openshift-machine-api/worker-user-data.",
    examples: [{ url: "https://10.0.0.5:22623", ca: "/etc/kubernetes/root-ca.crt" }],
  });

/**
 * Expected facts of the cluster. A value is used if the cluster does not report it (the field is empty, the object does
 * not exist, or the account may not read the Secret worker-user-data or the Network). If the cluster reports another
 * value, that is an error and nothing is changed. Default: none, what the cluster reports is used.
 */
export const expectation = z
  .strictObject(
    {
      /** Infrastructure name, the prefix of all names. Protects from a kubeconfig of another cluster. */
      infraId: text("an infrastructure name like mycluster-x7k2p")
        .optional()
        .meta({
          description:
            "The cluster's infrastructure name. A cluster with another name is an error. Default: what the cluster reports.",
          examples: ["mycluster-x7k2p"],
        }),
      /** Virtual IP addresses of the API, in any order. */
      apiVips: addresses("Virtual IP addresses of the API, in any order. Default: what the cluster reports."),
      /** Virtual IP addresses of the ingress, in any order: any worker may have to answer for them. */
      ingressVips: addresses("Virtual IP addresses of the ingress, in any order. Default: what the cluster reports."),
      /** CIDRs of the machine networks, in any order. */
      machineNetworks: z
        .array(z.union([z.cidrv4(), z.cidrv6()], { error: "a CIDR like 10.0.0.0/16" }), { error: networksText })
        .min(1, { error: networksText })
        .optional()
        .meta({
          description: "CIDRs of the machine networks, in any order. Default: what the cluster reports.",
          examples: [["10.0.0.0/16"]],
        }),
      machineConfigServer,
      /** MTU of the pod network, not of the machine network. */
      mtu: z
        .int({ error: mtuText })
        .min(576, { error: mtuText })
        .max(65_535, { error: mtuText })
        .optional()
        .meta({
          description: "MTU of the pod network, in bytes. Default: what the cluster reports.",
          examples: [1400],
        }),
    },
    { error: "an object" },
  )
  .optional()
  .meta({
    description:
      "Expected facts of the cluster. A value is used if the cluster does not report it; if the cluster reports another value, that is an error. Default: none.",
    examples: [{ infraId: "mycluster-x7k2p" }],
  });
