import { z } from "zod";
import { parseDuration } from "./duration.ts";

/** A leaf's message says what a legal value is; infra/config-faults.ts turns it into the `expected` of a fault. */

const dnsLabel = /^[a-z]([-a-z0-9]*[a-z0-9])?$/;

const text = (expected: string) => z.string({ error: expected }).min(1, { error: expected });

const durationText = "a duration of at least a second, like 90s, 45m or 1h30m";
const duration = (defaultText: string) =>
  z
    .string({ error: durationText })
    .refine((value) => parseDuration(value) !== undefined, { error: durationText })
    .transform((value) => parseDuration(value) ?? 0)
    .prefault(defaultText);

const proxyText =
  "a URL of scheme http, https, socks4 or socks5, without a user (the kubeconfig's proxy-url may have one)";

function isPlainProxy(value: string): boolean {
  const url = URL.parse(value);
  return url !== null && /^(https?|socks[45]):$/.test(url.protocol) && url.username === "" && url.password === "";
}

const flag = (byDefault: boolean) => z.boolean({ error: "true or false" }).default(byDefault);

const ignition = z
  .strictObject(
    {
      /** MachineConfigPool whose config the workers get. Default `worker`. Example `worker-metal`. */
      machineConfigPool: text("the name of a MachineConfigPool")
        .default("worker")
        .meta({ description: "MachineConfigPool whose config the workers get", examples: ["worker"] }),
      /** Ignition configs merged after the pool's own, in this order. Not for secrets. Default none. */
      fragments: z
        .array(
          z.looseObject(
            {
              ignition: z.looseObject(
                {
                  version: z
                    .string({ error: "an Ignition version of 3.x, like 3.2.0" })
                    .regex(/^3\.\d+\.\d+$/, { error: "an Ignition version of 3.x, like 3.2.0" }),
                },
                { error: "an object with the Ignition version" },
              ),
            },
            { error: "an Ignition config, an object" },
          ),
          { error: "a list of Ignition configs" },
        )
        .default([])
        .meta({
          description: "Ignition configs merged after the pool's own, in this order; not for secrets",
          examples: [[{ ignition: { version: "3.2.0" } }]],
        }),
      /**
       * How long the signed URL in the user data stays valid, counted from the `up` that creates the server. Default
       * `4h`: above the worst provision and boot of the defaults, 160 minutes.
       */
      urlLifetime: duration("4h").meta({
        description: "How long the signed URL in the user data stays valid after the up that creates the server",
        examples: ["4h"],
      }),
    },
    { error: "an object" },
  )
  .prefault({})
  .meta({
    description: "What the machines of the pool run at first boot",
    examples: [{ machineConfigPool: "worker" }],
  });

const timeouts = z
  .strictObject(
    {
      /**
       * Nova build, from the request until ACTIVE. Default `100m`: Nova may try three machines, and Ironic notices a
       * lost deployment ramdisk after 30 minutes each.
       */
      provision: duration("100m").meta({ description: "Nova build until ACTIVE", examples: ["100m"] }),
      /**
       * From ACTIVE until the kubelet asks for its client certificate: firmware, Ignition, the first update of the
       * system and its reboot. Default `60m`: the OpenShift installer's bound on bare metal.
       */
      boot: duration("60m").meta({ description: "ACTIVE until the kubelet's first request", examples: ["60m"] }),
      /** From the approved client certificate until the kubelet asks for a serving one. Default `10m`. */
      servingCsr: duration("10m").meta({ description: "Client certificate until the serving one", examples: ["10m"] }),
      /** From the serving certificate until the Node is Ready with the right address. Default `10m`. */
      ready: duration("10m").meta({ description: "Serving certificate until Ready", examples: ["10m"] }),
      /**
       * Removal of a worker's Node registration (the drain is a part of it) and, again, of its server. Default `60m`:
       * a soft power-off takes up to 10 minutes, and an unreachable BMC held a deletion for nearly an hour.
       */
      delete: duration("60m").meta({ description: "Each of: drain, removal of the server", examples: ["60m"] }),
      /** From the server's end until the Node object is gone. Default `5m`. */
      nodeRemoval: duration("5m").meta({ description: "Server gone until the Node object is gone", examples: ["5m"] }),
    },
    { error: "an object of durations" },
  )
  .prefault({})
  .meta({ description: "Bounds of the phases of attach and detach", examples: [{ boot: "45m" }] });

const drain = z
  .strictObject(
    {
      /** How long pods may take to leave before the detach gives up. Default `30m`; below timeouts.delete. */
      timeout: duration("30m").meta({ description: "How long pods may take to leave", examples: ["30m"] }),
      /** Seconds a pod gets to end; -1 is the pod's own terminationGracePeriodSeconds. Default -1. */
      gracePeriod: z
        .int({ error: "whole seconds, or -1 for the pod's own grace period" })
        .min(-1, { error: "whole seconds, or -1 for the pod's own grace period" })
        .default(-1)
        .meta({ description: "Seconds a pod gets to end, -1: its own", examples: [-1] }),
      /** Evict pods whose emptyDir data is lost with it. Default true, as OpenShift's machine controller does. */
      deleteEmptyDirData: flag(true).meta({ description: "Evict pods with emptyDir volumes", examples: [true] }),
      /** Evict pods that no controller will start again elsewhere. Default true, as OpenShift's controller does. */
      force: flag(true).meta({ description: "Evict pods without a controller", examples: [true] }),
      /** Delete pods instead of evicting them, so that PodDisruptionBudgets do not hold. Default false. */
      disableEviction: flag(false).meta({
        description: "Delete pods instead of evicting them: PodDisruptionBudgets do not hold",
        examples: [false],
      }),
      /** When the time is over: `fail` keeps the server (default), `force` deletes what is left and goes on. */
      onTimeout: z
        .enum(["fail", "force"], { error: "fail or force" })
        .default("fail")
        .meta({
          description: "When the time is over: keep the server, or delete the pods that are left",
          examples: ["fail"],
        }),
    },
    { error: "an object" },
  )
  .prefault({})
  .meta({ description: "How a node is emptied before its server goes", examples: [{ timeout: "30m" }] });

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
            key: text("the key of a taint"),
            value: z.string({ error: "text" }).optional(),
            effect: z.enum(["NoSchedule", "PreferNoSchedule", "NoExecute"], {
              error: "NoSchedule, PreferNoSchedule or NoExecute",
            }),
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

export const configSchema = z.strictObject({
  /** Entry of clouds.yaml that the program uses. Example `production`. */
  cloud: text("the name of an entry of clouds.yaml").meta({
    description: "Entry of clouds.yaml that the program uses",
    examples: ["production"],
  }),
  /** How the cluster is reached. Default: KUBECONFIG or ~/.kube/config, and its current context. */
  cluster: z
    .strictObject(
      {
        /** Path of a kubeconfig. Default: the environment's KUBECONFIG, else ~/.kube/config. */
        kubeconfig: text("the path of a kubeconfig")
          .optional()
          .meta({ description: "Path of a kubeconfig", examples: ["/etc/kubernetes/kubeconfig"] }),
        /** Context in it. Default: its current one. */
        context: text("the name of a context of the kubeconfig")
          .optional()
          .meta({ description: "Context of the kubeconfig", examples: ["admin"] }),
        /** Proxy on the way to the API server. Default: the kubeconfig's proxy-url. Example `http://proxy:3128`. */
        proxy: z
          .string({ error: proxyText })
          .refine(isPlainProxy, { error: proxyText })
          .optional()
          .meta({ description: "Proxy on the way to the API server", examples: ["http://proxy.example:3128"] }),
        /** Who signs the API server's certificate: path or PEM. Default: the kubeconfig's certificate-authority. */
        ca: text("the path of a PEM file, or its content")
          .optional()
          .meta({ description: "Authority of the API server: path or PEM", examples: ["/etc/kubernetes/ca.crt"] }),
      },
      { error: "an object" },
    )
    .prefault({})
    .meta({ description: "How the cluster is reached", examples: [{ context: "admin" }] }),
  /** What a detach may do without the cluster. */
  detach: z
    .strictObject(
      {
        /**
         * What becomes of a detach when the API server gives no answer at all: `fail` (default) stops it before a
         * server goes; `skip` gives the cluster up and removes the cloud side. Counts from the next `up` on.
         */
        clusterUnreachable: z
          .enum(["fail", "skip"], { error: "fail or skip" })
          .default("fail")
          .meta({ description: "Detach without an answer of the cluster: fail, or skip it", examples: ["fail"] }),
      },
      { error: "an object" },
    )
    .prefault({})
    .meta({ description: "What a detach may do without the cluster", examples: [{ clusterUnreachable: "fail" }] }),
  /** The cluster's own machine network, by Neutron names. Another network is refused. */
  machineNetwork: z
    .strictObject(
      {
        /** Name of the Neutron network. Example `mycluster-x7k2p-openshift`. */
        network: text("the name of a Neutron network").meta({
          description: "Name of the Neutron network",
          examples: ["mycluster-x7k2p-openshift"],
        }),
        /** Name of its subnet. Example `mycluster-x7k2p-nodes`. */
        subnet: text("the name of a Neutron subnet").meta({
          description: "Name of its subnet",
          examples: ["mycluster-x7k2p-nodes"],
        }),
      },
      { error: "an object with network and subnet" },
    )
    .meta({
      description: "The cluster's own machine network",
      examples: [{ network: "mycluster-x7k2p-openshift", subnet: "mycluster-x7k2p-nodes" }],
    }),
  /** The pools of workers. An empty list detaches everything. */
  pools: z
    .array(poolSchema, { error: "a list of pools" })
    .meta({ description: "The pools of workers; an empty list detaches everything", examples: [[]] }),
});

/** The whole configuration of a stack, with defaults; durations in seconds. */
export type Config = z.output<typeof configSchema>;
export type PoolConfig = Config["pools"][number];
