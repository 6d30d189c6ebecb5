import { Api } from "../../../../components/kubernetes/client.ts";
import { loadKubeConfig } from "../../../../components/kubernetes/kubeconfig.ts";
import { reasonOf } from "../../../../components/lib/errors.ts";
import { hasUnknown, type Properties } from "../../../../components/node/operation/property-values.ts";
import { Cluster } from "./cluster.ts";

/** Arguments of the SDK's Provider; booleans come as JSON text. */
const text = (inputs: Properties, key: string): string | undefined => {
  const value = inputs[key];
  return typeof value === "string" && value !== "" ? value : undefined;
};

export interface UserError {
  readonly property: string;
  readonly reason: string;
}

/** What the official plugin can and this one cannot. */
export function refusals(inputs: Properties): UserError[] {
  const reason = "the lab's Kubernetes plugin does not implement this; the official plugin does";
  const given = ["cluster", "renderYamlToDirectory"].filter((key) => text(inputs, key) !== undefined);
  if (text(inputs, "enableServerSideApply") === "false") given.push("enableServerSideApply");
  return given.map((property) => ({ property, reason }));
}

/** Switches of the SDK's Provider that this plugin heeds. */
export interface Switches {
  readonly upsertExistingObjects: boolean;
  readonly enablePatchForce: boolean;
  readonly enableSecretMutable: boolean;
  readonly enableConfigMapMutable: boolean;
}

export const switchesOf = (inputs: Properties): Switches => ({
  upsertExistingObjects: text(inputs, "upsertExistingObjects") === "true",
  enablePatchForce: text(inputs, "enablePatchForce") === "true",
  enableSecretMutable: text(inputs, "enableSecretMutable") === "true",
  enableConfigMapMutable: text(inputs, "enableConfigMapMutable") === "true",
});

const addressOf = (inputs: Properties): Parameters<typeof loadKubeConfig>[0] => ({
  kubeconfig: text(inputs, "kubeconfig"),
  context: text(inputs, "context"),
});

/** The cluster, and the namespace that the program or the kubeconfig sets for objects that name none. */
export function connect(inputs: Properties, signal: AbortSignal): { cluster: Cluster; namespace: string | undefined } {
  const access = loadKubeConfig(addressOf(inputs));
  const own = access.context.namespace;
  const namespace = text(inputs, "namespace") ?? (own === "" ? undefined : own);
  return { cluster: new Cluster(new Api(access), namespace ?? "default", signal), namespace };
}

function serverOf(inputs: Properties): string {
  try {
    return loadKubeConfig(addressOf(inputs)).cluster.server;
  } catch (error) {
    // a kubeconfig that cannot be read any more is not that of another cluster
    return reasonOf(error);
  }
}

/** The provider's inputs whose change means another cluster, as far as can be told; all objects are then replaced. */
export function otherCluster(olds: Properties, news: Properties): string[] {
  if (hasUnknown(news)) return [];
  const [before, after] = [text(olds, "clusterIdentifier"), text(news, "clusterIdentifier")];
  if (before !== undefined || after !== undefined) return before === after ? [] : ["clusterIdentifier"];
  if (serverOf(olds) === serverOf(news)) return [];
  return ["kubeconfig", "context"].filter((key) => text(olds, key) !== text(news, key));
}
