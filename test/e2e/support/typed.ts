import { writeFile } from "node:fs/promises";
import path from "node:path";
import { builds } from "../../lab/builds/build.ts";
import { sh } from "../../lab/runtime/sh.ts";
import { files } from "../../lab/settings.ts";
import { shellEnv } from "../../lab/shell.ts";
import type { Project } from "./project.ts";

/** The commands that `npm run status` and `npm run doctor` print, each on a line of its own. */
export const commandsIn = (output: string): string[] =>
  [...output.matchAll(/^ {4}(\S.*)$/gm)].map(([, command = ""]) => command);

/**
 * Types a command as it was printed, in the project's folder: `oc` is the lab's kubectl as the cluster's administrator,
 * `openstack` the program's own user. Gives what it prints.
 */
export async function type(project: Project, command: string): Promise<string> {
  const oc = `#!/bin/sh\nKUBECONFIG="${files.kubeconfig}" exec "${await builds.kube.path()}" kubectl "$@"\n`;
  await writeFile(path.join(project.folder, "oc"), oc, { mode: 0o755 });
  const env = await shellEnv();
  const search = `${project.folder}:${env["PATH"] ?? ""}`;
  // nobody is there to confirm
  const unattended = { ...env, PATH: search, PULUMI_SKIP_CONFIRMATIONS: "true" };
  return sh("sh", ["-eu", "-c", command], { cwd: project.folder, env: unattended, reject: true });
}
