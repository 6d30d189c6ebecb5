import { z } from "zod";
import { isContent } from "../../components/kubernetes/kubeconfig.ts";
import { holdsCredentials } from "../../components/lib/url.ts";
import { type Skippable, skippable } from "../diagnostics/checks.ts";
import { expectation } from "./expected-cluster.ts";
import { text } from "./fields.ts";
import { classTimeouts } from "./lifecycle.ts";
import { poolSchema } from "./pool.ts";

const proxyText =
  "a URL of scheme http, https, socks4 or socks5, without a user (the kubeconfig's proxy-url may have one)";

function isPlainProxy(value: string): boolean {
  const url = URL.parse(value);
  return url !== null && /^(https?|socks[45]):$/.test(url.protocol) && !holdsCredentials(url);
}

const checkNames = Object.keys(skippable) as Skippable[];
const checkText = `one of ${checkNames.join(", ")}`;

export const classSchema = z.strictObject(
  {
    /** Name of the class's Nova flavor. Default: each pool has its own. */
    flavor: text("the name of a Nova flavor of a bare-metal class")
      .optional()
      .meta({ description: "Name of the class's Nova flavor", examples: ["baremetal.r650"] }),
    timeouts: classTimeouts,
  },
  { error: "a hardware class, an object" },
);

export const configSchema = z.strictObject({
  /** Entry of clouds.yaml that the program uses; `envvars`: the environment's OS_ variables. Example `production`. */
  cloud: text("the name of an entry of clouds.yaml").meta({
    description: "Entry of clouds.yaml that the program uses; envvars: the environment's OS_ variables",
    examples: ["production"],
  }),
  /** How the cluster is reached. Default: KUBECONFIG or ~/.kube/config, and its current context, as of kubectl. */
  cluster: z
    .strictObject(
      {
        /** Path of a kubeconfig. Default: the environment's KUBECONFIG, else ~/.kube/config. */
        kubeconfig: text("the path of a kubeconfig")
          .refine((value) => !isContent(value), {
            error: "the path of a kubeconfig; its content is a secret, for the top-level key kubeconfig",
          })
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
        expect: expectation,
      },
      { error: "an object" },
    )
    .prefault({})
    .meta({ description: "How the cluster is reached", examples: [{ context: "admin" }] }),
  /**
   * Content of a kubeconfig, for a runner that has no file of it; a secret, which the state keeps encrypted. Beside it,
   * cluster.kubeconfig must not be set. Default: cluster.kubeconfig. Set by `pulumi config set --secret kubeconfig`.
   */
  kubeconfig: text("the content of a kubeconfig")
    .optional()
    .meta({ description: "Content of a kubeconfig, a secret; default: cluster.kubeconfig", secret: true }),
  /** What a detach may do without the cluster. */
  detach: z
    .strictObject(
      {
        /**
         * What becomes of a detach when the API server gives no answer at all: `fail` stops it before a server goes; `skip`
         * gives the cluster up and removes the cloud side. Counts from the next `up` on. Default `fail`: an API server that
         * is away for a while would cost pods that nobody drained, and leave Nodes behind.
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
  /** Checks before anything is changed. */
  preflight: z
    .strictObject(
      {
        /**
         * Checks to leave out; the stack's outputs record them. Default none: each stands for an attach that would fail, or
         * a worker that would not work.
         */
        skip: z
          .array(z.enum(checkNames, { error: checkText }), { error: `a list of checks, ${checkText}` })
          .default([])
          .meta({ description: "Checks to leave out, recorded in the outputs", examples: [["dns"]] }),
      },
      { error: "an object" },
    )
    .prefault({})
    .meta({ description: "What is judged before anything is changed", examples: [{ skip: ["dns"] }] }),
  /**
   * The cluster's own machine network, by Neutron names. Another network is refused. Default: the subnet with the
   * installer's tag `openshiftClusterID=<infraID>`, else the one named `<infraID>-nodes`, and its network.
   */
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
    .optional()
    .meta({
      description: "The cluster's own machine network; default: the subnet tagged openshiftClusterID=<infraID>",
      examples: [{ network: "mycluster-x7k2p-openshift", subnet: "mycluster-x7k2p-nodes" }],
    }),
  /** Hardware classes: what pools of like machines share. A pool names one by `class`; its own values come first. */
  classes: z
    .record(z.string(), classSchema, { error: "an object of hardware classes" })
    .default({})
    .meta({
      description: "Hardware classes: flavor and timeouts that pools of like machines share",
      examples: [{ r650: { flavor: "baremetal.r650", timeouts: { boot: "45m" } } }],
    }),
  /** The pools of workers. An empty list detaches everything. */
  pools: z
    .array(poolSchema, { error: "a list of pools" })
    .meta({ description: "The pools of workers; an empty list detaches everything", examples: [[]] }),
});

type Read = z.output<typeof configSchema>;
type ReadPool = Read["pools"][number];

/** A pool with what its hardware class gives it. */
export type PoolConfig = Omit<ReadPool, "flavor"> & { readonly flavor: string };

/** The whole configuration of a stack, with defaults; durations in seconds. */
export type Config = Omit<Read, "pools" | "kubeconfig"> & { readonly pools: readonly PoolConfig[] };
