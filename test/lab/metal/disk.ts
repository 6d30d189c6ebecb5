import { existsSync } from "node:fs";
import { copyFile, link, mkdir, readFile, readlink, rename, rm, symlink, writeFile } from "node:fs/promises";
import path from "node:path";
import { z } from "zod";
import { pinHash } from "../core/cache.ts";
import { dirs } from "../settings.ts";
import { tools } from "../tools/build.ts";
import type { Machine } from "./faults.ts";

/** The operating system's read-only part: laid over the host's own /usr, it gives a machine what RHCOS has. */
export const imageDir = path.join(dirs.data, "machine-image");
const marker = path.join(imageDir, ".complete");

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

/** The same file under another name; a copy where the file systems differ. */
async function place(from: string, to: string): Promise<void> {
  await link(from, to).catch(async (error: unknown) => {
    if ((error as NodeJS.ErrnoException).code !== "EXDEV") throw error;
    await copyFile(from, to);
  });
}

const os = (name: string): string => path.join(import.meta.dirname, "os", name);

/** Files of the image besides the binary, by their place in it. */
const imageFiles: Readonly<Record<string, string>> = {
  "usr/lib/systemd/system/crio.service": "crio.service",
  "usr/libexec/dhcp-event": "dhcp-event",
  "usr/sbin/setfiles": "setfiles",
};

/** Tells an image from one made of other files or another binary. */
const imageHash = async (): Promise<string> => pinHash(Object.values(imageFiles).map(os), await tools.kube.path());

export async function imageIsBuilt(): Promise<boolean> {
  return existsSync(marker) && (await readFile(marker, "utf8")) === (await imageHash());
}

export async function buildImage(): Promise<void> {
  await rm(imageDir, { recursive: true, force: true });
  const kube = await tools.kube.path();
  await mkdir(path.join(imageDir, "usr/bin"), { recursive: true });
  // One binary that takes the name it is called by.
  for (const name of ["kubelet", "cri"]) await place(kube, path.join(imageDir, "usr/bin", name));
  for (const [target, source] of Object.entries(imageFiles)) {
    await mkdir(path.dirname(path.join(imageDir, target)), { recursive: true });
    await copyFile(os(source), path.join(imageDir, target));
  }
  await writeFile(marker, await imageHash());
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
