import path from "node:path";
import { npmVersion } from "../builds/build.ts";
import { repo } from "../settings.ts";

/** A resource plugin of the engine. */
export interface Plugin {
  readonly name: string;
  /** as in 3.15.2 */
  readonly version: string;
}

/** The plugins that the program's npm packages ask for; the packages carry the plugins' versions. */
export async function neededPlugins(): Promise<readonly Plugin[]> {
  const names = ["openstack", "kubernetes"];
  return Promise.all(
    names.map(async (name) => ({ name, version: await npmVersion(path.join(repo, "node_modules/@pulumi", name)) })),
  );
}
