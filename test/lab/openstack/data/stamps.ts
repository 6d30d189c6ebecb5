import { existsSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { data } from "../paths.ts";

/** What has been done once to the data of the cloud. The stamps are part of the data and of its snapshot. */
export type Stamp = "schema" | "catalog" | "base" | "hosts" | "snapshot";

export const stampsFolder = path.join(data, "stamps");

export const isStamped = (stamp: Stamp): boolean => existsSync(path.join(stampsFolder, stamp));

export async function writeStamp(stamp: Stamp): Promise<void> {
  await mkdir(stampsFolder, { recursive: true });
  await writeFile(path.join(stampsFolder, stamp), "");
}
