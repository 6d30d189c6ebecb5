import { z } from "zod";
import { taintEffects } from "../../components/kubernetes/labels.ts";
import { flag, integer, nodeNames, portAddresses, text } from "./fields.ts";
import { cleaningAllowance } from "./host-wait.ts";
import { drain, ignition, timeouts } from "./lifecycle.ts";
import { availabilityZones, serverGroup } from "./placement.ts";
import { poolPort, workerPort } from "./port.ts";
import { health, provision } from "./recovery.ts";
import { rollout } from "./rollout.ts";

const dnsLabel = /^[a-z]([-a-z0-9]*[a-z0-9])?$/;

const labels = z.record(z.string(), z.string({ error: "text" }), { error: "an object of labels" }).default({});

const workerNameText = "a name of a-z, 0-9 and -, beginning and ending with a letter or digit";
const zoneText = "a zone, or <zone>:<host>:<node> to pin the worker to one machine";

export const workerSchema = z.strictObject(
  {
    /**
     * Last part of the worker's name `<infraID>-<pool>-<name>`. The workers of a pool with `replicas` are named 0, 1, 2:
     * listing those names turns it into a pool of named workers without changing a worker.
     */
    name: z
      .string({ error: workerNameText })
      .regex(/^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/, { error: workerNameText })
      .meta({
        description: "Last part of the worker's name, which is <infraID>-<pool>-<name>. Required.",
        examples: ["r1-u07"],
      }),
    /** Address of its first port, or a list of one of each family. Default: Neutron chooses. */
    fixedIp: portAddresses.optional().meta({
      description: "IP address of the worker's first port, or a list of one of each family. Default: Neutron chooses.",
      examples: ["10.0.0.20"],
    }),
    /**
     * Nova's availability zone, or `<zone>:<host>:<node>` to pin the worker to one machine: the nova-compute service and
     * the Ironic node's UUID. By default Nova allows only administrators to choose the host
     * (os_compute_api:servers:create:forced_host); without the role `admin` it is an error (check `pinned-machine`). An edit
     * drains and replaces the worker. Default: the scheduler chooses.
     */
    availabilityZone: z
      .string({ error: zoneText })
      .regex(/^[^:\s]+(:[^:\s]+:[^:\s]+)?$/, { error: zoneText })
      .optional()
      .meta({
        description:
          "Nova availability zone; <zone>:<host>:<node> pins the worker to one machine (administrators only). An edit drains and replaces the worker. Default: the scheduler chooses.",
        examples: ["nova:ironic-compute-0:0f6d4f5e-7c5b-4b0a-9d4c-3f1f4b8f6a11"],
      }),
    /** Ports in addition to the pool's. Default none. */
    networks: z
      .array(workerPort, { error: "a list of ports" })
      .default([])
      .meta({
        description: "Ports of this worker in addition to the pool's. Default: none.",
        examples: [[{ fixedIp: "10.0.2.20" }]],
      }),
    /** Labels of its Node in addition to the pool's, whose values they override. Default none. */
    labels: labels.meta({
      description: "Labels of this worker's Node in addition to the pool's, which they override. Default: none.",
      examples: [{ rack: "r1" }],
    }),
  },
  { error: "a worker, an object with its name" },
);

const poolNameText = "a DNS label (a-z, 0-9 and -, beginning with a letter) other than master";

export const poolSchema = z.strictObject(
  {
    /** Part of every name of the pool: worker i is `<infraID>-<name>-<i>`. Not `master`. Example `metal`. */
    name: z
      .string({ error: poolNameText })
      .regex(dnsLabel, { error: poolNameText })
      .refine((name) => name !== "master", { error: poolNameText })
      .meta({
        description:
          "Name of the pool, unique and not master. Its workers are named <infraID>-<name>-<i>, or <infraID>-<name>-<worker>. Required.",
        examples: ["metal"],
      }),
    /** Hardware class, a key of `classes`: its flavor and timeouts apply where the pool sets none. Default none. */
    class: text("a key of classes")
      .optional()
      .meta({
        description:
          "Hardware class, a key of classes: its flavor and timeouts apply where the pool sets none. Default: none.",
        examples: ["r650"],
      }),
    /**
     * Number of workers. A lower number detaches the highest-numbered workers, unless `remove` names others. Not together
     * with `workers`. Example 3.
     */
    replicas: integer(0, 1000)
      .optional()
      .meta({
        description:
          "Number of workers, 0 to 1000. A lower number detaches the highest-numbered workers, unless remove names others. Either this or workers is required.",
        examples: [3],
      }),
    /**
     * Names of Nodes of a pool with `replicas` that go, whatever their number, as `oc get nodes` shows them: their numbers are
     * left out, and every other worker keeps its own. `replicas` counts those that stay. Deleting an entry attaches its number
     * again, instead of the highest one. Default none.
     */
    remove: nodeNames.meta({
      description:
        "Names of Nodes of a pool with replicas that are detached; their numbers are left out, and every other worker keeps its own. replicas counts those that stay: lower it by one for each. Default: none.",
      examples: [["mycluster-x7k2p-metal-1"]],
    }),
    /** The workers by name, instead of `replicas`. Example `[{ name: r1-u07, fixedIp: 10.0.0.20 }]`. */
    workers: z
      .array(workerSchema, { error: "a list of workers" })
      .max(1000, { error: "at most 1000 workers" })
      .optional()
      .meta({
        description: "The workers by name, at most 1000. Either this or replicas is required.",
        examples: [[{ name: "r1-u07" }]],
      }),
    /** Name of a Nova flavor of a bare-metal class. Default: the class's. An edit drains and replaces the workers. */
    flavor: text("the name of a Nova flavor of a bare-metal class")
      .optional()
      .meta({
        description:
          "Name of a Nova flavor of a bare-metal resource class. An edit drains and replaces the workers. Required, here or in the class.",
        examples: ["baremetal"],
      }),
    /** Name of the RHCOS image in Glance. An edit drains and replaces the workers. Example `rhcos-4.18`. */
    image: text("the name of an image in Glance").meta({
      description: "Name of the RHCOS image in Glance. An edit drains and replaces the workers. Required.",
      examples: ["rhcos-4.18"],
    }),
    availabilityZones,
    serverGroup,
    /**
     * Addresses of the workers' first ports, one per replica in order, each an address or a list of one of each family: worker 2 has the third, also if `remove` leaves out a
     * number before it. Changing an address drains and replaces the worker; removing it keeps the worker and its address. Default: Neutron chooses. Example `[10.0.0.20]`.
     */
    fixedIps: z
      .array(portAddresses, { error: "a list of IP addresses, one per replica" })
      .optional()
      .meta({
        description:
          "IP addresses of the workers' first ports, one per replica in order, each an address or a list of one of each family, by the worker's number: remove moves none. Changing one drains and replaces its worker. Default: Neutron chooses.",
        examples: [["10.0.0.20"]],
      }),
    /**
     * Names of the ports' security groups. `[]` leaves them to Neutron: a new port gets the project's default group, and an
     * existing port keeps its groups. Default: the group that the installer created for the cluster's workers,
     * `<infraID>-worker`, because the other nodes rely on its rules; if it does not exist, the same as `[]`. Whether
     * security groups are enforced on bare metal depends on its network driver. Example `[x7k2p-worker]`.
     */
    securityGroups: z
      .array(text("the name of a security group"), { error: "a list of names of security groups" })
      .optional()
      .meta({
        description:
          "Names of the ports' security groups. An edit changes the ports in place. []: new ports get the project's default group, existing ports keep theirs. Default: <infraID>-worker if it exists, else [].",
        examples: [["mycluster-x7k2p-worker"]],
      }),
    /**
     * Ports of each worker, in order. Ironic assigns each one a network card on the port's physical network, starting with
     * the PXE card; a machine with too few cards fails. The Node's address is that of the port in the subnet of the API's
     * virtual address, as OpenShift's nodeip-configuration decides; with several such ports it may be any of theirs (check
     * `node-address`). An edit of network, subnet or allowed addresses drains and replaces the workers. Default: one port in
     * the machine network, where the Node's address has to be.
     */
    networks: z
      .array(poolPort, { error: "a list of ports" })
      .min(1, { error: "at least one port" })
      .prefault([{}])
      .meta({
        description:
          "Ports of each worker, one network card each. The port in the subnet of the API's virtual IP provides the Node's address. Default: one port in the machine network.",
        examples: [[{}, { network: "mycluster-x7k2p-rack2", subnet: "mycluster-x7k2p-rack2-nodes" }]],
      }),
    /** Labels of the Nodes. Default none. Example `{ node-role.kubernetes.io/infra: "" }`. */
    labels: labels.meta({
      description: "Labels of the Nodes. An edit changes the Nodes in place. Default: none.",
      examples: [{ "node-role.kubernetes.io/infra": "" }],
    }),
    /** Taints of the Nodes. Default none. Example `[{ key: dedicated, value: gpu, effect: NoSchedule }]`. */
    taints: z
      .array(
        z.strictObject(
          {
            key: text("the key of a taint").meta({
              description: "Key of the taint. Required.",
              examples: ["dedicated"],
            }),
            value: z
              .string({ error: "text" })
              .optional()
              .meta({ description: "Value of the taint. Default: none.", examples: ["gpu"] }),
            effect: z
              .enum(taintEffects, {
                error: "NoSchedule, PreferNoSchedule or NoExecute",
              })
              .meta({
                description: "Effect on pods that do not tolerate the taint. Required.",
                examples: ["NoSchedule"],
              }),
          },
          { error: "a taint, an object" },
        ),
        { error: "a list of taints" },
      )
      .default([])
      .meta({
        description: "Taints of the Nodes. An edit changes the Nodes in place. Default: none.",
        examples: [[{ key: "dedicated", value: "gpu", effect: "NoSchedule" }]],
      }),
    ignition,
    rollout,
    /**
     * Names of Nodes of which one new client key is admitted: the machine was reinstalled, or its certificate expired after
     * it was renewed. Valid for one `pulumi up`; a later one needs the entry removed in an `up` in between. Default none: a
     * worker keeps the key that it joined with, whatever asks in its name.
     */
    readmit: nodeNames.meta({
      description:
        "Names of Nodes of which one new client key is admitted in this `pulumi up`: the machine was reinstalled or lost its certificate. Make sure that it is the machine that asks (docs/day-two.md), and remove the entry afterwards. Default: none.",
      examples: [["mycluster-x7k2p-metal-3"]],
    }),
    /**
     * Names of Nodes whose workers are replaced, drained within the pool's bounds, in each `pulumi up` as long as they are not
     * Ready; a Ready one stays, whatever is listed. Default none: nothing is repaired unasked.
     */
    repair: nodeNames.meta({
      description:
        "Names of Nodes whose workers `pulumi up` replaces, drained, as long as the Node is not Ready; without effect once it is Ready. Remove the entry then. Default: none, nothing is repaired unasked.",
      examples: [["mycluster-x7k2p-metal-3"]],
    }),
    /**
     * Names of Nodes whose servers somebody attached by hand, without an owner: `pulumi up` marks server and ports as this
     * stack's in place, and takes them into its state. Without effect once they are this stack's. Default none: what names no
     * owner is nobody's to take.
     */
    adopt: nodeNames.meta({
      description:
        "Names of Nodes whose servers were attached by hand and name no owner: `pulumi up` marks server and ports as this stack's in place, and replaces nothing. Without effect once they are this stack's; remove the entry then. Default: none.",
      examples: [["mycluster-x7k2p-metal-0"]],
    }),
    /**
     * Whether the workers of the pool are protected: no `pulumi destroy` and no edit that would detach or replace one goes
     * through. To lift it takes an `up` of its own. Default false. Example `true`.
     */
    protect: flag(false).meta({
      description:
        "Whether no `pulumi destroy` and no edit that would detach or replace a worker of the pool goes through. Counts from the `up` that sets it; setting it to false takes a `pulumi up` of its own, before the worker may leave. Default: false.",
      examples: [true],
    }),
    provision,
    timeouts,
    cleaningAllowance,
    drain,
    health,
  },
  { error: "a pool, an object" },
);
