import { z } from "zod";
import type { CloudClient } from "./client.ts";

/** Header of a container that names its owner: of the metadata `Owner` that components/ignition-store.ts sets. */
const ownerHeader = "x-container-meta-owner";

const objects = z.array(z.object({ name: z.string() }));

const pathOf = (...names: readonly string[]): string => names.map((name) => `/${encodeURIComponent(name)}`).join("");

/** A container as far as it tells whose it is; undefined: there is none of this name. */
export async function containerNamed(
  client: CloudClient,
  name: string,
  signal: AbortSignal,
): Promise<{ owner: string | undefined } | undefined> {
  const headers = await client.headers("object-store", pathOf(name), signal);
  return headers && { owner: headers.get(ownerHeader) ?? undefined };
}

/**
 * Removes a container with all that is in it. What is gone already is no error. Swift answers 409 while a list is behind its
 * objects: then all of it is to be repeated.
 */
export async function deleteContainer(client: CloudClient, name: string, signal: AbortSignal): Promise<void> {
  const found = (await client.find("object-store", `${pathOf(name)}?format=json`, objects, signal)) ?? [];
  for (const object of found) await client.delete("object-store", pathOf(name, object.name), signal);
  await client.delete("object-store", pathOf(name), signal);
}

/** How many objects a container has; undefined: there is none of this name. */
export async function objectCount(client: CloudClient, name: string, signal: AbortSignal): Promise<number | undefined> {
  return (await client.find("object-store", `${pathOf(name)}?format=json`, objects, signal))?.length;
}
