import { execa } from "execa";
import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { repo } from "../lab/settings.ts";

interface Manifest {
  readonly dependencies: Readonly<Record<string, string>>;
  readonly peerDependencies: Readonly<Record<string, string>>;
}

const manifestIn = async (folder: string): Promise<Manifest> =>
  JSON.parse(await readFile(path.join(folder, "package.json"), "utf8")) as Manifest;

/** Builds and packs the package into a folder, and returns the name of the file. */
export async function packInto(folder: string): Promise<string> {
  const built = path.join(folder, "built");
  await execa(path.join(repo, "test/start"), ["package/build.ts", built], { cwd: repo });
  const { stdout } = await execa("npm", ["pack", built, "--json"], { cwd: folder });
  const [packed] = JSON.parse(stdout) as [{ filename: string }];
  return packed.filename;
}

/**
 * Builds and packs the package, and installs it in a project that has nothing else but Pulumi's packages: those of the versions
 * that the tests use, whose plugins the lab has.
 */
export async function newProject(folder: string): Promise<void> {
  const packed = await packInto(folder);
  const [own, { peerDependencies }] = await Promise.all([manifestIn(repo), manifestIn(path.join(folder, "built"))]);
  const peers = Object.keys(peerDependencies).map((name) => [name, own.dependencies[name]] as const);
  const dependencies = { "openstack-baremetal-compute": `file:${packed}`, ...Object.fromEntries(peers) };
  await writeFile(path.join(folder, "package.json"), JSON.stringify({ type: "module", private: true, dependencies }));
  await install(folder);
}

/** Installs what a package.json names. */
export async function install(folder: string): Promise<void> {
  await execa("npm", ["install", "--prefer-offline", "--ignore-scripts", "--no-audit", "--no-fund"], { cwd: folder });
}
