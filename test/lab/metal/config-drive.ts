import { execa } from "execa";
import { createHash } from "node:crypto";
import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { fetch } from "undici";
import { z } from "zod";

/** What a machine reads from its config drive (Nova's metadata formats, openstack/latest). */
export interface ConfigDrive {
  /** of the deployment: the instance and the bytes of the drive, which Nova makes anew when it builds or rebuilds */
  readonly deployment: string;
  /** the server's name, its trailing dot stripped */
  readonly name: string;
  /** absent when the server has none */
  readonly userData?: Buffer;
}

const MetaData = z.object({ uuid: z.string(), name: z.string() });

/** A file of an ISO 9660 image by its Joliet name; undefined when it is not there. */
async function readIso(iso: string, name: string): Promise<Buffer | undefined> {
  const { stdout } = await execa("isoinfo", ["-J", "-x", name, "-i", iso], { encoding: "buffer", stdin: "ignore" });
  return stdout.length > 0 ? Buffer.from(stdout) : undefined;
}

/** Reads the drive at `url` by way of a file in `folder`. */
export async function readConfigDrive(url: string, folder: string, signal: AbortSignal): Promise<ConfigDrive> {
  const response = await fetch(url, { signal });
  if (!response.ok) throw new Error(`config drive: GET ${url}: ${response.status}`);
  const bytes = Buffer.from(await response.arrayBuffer());
  await mkdir(folder, { recursive: true });
  const iso = path.join(folder, "config-drive.iso");
  await writeFile(iso, bytes);
  const meta = await readIso(iso, "/openstack/latest/meta_data.json");
  if (!meta) throw new Error("config drive: no openstack/latest/meta_data.json");
  const { uuid, name } = MetaData.parse(JSON.parse(meta.toString()));
  const userData = await readIso(iso, "/openstack/latest/user_data");
  const deployment = `${uuid} ${createHash("sha256").update(bytes).digest("hex")}`;
  return { deployment, name: name.replace(/\.$/, ""), ...(userData ? { userData } : {}) };
}
