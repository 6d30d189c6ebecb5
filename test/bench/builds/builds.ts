import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { buildOf, pinned } from "../../lab/builds/build.ts";
import { environmentDir, makeEnvironment } from "../../lab/openstack/python.ts";
import { fill } from "../../lab/runtime/cache.ts";
import type { Plan, Step } from "../../lab/runtime/step.ts";

/** The programs that people would use instead, built or installed from pinned packages into the lab's cache. */

const tofuFolder = path.join(import.meta.dirname, "opentofu");
const tofuModule = "github.com/opentofu/opentofu";

export const tofu = buildOf({
  folder: tofuFolder,
  binary: "tofu",
  target: `${tofuModule}/cmd/tofu`,
  timeout: 1800,
  variables: () => Promise.resolve({ [`${tofuModule}/version.dev`]: "no" }),
});

const providerFolder = path.join(import.meta.dirname, "openstack-provider");
const providerModule = "github.com/terraform-provider-openstack/terraform-provider-openstack";

export const provider = buildOf({
  folder: providerFolder,
  binary: "terraform-provider-openstack",
  target: providerModule,
  timeout: 900,
});

/** A server that speaks S3. */
export const s3 = buildOf({
  folder: path.join(import.meta.dirname, "s3"),
  binary: "gofakes3",
  target: "github.com/johannesboyne/gofakes3/cmd/gofakes3",
  timeout: 600,
});

const ansibleLock = path.join(import.meta.dirname, "ansible/requirements.lock");

/** Ansible's environment; its commands are in bin/. */
export const ansibleDir = (): Promise<string> => environmentDir("ansible", ansibleLock);

const ansibleStep: Step = {
  name: "Ansible's Python environment",
  timeout: 900,
  check: async () => existsSync(await ansibleDir()),
  up: async () => fill(await ansibleDir(), (folder) => makeEnvironment(folder, ansibleLock)),
};

/** OpenTofu alone. */
export const tofuPeers: Plan = [tofu.step, provider.step];

/** What the bench needs besides the lab. */
export const peers: Plan = [...tofuPeers, ansibleStep];

export interface Versions {
  readonly tofu: string;
  readonly provider: string;
  readonly ansible: string;
  readonly openstacksdk: string;
}

async function locked(name: string): Promise<string> {
  const version = new RegExp(`^${name}==(\\S+)`, "m").exec(await readFile(ansibleLock, "utf8"))?.[1];
  if (version === undefined) throw new Error(`${ansibleLock} pins no ${name}`);
  return version;
}

/** The peers' versions as they are pinned. */
export async function versions(): Promise<Versions> {
  return {
    tofu: await pinned(tofuFolder, tofuModule),
    provider: await pinned(providerFolder, providerModule),
    ansible: await locked("ansible"),
    openstacksdk: await locked("openstacksdk"),
  };
}
