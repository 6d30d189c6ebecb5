import { otherCluster } from "../../kubernetes/cluster-identity.ts";
import { hasCredentials } from "../../kubernetes/endpoint.ts";
import { type ClusterAddress, isContent } from "../../kubernetes/kubeconfig.ts";
import type { UnreachablePolicy } from "../../kubernetes/unreachable.ts";
import { isUnknown, type Properties } from "../operation/property-values.ts";
import { check, type CheckFailure, parse } from "../schemas/check.ts";
import { providerArgs } from "../schemas/provider.ts";

/** The provider's own arguments, read. */
export interface Configuration {
  readonly address: ClusterAddress;
  /** uid of kube-system; undefined: any cluster will do */
  readonly clusterUid?: string | undefined;
  readonly clusterUnreachable: UnreachablePolicy;
  readonly expectedWorkers: number;
}

/**
 * All errors at once. What a preview does not know yet passes.
 *
 * @param former the inputs of the last update, whose cluster stays
 */
export function configFailures(inputs: Properties, former: Properties = {}): CheckFailure[] {
  const other = identityProblem(former, inputs);
  const names = Object.keys(providerArgs.shape).join(", ");
  const { failures } = check(providerArgs, withoutVersion(inputs), `is not one of the provider's arguments: ${names}`);
  return other === undefined ? failures : [...failures, { property: "clusterUid", reason: other }];
}

/** The engine adds the plugin's version to the arguments. */
function withoutVersion(inputs: Properties): Properties {
  return Object.fromEntries(Object.entries(inputs).filter(([key]) => key !== "version"));
}

/** Names of the inputs that must not be stored or shown in clear: a path may be, what is in the file may not. */
export function secretInputs({ kubeconfig, proxy }: Properties): string[] {
  return [
    ...(typeof kubeconfig === "string" && isContent(kubeconfig) ? ["kubeconfig"] : []),
    ...(typeof proxy === "string" && hasCredentials(proxy) ? ["proxy"] : []),
  ];
}

/**
 * The inputs with the cluster's identity of the last update, where the program could not tell it: it declares the
 * provider without one when the cluster is out of reach.
 */
export function withIdentity(inputs: Properties, former: Properties): Properties {
  const { clusterUid } = former;
  return inputs["clusterUid"] === undefined && clusterUid !== undefined ? { ...inputs, clusterUid } : inputs;
}

/** Why the new arguments cannot take the place of the former ones, undefined when they can. */
export function identityProblem(former: Properties, inputs: Properties): string | undefined {
  const [before, after] = [former["clusterUid"], inputs["clusterUid"]];
  if (typeof before !== "string" || typeof after !== "string" || before === after) return undefined;
  return isUnknown(before) || isUnknown(after) ? undefined : otherCluster(before, after, "the cluster of the config");
}

/** The arguments that Check has passed; undefined while one of them is unknown, as it may be in a preview. */
export function configurationOf(inputs: Properties): Configuration | undefined {
  if (Object.values(inputs).some(isUnknown)) return undefined;
  const { kubeconfig, context, proxy, ca, ...rest } = parse(providerArgs, inputs, "the provider's arguments");
  return { address: { kubeconfig, context, proxy, ca }, ...rest };
}
