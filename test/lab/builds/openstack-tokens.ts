import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { repo } from "../settings.ts";

/** The tokens by which the npm package @pulumi/openstack asks its plugin, each with its module, as compute/instance. */
export interface Tokens {
  readonly resources: ReadonlyMap<string, string>;
  readonly functions: ReadonlyMap<string, string>;
}

export const openstackPackage = path.join(repo, "node_modules/@pulumi/openstack");

const resourceToken = /__pulumiType = '(openstack:[^']+)'/;
const functionToken = /runtime\.invoke\("(openstack:[^"]+)"/;

/** Reads them from the JavaScript of the installed package, which carries no schema. */
export async function openstackTokens(): Promise<Tokens> {
  const resources = new Map<string, string>();
  const functions = new Map<string, string>();
  for (const name of (await readdir(openstackPackage, { recursive: true })).sort()) {
    if (!name.endsWith(".js")) continue;
    const text = await readFile(path.join(openstackPackage, name), "utf8");
    const module = name.slice(0, -".js".length);
    const [resource, called] = [resourceToken.exec(text)?.[1], functionToken.exec(text)?.[1]];
    if (resource) resources.set(resource, module);
    if (called) functions.set(called, module);
  }
  return { resources, functions };
}
