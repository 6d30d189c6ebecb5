import { copyFile, mkdir, rm, symlink, writeFile } from "node:fs/promises";
import path from "node:path";
import { succeeded } from "../../e2e/support/project.ts";
import { provider, tofu, versions } from "../builds/builds.ts";
import { folderOf, workOf } from "../work.ts";
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

/** OpenTofu with the provider that Pulumi's own is made of. */
export const opentofu: Contender = {
  name: "OpenTofu",
  lacks: "approve, wait for Ready, drain, check",
  async begin(count) {
    const work = JSON.stringify(await workOf("opentofu", count));
    const folder = await folderOf("opentofu", { "work.auto.tfvars.json": work });
    await copyFile(configuration, path.join(folder, "main.tf"));
    const env = { TF_CLI_CONFIG_FILE: await installProvider(folder), TF_IN_AUTOMATION: "1" };
    const binary = await tofu.path();
    const run = (...args: string[]) => command(folder, binary, [...args, "-input=false", "-no-color"], env);
    succeeded(await run("init"));
    return {
      create: () => run("apply", "-auto-approve"),
      // fails when the plan has a change
      noChange: () => run("plan", "-detailed-exitcode"),
      remove: () => run("destroy", "-auto-approve"),
      end: () => rm(folder, { recursive: true }),
    };
  },
};
