import { z } from "zod";
import { isContent } from "../../components/kubernetes/kubeconfig.ts";
import type { Rollout } from "../../components/rollout/waves.ts";
import { type Skippable, skippable } from "../diagnostics/checks.ts";
import { expectation } from "./expected-cluster.ts";
import { flag, integer, plainProxy, portSubnets, text } from "./fields.ts";
import { platform } from "./platform.ts";
import { cleaningAllowance } from "./host-wait.ts";
import { classTimeouts } from "./lifecycle.ts";
import { poolSchema } from "./pool.ts";

const proxyText =
  "a URL of scheme http, https, socks4 or socks5, without a user (the kubeconfig's proxy-url may have one)";

const keyText = "the key, one line without blanks at its ends";

const ownerText = "the full name of a stack, <organization>/<project>/<stack>";

const checkNames = Object.keys(skippable) as Skippable[];
const checkText = `one of ${checkNames.join(", ")}`;

export const classSchema = z.strictObject(
  {
    /** Name of the class's Nova flavor. Default: none, each pool sets its own. */
    flavor: text("the name of a Nova flavor of a bare-metal class")
      .optional()
      .meta({
        description: "Nova flavor of pools of this class that set none. Default: none, each pool sets its own.",
        examples: ["baremetal.r650"],
      }),
    timeouts: classTimeouts,
    cleaningAllowance,
  },
  { error: "a hardware class, an object" },
);

export const configSchema = z.strictObject({
  /** Entry of clouds.yaml that the program uses; `envvars`: the environment's OS_ variables. Example `production`. */
  cloud: text("the name of an entry of clouds.yaml").meta({
    description: "Entry of clouds.yaml to use, or envvars for the OS_ environment variables. Required.",
    examples: ["production"],
  }),
  /**
   * Entry of clouds.yaml that may read the hosts: Ironic's nodes, else Placement's resource providers. Nothing is written with
   * it. With it a worker's server is requested only when a host is free for it (timeouts.host), preflight counts the hosts
   * (check `hosts`), and `npm run status` shows them. Default none: a plain member of a project may see neither.
   */
  inventory: text("the name of an entry of clouds.yaml")
    .optional()
    .meta({
      description:
        "Entry of clouds.yaml that may read Ironic's nodes or Placement's resource providers: servers are then requested only when a host is free. Read only. Default: none.",
      examples: ["production-inventory"],
    }),
  /** How the cluster is reached. Default: KUBECONFIG or ~/.kube/config, and its current context, as with kubectl. */
  cluster: z
    .strictObject(
      {
        /** Path of a kubeconfig. Default: the environment's KUBECONFIG, else ~/.kube/config. */
        kubeconfig: text("the path of a kubeconfig")
          .refine((value) => !isContent(value), {
            error: "the path of a kubeconfig; its content is a secret, for the top-level key kubeconfig",
          })
          .optional()
          .meta({
            description: "Path of a kubeconfig. Default: the environment variable KUBECONFIG, else ~/.kube/config.",
            examples: ["/etc/kubernetes/kubeconfig"],
          }),
        /** Context of the kubeconfig. Default: its current context. */
        context: text("the name of a context of the kubeconfig")
          .optional()
          .meta({
            description: "Context of the kubeconfig. Default: its current context.",
            examples: ["admin"],
          }),
        /** Proxy for requests to the API server. Default: the kubeconfig's proxy-url. Example `http://proxy:3128`. */
        proxy: plainProxy(/^(https?|socks[45]):$/, proxyText)
          .optional()
          .meta({
            description:
              "URL of the proxy for requests to the API server. Default: the kubeconfig's proxy-url, else HTTPS_PROXY and NO_PROXY.",
            examples: ["http://proxy.example:3128"],
          }),
        /** CA of the API server's certificate: path or PEM. Default: the kubeconfig's certificate-authority. */
        ca: text("the path of a PEM file, or its content")
          .optional()
          .meta({
            description:
              "CA of the API server's certificate: path of a PEM file, or its content. Default: the kubeconfig's certificate-authority.",
            examples: ["/etc/kubernetes/ca.crt"],
          }),
        platform,
        expect: expectation,
      },
      { error: "an object" },
    )
    .prefault({})
    .meta({
      description: "How the API server is reached. Default: as kubectl does it, by KUBECONFIG and its current context.",
      examples: [{ context: "admin" }],
    }),
  /**
   * Content of a kubeconfig, for a CI runner without a kubeconfig file. A secret, which the state keeps encrypted.
   * cluster.kubeconfig must not be set together with it. Default: cluster.kubeconfig. Set by
   * `pulumi config set --secret kubeconfig`.
   */
  kubeconfig: text("the content of a kubeconfig").optional().meta({
    description:
      "Content of a kubeconfig, as a secret, instead of cluster.kubeconfig. Set it with: pulumi config set --secret kubeconfig < file. Default: none.",
    secret: true,
  }),
  /**
   * Temporary URL key that the object store's account has, for stores without keys per container, as Ceph RGW. It signs the
   * URLs of pools with delivery swift, and is never set or changed. A secret, which the state never has. Default: each
   * container gets a key of its own, so that nobody else's key reads it. Set by `pulumi config set --secret temporaryUrlKey`.
   */
  temporaryUrlKey: z
    .string({ error: keyText })
    .regex(/^\S(.*\S)?$/, { error: keyText })
    .optional()
    .meta({
      description:
        "Temporary URL key that the object store's account has, as a secret, for stores without keys per container (Ceph RGW); it signs the URLs of pools with ignition.delivery swift. Set it with: pulumi config set --secret temporaryUrlKey. Default: a key of each container's own.",
      secret: true,
    }),
  /**
   * Whether the object store's account gets a temporary URL key if it has none as its second, for stores without keys per
   * container, as Ceph RGW. It signs the URLs of pools with delivery swift; the first key is never touched, a second of somebody
   * else is an error, and the key is never removed, since other stacks of the project sign with it too. Default false: a key of
   * the account reads every object in it. Not together with temporaryUrlKey. Example true.
   */
  manageAccountKey: flag(false).meta({
    description:
      "true gives the object store's account a second temporary URL key if it has none, for stores without keys per container (Ceph RGW); it signs the URLs of pools with ignition.delivery swift. The first key is never touched. Not together with temporaryUrlKey. Default: false.",
    examples: [true],
  }),
  /** How workers are detached. */
  detach: z
    .strictObject(
      {
        /**
         * What a detach does if the API server is unreachable: `fail` stops before a server is deleted; `skip` skips the
         * cluster and deletes servers and ports. Takes effect with the next `up`. Default `fail`: with `skip`, a short
         * outage of the API server would delete machines whose pods are not drained, and leave their Nodes behind.
         */
        clusterUnreachable: z
          .enum(["fail", "skip"], { error: "fail or skip" })
          .default("fail")
          .meta({
            description:
              "What a detach does if the API server is unreachable: fail stops before a server is deleted; skip deletes servers and ports without draining the Nodes. Takes effect with the next up. Default: fail.",
            examples: ["fail"],
          }),
      },
      { error: "an object" },
    )
    .prefault({})
    .meta({ description: "How workers are detached.", examples: [{ clusterUnreachable: "fail" }] }),
  /**
   * The most workers that one update may detach, of all pools together: a lower `replicas`, a worker or a pool that is no longer
   * in the config. More are an error before anything is changed. It does not limit `pulumi destroy`, which does not run this
   * program, nor replacements. Default none: nothing of the config is forbidden unasked. Example 1.
   */
  maxDetach: integer(0, 1000)
    .optional()
    .meta({
      description:
        "The most workers that one update may detach, of all pools together, 0 to 1000; more are an error before anything is changed. Replacements and pulumi destroy are not limited. Default: no limit.",
      examples: [1],
    }),
  /**
   * What this stack was before it was renamed or moved to another organization, project or backend. What carries these
   * names counts as the stack's own, and gets the new one in place. Default none: what belongs to another stack is never
   * taken over unasked.
   */
  formerOwners: z
    .array(z.string({ error: ownerText }).regex(/^[^/\s]+\/[^/\s]+\/[^/\s]+$/, { error: ownerText }), {
      error: "a list of former names of the stack",
    })
    .default([])
    .meta({
      description:
        "Names that this stack had before pulumi stack rename, or in another organization or backend: <organization>/<project>/<stack>. Servers and Nodes of these owners count as its own and are marked anew in place. Default: none.",
      examples: [["organization/openstack-baremetal-compute/production"]],
    }),
  /** Checks before anything is changed. */
  preflight: z
    .strictObject(
      {
        /**
         * Checks to skip; the stack's outputs record them. Default none: each check finds an attach that would fail, or a
         * worker that would not work.
         */
        skip: z
          .array(z.enum(checkNames, { error: checkText }), { error: `a list of checks, ${checkText}` })
          .default([])
          .meta({
            description:
              "Preflight checks to skip, by their names in npm run preflight; the stack's outputs record them. Default: none.",
            examples: [["dns"]],
          }),
      },
      { error: "an object" },
    )
    .prefault({})
    .meta({ description: "Checks that run before anything is changed.", examples: [{ skip: ["dns"] }] }),
  /**
   * The cluster's own machine network, by Neutron names. Any other network is an error. Default: the subnet with the
   * installer's tag `openshiftClusterID=<infraID>`, or the two of a dual-stack cluster, else the one named `<infraID>-nodes`,
   * and its network.
   */
  machineNetwork: z
    .strictObject(
      {
        /** Name of the Neutron network. Example `mycluster-x7k2p-openshift`. */
        network: text("the name of a Neutron network").meta({
          description: "Name of the Neutron network. Required.",
          examples: ["mycluster-x7k2p-openshift"],
        }),
        /** Name of its subnet; of a dual-stack cluster a list of two, one of each IP version. Example `mycluster-x7k2p-nodes`. */
        subnet: portSubnets.meta({
          description:
            "Name of the subnet, in that network; of a dual-stack cluster a list of two, one of each IP version. Required.",
          examples: ["mycluster-x7k2p-nodes"],
        }),
      },
      { error: "an object with network and subnet" },
    )
    .optional()
    .meta({
      description:
        "The cluster's own machine network; any other network is an error. Default: the subnet tagged openshiftClusterID=<infraID>, or two of them if one is IPv4 and one IPv6, else the subnet <infraID>-nodes, and its network.",
      examples: [{ network: "mycluster-x7k2p-openshift", subnet: "mycluster-x7k2p-nodes" }],
    }),
  /** Hardware classes: settings that pools of identical machines share. A pool's own values take precedence. */
  classes: z
    .record(z.string(), classSchema, { error: "an object of hardware classes" })
    .default({})
    .meta({
      description:
        "Hardware classes by name: flavor, timeouts and cleaningAllowance that pools of identical machines share. A pool selects one by its key class; its own values take precedence. Default: none.",
      examples: [{ r650: { flavor: "baremetal.r650", timeouts: { boot: "45m" } } }],
    }),
  /** The pools of workers. An empty list detaches everything. */
  pools: z
    .array(poolSchema, { error: "a list of pools" })
    .meta({ description: "The pools of workers. An empty list detaches every worker. Required.", examples: [[]] }),
});

type Read = z.output<typeof configSchema>;
/** A pool as it is written, with defaults. */
export type ReadPool = Read["pools"][number];

/** The bound of a wait for a host, by the key that says it. */
export interface HostBound {
  readonly name: "timeouts.host" | "cleaningAllowance";
  /** seconds */
  readonly seconds: number;
}

/**
 * A pool with what its hardware class gives it, with the number that a percentage of its workers stands for, and with how long
 * a server waits for its host; undefined: it does not.
 */
export type PoolConfig = Omit<ReadPool, "flavor" | "rollout"> & {
  readonly flavor: string;
  readonly rollout: Rollout & {
    /** how many surge workers a roll may have at most; undefined: none */
    readonly maxSurge?: number;
  };
  readonly hostBound?: HostBound | undefined;
};

/** The whole configuration of a stack, with defaults; durations in seconds. */
export type Config = Omit<Read, "pools" | "kubeconfig"> & { readonly pools: readonly PoolConfig[] };
