import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { repo } from "../settings.ts";

/** The tokens by which the npm package @pulumi/openstack asks its plugin for resources and functions, sorted. */
export interface Tokens {
  readonly resources: readonly string[];
  readonly functions: readonly string[];
}

export const openstackPackage = path.join(repo, "node_modules/@pulumi/openstack");

const resourceToken = /__pulumiType = '(openstack:[^']+)'/g;
const functionToken = /runtime\.invoke\("(openstack:[^"]+)"/g;

/** Reads them from the JavaScript of the installed package, which carries no schema. */
export async function openstackTokens(): Promise<Tokens> {
  const resources = new Set<string>();
  const functions = new Set<string>();
  for (const name of await readdir(openstackPackage, { recursive: true })) {
    if (!name.endsWith(".js")) continue;
    const text = await readFile(path.join(openstackPackage, name), "utf8");
    for (const [, token] of text.matchAll(resourceToken)) if (token) resources.add(token);
    for (const [, token] of text.matchAll(functionToken)) if (token) functions.add(token);
  }
  return { resources: [...resources].sort(), functions: [...functions].sort() };
}
