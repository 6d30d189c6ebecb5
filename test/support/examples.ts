import { globSync } from "node:fs";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { parse } from "yaml";
import { repo } from "../lab/settings.ts";

export const project = "openstack-baremetal-compute";

interface StackFile {
  readonly config: Readonly<Record<string, unknown>>;
}

/** The stack files of examples/, by their paths in the repository. Those in the folder of a Pulumi.yaml are that project's. */
export const exampleFiles = globSync("examples/*/Pulumi.*.yaml", { cwd: repo }).toSorted();

export const readExample = async (file: string): Promise<StackFile> =>
  parse(await readFile(path.join(repo, file), "utf8")) as StackFile;

/** The program's config in a stack file, without the namespace. */
export const configIn = ({ config }: StackFile): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(config).flatMap(([key, value]) =>
      key.startsWith(`${project}:`) ? [[key.slice(project.length + 1), value]] : [],
    ),
  );
