import { hasCredentials } from "../../kubernetes/endpoint.ts";
import { type ClusterAddress, isContent } from "../../kubernetes/kubeconfig.ts";
import type { UnreachablePolicy } from "../../kubernetes/unreachable.ts";
import type { CloudIdentity } from "../../openstack/cloud-identity.ts";
import { isUnknown, type Properties } from "../operation/property-values.ts";
import { check, type CheckFailure, parse } from "../schemas/check.ts";
import { providerArgs } from "../schemas/provider.ts";
import { cloudIn, identityProblem } from "./identity.ts";

/** The provider's own arguments, read. */
export interface Configuration {
  readonly address: ClusterAddress;
  /** uid of kube-system; undefined: any cluster will do */
  readonly clusterUid?: string | undefined;
  readonly clusterUnreachable: UnreachablePolicy;
  /** entry of clouds.yaml; undefined: no resource asks the cloud */
  readonly cloudName?: string | undefined;
  readonly expectedWorkers: number;
  /** the same, and where it has to lead to; undefined: anywhere */
  readonly cloud?: { readonly name: string; readonly identity: CloudIdentity } | undefined;
}

/**
 * All errors at once. What a preview does not know yet passes.
 *
 * @param inputs as the program gives them, before {@link withIdentity}
 * @param former the inputs of the last update, whose cluster and cloud stay
 */
export function configFailures(inputs: Properties, former: Properties = {}): CheckFailure[] {
  const other = identityProblem(former, inputs);
  const names = Object.keys(providerArgs.shape).join(", ");
  const { failures } = check(providerArgs, withoutVersion(inputs), `is not one of the provider's arguments: ${names}`);
  return other === undefined ? failures : [...failures, other];
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

/** The arguments that Check has passed; undefined while one of them is unknown, as it may be in a preview. */
export function configurationOf(inputs: Properties): Configuration | undefined {
  if (Object.values(inputs).some(isUnknown)) return undefined;
  const read = parse(providerArgs, inputs, "the provider's arguments");
  const { kubeconfig, context, proxy, ca, clusterUid, clusterUnreachable, expectedWorkers, cloud: cloudName } = read;
  const identity = cloudIn(inputs);
  const cloud = cloudName !== undefined && identity ? { name: cloudName, identity } : undefined;
  const address = { kubeconfig, context, proxy, ca };
  return { address, clusterUid, clusterUnreachable, expectedWorkers, cloudName, cloud };
}
