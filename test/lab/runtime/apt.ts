import { mkdir, readdir, rm } from "node:fs/promises";
import path from "node:path";
import { sh } from "./sh.ts";

/** Whether a Debian package is installed. */
export async function isInstalled(name: string): Promise<boolean> {
  const status = await sh("dpkg-query", ["--show", "--showformat=${db:Status-Abbrev}", name], { reject: false });
  return status.startsWith("ii");
}

const env = { DEBIAN_FRONTEND: "noninteractive" };
const apt = ["--quiet", "--yes", "-o", "DPkg::Lock::Timeout=300"];

/** Does what needs the lists of packages, with new ones. */
async function withNewLists(work: () => Promise<unknown>): Promise<void> {
  // One source that does not answer is no harm as long as the packages are found.
  const update = await sh("apt-get", ["update", ...apt], { env }).then(
    () => "",
    (error: unknown) => `\nbefore it: ${String(error)}`,
  );
  await work().catch((error: unknown) => {
    throw new Error(`${String(error)}${update}`, { cause: error });
  });
}

/** Installs Debian packages. */
export async function install(names: readonly string[]): Promise<void> {
  // Ends what a killed installation has left; if it cannot, the installation says why.
  await sh("dpkg", ["--configure", "-a"], { env, reject: false });
  await withNewLists(() => sh("apt-get", ["install", ...apt, "--no-install-recommends", ...names], { env }));
}

/** The version of a Debian package that apt would install. */
export async function candidate(name: string): Promise<string> {
  const found = /Candidate: (\d\S*)/.exec(await sh("apt-cache", ["policy", name]))?.[1];
  if (found === undefined) throw new Error(`apt knows no package ${name}`);
  return found;
}

/** Unpacks Debian packages, and those they depend on that this machine does not have, in a folder: nothing is installed. */
export async function unpack(names: readonly string[], folder: string): Promise<void> {
  const files = path.join(folder, "packages");
  await mkdir(files);
  await withNewLists(async () => {
    const plan = await sh("apt-get", ["install", "--simulate", "--no-install-recommends", ...names], { env });
    const needed = [...plan.matchAll(/^Inst (\S+)/gm)].map(([, name = ""]) => name);
    await sh("apt-get", ["download", ...apt, ...new Set([...names, ...needed])], { env, cwd: files });
  });
  for (const name of await readdir(files)) await sh("dpkg", ["-x", path.join(files, name), folder]);
  await rm(files, { recursive: true });
}
