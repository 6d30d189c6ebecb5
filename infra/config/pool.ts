import { z } from "zod";
import { taintEffects } from "../../components/kubernetes/labels.ts";
import { text } from "./fields.ts";
import { drain, ignition, timeouts } from "./lifecycle.ts";
import { poolPort, workerPort } from "./port.ts";

const dnsLabel = /^[a-z]([-a-z0-9]*[a-z0-9])?$/;

const labels = z.record(z.string(), z.string({ error: "text" }), { error: "an object of labels" }).default({});

const workerNameText = "a name of a-z, 0-9 and -, beginning and ending with a letter or digit";
const zoneText = "a zone, or <zone>:<host>:<node> to pin the worker to one machine";

export const workerSchema = z.strictObject(
  {
    /**
     * Last part of the worker's name `<infraID>-<pool>-<name>`. The workers of a pool with `replicas` are named 0, 1, 2:
     * such a pool becomes one of named workers, without a change, when it lists those names.
     */
    name: z
      .string({ error: workerNameText })
      .regex(/^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/, { error: workerNameText })
      .meta({ description: "The worker is named <infraID>-<pool>-<name>", examples: ["r1-u07"] }),
    /** Address of its first port. Default: Neutron chooses. */
    fixedIp: z
      .ipv4({ error: "an IPv4 address" })
      .optional()
      .meta({ description: "Address of its first port, default: Neutron chooses", examples: ["10.0.0.20"] }),
    /**
     * Nova's availability zone, `<zone>:<host>:<node>` to choose the machine itself: the nova-compute service and the
     * Ironic node's UUID. Nova lets only an administrator choose the host (os_compute_api:servers:create:forced_host),
     * unless the operator says otherwise; without the role `admin` a server that would be made so is refused (check
     * `pinned-machine`). An edit replaces the worker, drained. Default: the scheduler chooses.
     */
    availabilityZone: z
      .string({ error: zoneText })
      .regex(/^[^:\s]+(:[^:\s]+:[^:\s]+)?$/, { error: zoneText })
      .optional()
      .meta({
        description: "Availability zone; <zone>:<host>:<node> pins the worker to a machine (administrators only)",
        examples: ["nova:ironic-compute-0:0f6d4f5e-7c5b-4b0a-9d4c-3f1f4b8f6a11"],
      }),
    /** Ports besides the pool's. Default none. */
    networks: z
      .array(workerPort, { error: "a list of ports" })
      .default([])
      .meta({ description: "Ports besides the pool's", examples: [[{ fixedIp: "10.0.2.20" }]] }),
    /** Labels of its Node besides the pool's, whose values they override. Default none. */
    labels: labels.meta({ description: "Labels of its Node, besides the pool's", examples: [{ rack: "r1" }] }),
  },
  { error: "a worker, an object with its name" },
);

const rollout = z
  .strictObject(
    {
      /**
       * How many serving workers may be out of service at a time while an edit replaces them. Default 1, as of a
       * MachineConfigPool.
       */
      maxUnavailable: z
        .int({ error: "a whole number from 1 to 1000" })
        .min(1, { error: "a whole number from 1 to 1000" })
        .max(1000, { error: "a whole number from 1 to 1000" })
        .default(1)
        .meta({ description: "How many serving workers are replaced at a time", examples: [1] }),
      /**
       * Names of Nodes whose absence does not hold the others up: they are attached last. Default none: a roll that goes on
       * beside workers that are out takes more of the pool away than was agreed.
       */
      ignore: z
        .array(text("the name of a Node of the pool"), { error: "a list of names of Nodes" })
        .default([])
        .meta({
          description: "Nodes that are out of service and do not hold the others up",
          examples: [["mycluster-x7k2p-metal-3"]],
        }),
    },
    { error: "an object" },
  )
  .prefault({})
  .meta({ description: "How an edit replaces the workers", examples: [{ maxUnavailable: 2 }] });

const poolNameText = "a DNS label (a-z, 0-9 and -, beginning with a letter) other than master";

export const poolSchema = z.strictObject(
  {
    /** Part of every name of the pool: worker i is `<infraID>-<name>-<i>`. Not `master`. Example `metal`. */
    name: z
      .string({ error: poolNameText })
      .regex(dnsLabel, { error: poolNameText })
      .refine((name) => name !== "master", { error: poolNameText })
      .meta({ description: "Worker i of the pool is named <infraID>-<name>-<i>", examples: ["metal"] }),
    /** Hardware class, a key of `classes`, whose flavor and timeouts hold where the pool has none. Default none. */
    class: text("a key of classes")
      .optional()
      .meta({ description: "Hardware class, a key of classes: its flavor and timeouts", examples: ["r650"] }),
    /** How many workers. Fewer than before removes the highest numbers. Not beside `workers`. Example 3. */
    replicas: z
      .int({ error: "a whole number from 0 to 1000" })
      .min(0, { error: "a whole number from 0 to 1000" })
      .max(1000, { error: "a whole number from 0 to 1000" })
      .optional()
      .meta({ description: "How many workers; fewer than before removes the highest numbers", examples: [3] }),
    /** The workers by name, instead of `replicas`. Example `[{ name: r1-u07, fixedIp: 10.0.0.20 }]`. */
    workers: z
      .array(workerSchema, { error: "a list of workers" })
      .max(1000, { error: "at most 1000 workers" })
      .optional()
      .meta({ description: "The workers by name, instead of replicas", examples: [[{ name: "r1-u07" }]] }),
    /** Name of a Nova flavor of a bare-metal class. Default: the class's. An edit replaces the workers. */
    flavor: text("the name of a Nova flavor of a bare-metal class")
      .optional()
      .meta({
        description: "Name of a Nova flavor of a bare-metal class; an edit replaces the workers, drained",
        examples: ["baremetal"],
      }),
    /** Name of the RHCOS image in Glance. An edit replaces the workers. Example `rhcos-4.18`. */
    image: text("the name of an image in Glance").meta({
      description: "Name of the RHCOS image in Glance; an edit replaces the workers, drained",
      examples: ["rhcos"],
    }),
    /**
     * Addresses of the workers in their order, one per replica. An edit replaces the worker, drained; one whose address is
     * no longer asked for keeps it. Default: Neutron chooses. Example `[10.0.0.20]`.
     */
    fixedIps: z
      .array(z.ipv4({ error: "an IPv4 address" }), { error: "a list of IPv4 addresses, one per replica" })
      .optional()
      .meta({ description: "Addresses of the workers in their order, one per replica", examples: [["10.0.0.20"]] }),
    /**
     * Names of the ports' security groups. `[]` leaves them to Neutron: a new port is in the project's default group, and one
     * that is there keeps its groups. Default: the group that the installer made for the cluster's workers,
     * `<infraID>-worker`, because its rules are what the other nodes count on; where there is none, the same as `[]`. Whether
     * groups hold on bare metal at all is up to its network driver. Example `[x7k2p-worker]`.
     */
    securityGroups: z
      .array(text("the name of a security group"), { error: "a list of names of security groups" })
      .optional()
      .meta({
        description: "Names of the ports' security groups, []: left to Neutron; default: <infraID>-worker",
        examples: [["mycluster-x7k2p-worker"]],
      }),
    /**
     * Ports of each worker, in order. Ironic gives each a network card of the machine that is on the port's physical
     * network, first the one for PXE; a machine with too few fails. The Node's address is of the port in the subnet of the
     * API's virtual address, as OpenShift's nodeip-configuration decides; of several such ports it is of any (check
     * `node-address`). An edit of network, subnet or allowed addresses replaces the workers, drained. Default: one port in
     * the machine network, where the Node's address has to be.
     */
    networks: z
      .array(poolPort, { error: "a list of ports" })
      .min(1, { error: "at least one port" })
      .prefault([{}])
      .meta({
        description: "Ports of each worker; the one beside the cluster's API has the Node's address",
        examples: [[{}]],
      }),
    /** Labels of the Nodes. Default none. Example `{ node-role.kubernetes.io/infra: "" }`. */
    labels: labels.meta({ description: "Labels of the Nodes", examples: [{ "node-role.kubernetes.io/infra": "" }] }),
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
              .enum(taintEffects, {
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
    rollout,
    timeouts,
    drain,
  },
  { error: "a pool, an object" },
);
