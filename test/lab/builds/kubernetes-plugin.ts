import { readFile } from "node:fs/promises";
import path from "node:path";
import { sh } from "../runtime/sh.ts";
import { buildOf, goEnv } from "./build.ts";

/** The official Kubernetes plugin, which takes too long to build for every lab: only npm run test:official-kubernetes does. */

/** What its go.mod pins. */
export const officialKubernetesVersion = "4.25.0";

const folder = path.join(import.meta.dirname, "kubernetes-plugin");
const moduleName = "github.com/pulumi/pulumi-kubernetes/provider/v4";

/** What the plugin embeds: files of its module, made as cmd/pulumi-resource-kubernetes/generate.go makes them. */
async function embedded(): Promise<Readonly<Record<string, string>>> {
  const downloaded = await sh("go", ["mod", "download", "-json", moduleName], { cwd: folder, env: goEnv });
  const { Dir } = JSON.parse(downloaded) as { readonly Dir: string };
  const read = async (name: string): Promise<object> =>
    JSON.parse(await readFile(path.join(Dir, "cmd/pulumi-resource-kubernetes", name), "utf8")) as object;
  const schema = { ...(await read("schema.json")), version: officialKubernetesVersion };
  return {
    "schema-embed.json": JSON.stringify(schema),
    "terraform-mapping-embed.json": JSON.stringify(await read("terraform-mapping.json")),
  };
}

export const kubernetesPlugin = buildOf({
  folder,
  binary: "pulumi-resource-kubernetes",
  target: ".",
  timeout: 3600,
  variables: () => Promise.resolve({ [`${moduleName}/pkg/version.Version`]: officialKubernetesVersion }),
  generated: embedded,
});
