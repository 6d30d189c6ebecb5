import { existsSync } from "node:fs";
import { copyFile, link, mkdir, readFile, readlink, rename, rm, symlink, writeFile } from "node:fs/promises";
import path from "node:path";
import { z } from "zod";
import { builds } from "../builds/build.ts";
import { entry, fill, pinHash } from "../runtime/cache.ts";
import type { Machine } from "./faults.ts";

export const rootOf = (machine: Pick<Machine, "dir">): string => path.join(machine.dir, "root");

/** What is written on a machine's disk: which deployment, and whether Ignition has run to its end. */
const DiskLabel = z.object({ deployment: z.string(), ignited: z.boolean() });
export type DiskLabel = z.infer<typeof DiskLabel>;

const labelFile = (machine: Pick<Machine, "dir">): string => path.join(machine.dir, "disk.json");

export async function readLabel(machine: Pick<Machine, "dir">): Promise<DiskLabel | undefined> {
  if (!existsSync(labelFile(machine))) return undefined;
  return DiskLabel.parse(JSON.parse(await readFile(labelFile(machine), "utf8")));
}

export async function writeLabel(machine: Pick<Machine, "dir">, label: DiskLabel): Promise<void> {
  await writeFile(`${labelFile(machine)}.tmp`, JSON.stringify(label));
  await rename(`${labelFile(machine)}.tmp`, labelFile(machine));
}

const os = (name: string): string => path.join(import.meta.dirname, "os", name);

/** Files of the image besides the binary, by their place in it. */
const imageFiles: Readonly<Record<string, string>> = {
  "usr/lib/systemd/system/crio.service": "crio.service",
  "usr/libexec/dhcp-event": "dhcp-event",
  "usr/libexec/dhcp6-client": "dhcp6-client",
  "usr/libexec/dhcp6-client.conf": "dhcp6-client.conf",
  "usr/libexec/dhcp6-event": "dhcp6-event",
  "usr/sbin/setfiles": "setfiles",
};

/**
 * Folder of the operating system's read-only part: laid over the host's own /usr, it gives a machine what RHCOS has. An
 * image of other files or another binary is another folder, so that running machines keep theirs.
 */
export async function imageDir(): Promise<string> {
  return entry("machine-image", await pinHash(Object.values(imageFiles).map(os), await builds.kube.path()));
}

export async function buildImage(): Promise<void> {
  const kube = await builds.kube.path();
  await fill(await imageDir(), async (folder) => {
    await mkdir(path.join(folder, "usr/bin"), { recursive: true });
    // One binary that takes the name it is called by.
    for (const name of ["kubelet", "cri"]) await link(kube, path.join(folder, "usr/bin", name));
    for (const [target, source] of Object.entries(imageFiles)) {
      await mkdir(path.dirname(path.join(folder, target)), { recursive: true });
      await copyFile(os(source), path.join(folder, target));
    }
  });
}

const folders = [
  "proc",
  "sys",
  "dev",
  "run",
  "tmp",
  "usr",
  "root",
  "home",
  "opt",
  "var/lib",
  "var/log",
  "var/tmp",
  "etc/selinux",
];

/** Ignition asks for the SELinux configuration; the rest is what programs expect of any /etc. */
const etc: Readonly<Record<string, string>> = {
  "os-release": 'ID=rhcos\nNAME="Red Hat Enterprise Linux CoreOS"\nPRETTY_NAME="Virtual metal of the lab"\n',
  passwd: "root:x:0:0:root:/root:/bin/sh\n",
  group: "root:x:0:\n",
  "nsswitch.conf": "passwd: files\ngroup: files\nhosts: files dns\n",
  hosts: "127.0.0.1 localhost\n",
  "resolv.conf": "",
  "selinux/config": "SELINUX=disabled\nSELINUXTYPE=targeted\n",
};

/** Writes the image to the machine's disk: nothing of an earlier deployment is left. */
export async function imageDisk(machine: Pick<Machine, "dir">, deployment: string): Promise<void> {
  const root = rootOf(machine);
  await rm(labelFile(machine), { force: true });
  await rm(root, { recursive: true, force: true });
  for (const folder of folders) await mkdir(path.join(root, folder), { recursive: true });
  for (const name of ["bin", "sbin", "lib", "lib64"]) {
    if (existsSync(`/${name}`)) await symlink(await readlink(`/${name}`), path.join(root, name));
  }
  await symlink("../run", path.join(root, "var/run"));
  for (const [name, text] of Object.entries(etc)) await writeFile(path.join(root, "etc", name), text);
  await writeLabel(machine, { deployment, ignited: false });
}
