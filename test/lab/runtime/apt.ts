import { sh } from "./sh.ts";

/** Whether a Debian package is installed. */
export async function isInstalled(name: string): Promise<boolean> {
  const status = await sh("dpkg-query", ["--show", "--showformat=${db:Status-Abbrev}", name], { reject: false });
  return status.startsWith("ii");
}

/** Installs Debian packages. */
export async function install(names: readonly string[]): Promise<void> {
  const env = { DEBIAN_FRONTEND: "noninteractive" };
  const apt = ["--quiet", "--yes", "-o", "DPkg::Lock::Timeout=300"];
  // Ends what a killed installation has left; if it cannot, the installation says why.
  await sh("dpkg", ["--configure", "-a"], { env, reject: false });
  // One source that does not answer is no harm as long as the packages are found.
  const update = await sh("apt-get", ["update", ...apt], { env }).then(
    () => "",
    (error: unknown) => `\nbefore it: ${String(error)}`,
  );
  await sh("apt-get", ["install", ...apt, "--no-install-recommends", ...names], { env }).catch((error: unknown) => {
    throw new Error(`${String(error)}${update}`, { cause: error });
  });
}
