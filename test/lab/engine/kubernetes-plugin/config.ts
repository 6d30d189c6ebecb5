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
export async function connect(
  inputs: Properties,
  signal: AbortSignal,
): Promise<{ cluster: Cluster; namespace: string | undefined }> {
  const config = await loadKubeConfig(addressOf(inputs));
  const context = config.getContextObject(config.getCurrentContext());
  const namespace = text(inputs, "namespace") ?? context?.namespace;
  return { cluster: new Cluster(new Api(config), namespace ?? "default", signal), namespace };
}

async function serverOf(inputs: Properties): Promise<string> {
  try {
    const config = await loadKubeConfig(addressOf(inputs));
    return config.getCurrentCluster()?.server ?? "";
  } catch (error) {
    // a kubeconfig that cannot be read any more is not that of another cluster
    return reasonOf(error);
  }
}

/** The provider's inputs whose change means another cluster, as far as can be told; all objects are then replaced. */
export async function otherCluster(olds: Properties, news: Properties): Promise<string[]> {
  if (hasUnknown(news)) return [];
  const [before, after] = [text(olds, "clusterIdentifier"), text(news, "clusterIdentifier")];
  if (before !== undefined || after !== undefined) return before === after ? [] : ["clusterIdentifier"];
  if ((await serverOf(olds)) === (await serverOf(news))) return [];
  return ["kubeconfig", "context"].filter((key) => text(olds, key) !== text(news, key));
}
