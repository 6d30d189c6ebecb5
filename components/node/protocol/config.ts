import { otherCluster } from "../../kubernetes/cluster-identity.ts";
import { authorityProblem, hasCredentials, isPem, proxyProblem } from "../../kubernetes/endpoint.ts";
import { type ClusterAddress, isContent } from "../../kubernetes/kubeconfig.ts";
import type { UnreachablePolicy } from "../../kubernetes/unreachable.ts";
import { isUnknown, type Plain, type Properties } from "../operation/property-values.ts";
import type { CheckFailure } from "../resources/inputs.ts";

/** The provider's own arguments (components/node-provider.ts): pure rules on them. */
export interface Configuration {
  readonly address: ClusterAddress;
  /** uid of kube-system; undefined: any cluster will do */
  readonly clusterUid: string | undefined;
  readonly clusterUnreachable: UnreachablePolicy;
  readonly expectedWorkers: number;
}

type Rule = (value: Plain) => string | undefined;

/** A non-empty string, of which more may be demanded. */
const text =
  (more: (value: string) => string | undefined = () => undefined): Rule =>
  (value) =>
    typeof value === "string" && value !== "" ? more(value) : "must be a non-empty string";

/** What is wrong with a value, undefined if nothing is. A secret's value is never in the answer. */
const rules: Record<string, Rule> = {
  kubeconfig: text(),
  context: text(),
  proxy: text(proxyProblem),
  ca: text((value) => (isPem(value) ? authorityProblem(value) : undefined)),
  clusterUid: text(),
  clusterUnreachable: (value) => (value === "fail" || value === "skip" ? undefined : "must be fail or skip"),
  expectedWorkers: (value) =>
    Number.isInteger(value) && Number(value) >= 0 ? undefined : "must be a whole number of workers, at least 0",
};

/**
 * All errors at once. What a preview does not know yet passes.
 *
 * @param former the inputs of the last update, whose cluster stays
 */
export function configFailures(inputs: Properties, former: Properties = {}): CheckFailure[] {
  const other = identityProblem(former, inputs);
  const problems = Object.entries(inputs).flatMap(([property, value]): CheckFailure[] => {
    if (property === "version" || property.startsWith("__") || isUnknown(value)) return [];
    const rule = rules[property];
    if (!rule) {
      const known = Object.keys(rules).join(", ");
      return [{ property, reason: `is not one of the provider's arguments: ${known}` }];
    }
    const reason = rule(value);
    return reason === undefined ? [] : [{ property, reason }];
  });
  return other === undefined ? problems : [...problems, { property: "clusterUid", reason: other }];
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
  const string = (key: string): string | undefined => {
    const value = inputs[key];
    return typeof value === "string" ? value : undefined;
  };
  return {
    address: { kubeconfig: string("kubeconfig"), context: string("context"), proxy: string("proxy"), ca: string("ca") },
    clusterUid: string("clusterUid"),
    clusterUnreachable: inputs["clusterUnreachable"] === "skip" ? "skip" : "fail",
    expectedWorkers: Number(inputs["expectedWorkers"] ?? 0),
  };
}
