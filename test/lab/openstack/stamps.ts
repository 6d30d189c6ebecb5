import { existsSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { data } from "./paths.ts";

/** What has been done to the cloud's data once for all; the marks are part of the data and of its snapshot. */
export type Mark = "schema" | "catalog" | "base" | "hosts" | "snapshot";

export const marks = path.join(data, "marks");

export const isDone = (mark: Mark): boolean => existsSync(path.join(marks, mark));

export async function markDone(mark: Mark): Promise<void> {
  await mkdir(marks, { recursive: true });
  await writeFile(path.join(marks, mark), "");
}
