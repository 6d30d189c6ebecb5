import { readFile, writeFile } from "node:fs/promises";
import { parse, stringify } from "yaml";
import type { Config, Project } from "../project.ts";

const namespace = "openstack-baremetal-compute";

export interface Pool extends Config {
  readonly timeouts?: Readonly<Record<string, string>>;
}

/** Edits a stack file as a person would, and leaves the rest of it as it is; returns the text as it was before. */
export async function editStackFile(project: Project, change: (pool: Pool) => Config): Promise<string> {
  const before = await readFile(project.stackFile, "utf8");
  const file = parse(before) as { config: Record<string, unknown> };
  const [pool] = file.config[`${namespace}:pools`] as [Pool];
  for (const [key, value] of Object.entries(change(pool))) file.config[`${namespace}:${key}`] = value;
  await writeFile(project.stackFile, stringify(file));
  return before;
}

/** Edits the stack file for as long as something takes. */
export async function whileEdited<T>(
  project: Project,
  change: (pool: Pool) => Config,
  run: () => Promise<T>,
): Promise<T> {
  const before = await editStackFile(project, change);
  try {
    return await run();
  } finally {
    await writeFile(project.stackFile, before);
  }
}
