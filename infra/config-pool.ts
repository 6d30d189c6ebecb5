import { z } from "zod";
import { text } from "./config-leaves.ts";
import { drain, ignition, timeouts } from "./config-phases.ts";

const dnsLabel = /^[a-z]([-a-z0-9]*[a-z0-9])?$/;

const poolNameText = "a DNS label (a-z, 0-9 and -, beginning with a letter) other than master";

export const poolSchema = z.strictObject(
  {
    /** Part of every name of the pool: worker i is `<infraID>-<name>-<i>`. Not `master`. Example `metal`. */
    name: z
      .string({ error: poolNameText })
      .regex(dnsLabel, { error: poolNameText })
      .refine((name) => name !== "master", { error: poolNameText })
      .meta({ description: "Worker i of the pool is named <infraID>-<name>-<i>", examples: ["metal"] }),
    /** How many workers. Fewer than before removes the highest numbers. Example 3. */
    replicas: z
      .int({ error: "a whole number from 0 to 1000" })
      .min(0, { error: "a whole number from 0 to 1000" })
      .max(1000, { error: "a whole number from 0 to 1000" })
      .meta({ description: "How many workers; fewer than before removes the highest numbers", examples: [3] }),
    /** Name of a Nova flavor of a bare-metal class. An edit replaces the workers. Example `baremetal`. */
    flavor: text("the name of a Nova flavor of a bare-metal class").meta({
      description: "Name of a Nova flavor of a bare-metal class; an edit replaces the workers, drained",
      examples: ["baremetal"],
    }),
    /** Name of the RHCOS image in Glance. An edit replaces the workers. Example `rhcos-4.18`. */
    image: text("the name of an image in Glance").meta({
      description: "Name of the RHCOS image in Glance; an edit replaces the workers, drained",
      examples: ["rhcos"],
    }),
    /** Addresses of the workers in their order, one per replica. Default: Neutron chooses. Example `[10.0.0.20]`. */
    fixedIps: z
      .array(z.ipv4({ error: "an IPv4 address" }), { error: "a list of IPv4 addresses, one per replica" })
      .optional()
      .meta({ description: "Addresses of the workers in their order, one per replica", examples: [["10.0.0.20"]] }),
    /** Names of the ports' security groups. Default: the project's own default group. Example `[x7k2p-worker]`. */
    securityGroups: z
      .array(text("the name of a security group"), { error: "a list of names of security groups" })
      .default([])
      .meta({ description: "Names of the ports' security groups", examples: [["mycluster-x7k2p-worker"]] }),
    /** Labels of the Nodes. Default none. Example `{ node-role.kubernetes.io/infra: "" }`. */
    labels: z
      .record(z.string(), z.string({ error: "text" }), { error: "an object of labels" })
      .default({})
      .meta({ description: "Labels of the Nodes", examples: [{ "node-role.kubernetes.io/infra": "" }] }),
    /** Taints of the Nodes. Default none. Example `[{ key: dedicated, value: gpu, effect: NoSchedule }]`. */
    taints: z
      .array(
        z.strictObject(
          {
            key: text("the key of a taint").meta({ description: "Key of the taint", examples: ["dedicated"] }),
            value: z
              .string({ error: "text" })
              .optional()
              .meta({ description: "Value of the taint; none by default", examples: ["gpu"] }),
            effect: z
              .enum(["NoSchedule", "PreferNoSchedule", "NoExecute"], {
                error: "NoSchedule, PreferNoSchedule or NoExecute",
              })
              .meta({ description: "What becomes of pods that do not tolerate it", examples: ["NoSchedule"] }),
          },
          { error: "a taint, an object" },
        ),
        { error: "a list of taints" },
      )
      .default([])
      .meta({
        description: "Taints of the Nodes",
        examples: [[{ key: "dedicated", value: "gpu", effect: "NoSchedule" }]],
      }),
    ignition,
    timeouts,
    drain,
  },
  { error: "a pool, an object" },
);
