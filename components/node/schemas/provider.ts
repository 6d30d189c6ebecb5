import { z } from "zod";
import { authorityProblem, isPem } from "../../kubernetes/endpoint.ts";
import { proxyProblem } from "../../lib/proxy.ts";
import { flag, integer, oneOf, text, textThat } from "./fields.ts";

/** The provider's own arguments. */
export const providerArgs = z.object({
  /** Path or content of a kubeconfig. Content is a secret. Default: KUBECONFIG, then ~/.kube/config. */
  kubeconfig: text.optional().meta({ secret: true }),
  /** A context of the kubeconfig. Default: its current one. */
  context: text.optional(),
  /**
   * URL of a proxy on the way to the API server, a secret if it has a user or a password. Default: the kubeconfig's `proxy-url`.
   * Example `http://proxy.example:3128`.
   */
  proxy: textThat(proxyProblem).optional().meta({ secret: true }),
  /** Path or PEM of who signs the API server's certificate. Default: the kubeconfig's `certificate-authority`. */
  ca: textThat((value) => (isPem(value) ? authorityProblem(value) : undefined)).optional(),
  /**
   * The uid of the cluster's namespace `kube-system`. Everything is refused where it is another one, and so is a change
   * to another one. Left out, the one of the last update counts. Default: any cluster will do.
   */
  clusterUid: text.optional(),
  /**
   * Entry of clouds.yaml that the workers' servers are made by; `envvars`: the environment's OS_ variables. A deletion looks
   * there for what an interrupted command has left of a worker or a pool. Credentials stay where they are, and are read when
   * they are needed. Default: no cloud is asked.
   */
  cloud: text.optional(),
  /**
   * Id of the project that the workers' servers are in. Another one is refused, before anything is read or changed in it.
   * Left out, the one of the last update counts. Default: any project will do.
   */
  cloudProject: text.optional(),
  /** Id of their region, as `cloudProject`. */
  cloudRegion: text.optional(),
  /** True: project and region are only compared with those of the last update, and never kept as the first ones. */
  cloudUnproven: flag.optional(),
  /** Names of the stack's Nodes if none of their servers is in the project: it is refused as the first one. Not kept. */
  lostNodes: text.optional(),
  /**
   * What a deletion does when the API server has not answered at all, not once since the command began and for a
   * minute: `fail` (default), or `skip` the cluster's side. Refused credentials or a certificate that is not trusted
   * are an answer.
   */
  clusterUnreachable: oneOf(["fail", "skip"], "must be fail or skip").default("fail"),
  /** How many workers the stack asks for: raises the limit of the guard against floods of requests. Default 0. */
  expectedWorkers: integer(0, "must be a whole number of workers, at least 0").default(0),
});
