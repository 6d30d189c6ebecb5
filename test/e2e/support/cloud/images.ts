import { z } from "zod";
import type { Undo } from "../cleanup.ts";
import { cloud } from "./cloud.ts";

async function makeRecord(name: string, properties: Readonly<Record<string, string>>): Promise<string> {
  const image = { name, disk_format: "raw", container_format: "bare", ...properties };
  return z.object({ id: z.string() }).parse(await cloud.send("POST", "image", "/v2/images", image)).id;
}

/** An image whose data never came. */
export async function makeQueuedImage(name: string): Promise<Undo> {
  const id = await makeRecord(name, {});
  return () => cloud.remove("image", `/v2/images/${id}`);
}

/** An active image, whose data nobody reads. */
export async function makeImage(name: string, properties: Readonly<Record<string, string>>): Promise<Undo> {
  const id = await makeRecord(name, properties);
  await cloud.upload("image", `/v2/images/${id}/file`, "not a system");
  return () => cloud.remove("image", `/v2/images/${id}`);
}
