import path from "node:path";
import { environmentWithout } from "../runtime/environment.ts";
import { noProxy } from "../runtime/proxy.ts";
import { cacheDir, dirs, files, passphrase, repo } from "../settings.ts";
import { chosen, homeOf } from "./choice.ts";
import { kubernetesPlugin } from "./kubernetes.ts";

/** The file backend: the checkpoints of the lab's stacks. */
export const backendDir = path.join(dirs.pulumi, "backend");

/**
 * The whole environment of a command that runs Pulumi against the lab: the pinned Node and the engine first on PATH, a
 * PULUMI_HOME and a file backend of the lab's own, the lab's cloud, its cluster as the program's own account.
 * @throws before `lab up` has set the engine up
 */
export async function engineEnv(): Promise<Record<string, string>> {
  const engine = await chosen();
  if (!engine) throw new Error("the lab's Pulumi engine is not set up: run `npm run lab -- up`");
  // the folder of an official CLI may have a Node of its own
  const search = [path.join(repo, "node_modules/.bin"), engine.bin, process.env["PATH"] ?? ""];
  return {
    // nothing that would lead OpenStack's or Pulumi's clients elsewhere
    ...environmentWithout(/^(OS|PULUMI)_/),
    ...noProxy(),
    PATH: search.join(path.delimiter),
    PULUMI_HOME: homeOf(engine.kind),
    // no attributes files: a kill while one is written leaves it empty, and the state unreadable
    PULUMI_BACKEND_URL: `file://${backendDir}?metadata=skip`,
    PULUMI_CONFIG_PASSPHRASE: passphrase,
    PULUMI_SKIP_UPDATE_CHECK: "true",
    PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
    // the program and the plugins start about half a second sooner
    NODE_COMPILE_CACHE: path.join(cacheDir, "node-compile-cache"),
    OS_CLIENT_CONFIG_FILE: files.cloudsYaml,
    KUBECONFIG: files.registrarKubeconfig,
  };
}

/** One line that says which engine is in use. */
export async function engineDescription(): Promise<string> {
  const engine = await chosen();
  if (!engine) return "not chosen yet";
  const { origin, version } = await kubernetesPlugin();
  return `${engine.description}, ${origin} Kubernetes plugin ${version}`;
}
