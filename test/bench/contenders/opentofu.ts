import { copyFile, mkdir, rm, symlink, writeFile } from "node:fs/promises";
import path from "node:path";
import { type Run, succeeded } from "../../e2e/support/project.ts";
import { provider, tofu, versions } from "../builds/builds.ts";
import { folderOf, type Work, workOf } from "../work.ts";
import { command, type Contender } from "./contender.ts";

const configuration = path.join(import.meta.dirname, "opentofu/main.tf");

/** Puts the provider where `tofu init` looks for it, a filesystem mirror, and gives the CLI's configuration. */
async function installProvider(folder: string): Promise<string> {
  const { provider: version } = await versions();
  const mirror = path.join(folder, "mirror");
  const arch = process.arch === "x64" ? "amd64" : process.arch;
  const source = "registry.opentofu.org/terraform-provider-openstack/openstack";
  const target = path.join(mirror, source, version, `linux_${arch}`);
  await mkdir(target, { recursive: true });
  await symlink(await provider.path(), path.join(target, `terraform-provider-openstack_v${version}`));
  const file = path.join(folder, "tofu.rc");
  const where = `filesystem_mirror {\n    path = ${JSON.stringify(mirror)}\n  }`;
  await writeFile(file, `provider_installation {\n  ${where}\n}\n`);
  return file;
}

/** OpenTofu in a folder of its own, initialised. */
interface Prepared {
  readonly folder: string;
  readonly run: (args: readonly string[], env?: Readonly<Record<string, string>>) => Promise<Run>;
}

/**
 * Makes an empty folder with the configuration and initialises it.
 * @param name of the folder
 */
export async function prepareTofu(name: string, work: Work): Promise<Prepared> {
  const folder = await folderOf(name, { "work.auto.tfvars.json": JSON.stringify(work) });
  await copyFile(configuration, path.join(folder, "main.tf"));
  const own = { TF_CLI_CONFIG_FILE: await installProvider(folder), TF_IN_AUTOMATION: "1" };
  const binary = await tofu.path();
  const run: Prepared["run"] = (args, env = {}) =>
    command(folder, binary, [...args, "-input=false", "-no-color"], { ...own, ...env });
  succeeded(await run(["init"]));
  return { folder, run };
}

/** OpenTofu with the provider that Pulumi's own is made of. */
export const opentofu: Contender = {
  name: "OpenTofu",
  lacks: "approve, wait for Ready, drain, check",
  async begin(count) {
    const { folder, run } = await prepareTofu("opentofu", await workOf("opentofu", count));
    return {
      create: () => run(["apply", "-auto-approve"]),
      // fails when the plan has a change
      noChange: () => run(["plan", "-detailed-exitcode"]),
      remove: () => run(["destroy", "-auto-approve"]),
      end: () => rm(folder, { recursive: true }),
    };
  },
};
