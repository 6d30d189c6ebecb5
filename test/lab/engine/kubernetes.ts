import { officialKubernetesVersion } from "../builds/kubernetes-plugin.ts";
import { chosen, wantsOfficialKubernetes } from "./choice.ts";
import { neededPlugins } from "./plugins.ts";

/** The Kubernetes plugin that the engine of this process starts. */
export interface KubernetesPlugin {
  readonly origin: "stand-in" | "official";
  /** the version whose behaviour it has */
  readonly version: string;
}

export async function kubernetesPlugin(): Promise<KubernetesPlugin> {
  const engine = await chosen();
  if (engine?.kind !== "official" && wantsOfficialKubernetes()) {
    return { origin: "official", version: officialKubernetesVersion };
  }
  const version = (await neededPlugins()).find(({ name }) => name === "kubernetes")?.version ?? "";
  return { origin: engine?.kind === "official" ? "official" : "stand-in", version };
}
