import path from "node:path";
import { files } from "../settings.ts";
import { venvDir } from "./python.ts";

/**
 * Variables with which OpenStack's clients work on the lab as the plain member; OS_CLOUD=lab-admin chooses the
 * administrator. PATH is the one folder that holds the commands.
 */
export async function openstackEnv(): Promise<Record<string, string>> {
  return { PATH: path.join(await venvDir(), "bin"), OS_CLIENT_CONFIG_FILE: files.cloudsYaml, OS_CLOUD: "lab" };
}

/** Command line of OpenStack's client, to be run with the variables of `openstackEnv` (its PATH is not needed). */
export async function openstackCommand(args: readonly string[]): Promise<[string, ...string[]]> {
  return [path.join(await venvDir(), "bin/openstack"), ...args];
}
