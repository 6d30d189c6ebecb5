import { existsSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import path from "node:path";

/** An npm package that is installed. */
export interface InstalledPackage {
  readonly name: string;
  readonly version: string;
  /** what package.json says for the Pulumi engine */
  readonly pulumi?: {
    readonly resource?: boolean;
    readonly name?: string;
    readonly version?: string;
    readonly server?: string;
  };
}

/** A resource plugin that a program needs. */
export interface PulumiPackage {
  readonly name: string;
  readonly version: string;
  /** download address; empty for the engine's default */
  readonly server: string;
}

/** The packages directly in a node_modules folder; none when there is no such folder. */
export async function installedPackages(folder: string): Promise<InstalledPackage[]> {
  if (!existsSync(folder)) return [];
  const found: InstalledPackage[] = [];
  for (const name of await readdir(folder)) {
    const manifest = path.join(folder, name, "package.json");
    if (name.startsWith("@")) found.push(...(await installedPackages(path.join(folder, name))));
    else if (existsSync(manifest)) found.push(JSON.parse(await readFile(manifest, "utf8")) as InstalledPackage);
  }
  return found;
}

/** The resource plugins that the packages in reach of the program's folder ask for. */
export async function pulumiPackages(program: string): Promise<PulumiPackage[]> {
  const found: PulumiPackage[] = [];
  for (let folder = path.resolve(program); ; folder = path.dirname(folder)) {
    for (const { name, version, pulumi } of await installedPackages(path.join(folder, "node_modules"))) {
      if (!pulumi?.resource) continue;
      found.push({
        name: pulumi.name ?? name.replace(/^@pulumi\//, ""),
        version: pulumi.version ?? version,
        server: pulumi.server ?? "",
      });
    }
    if (folder === path.dirname(folder)) return found;
  }
}
