import { existsSync } from "node:fs";
import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import path from "node:path";
import { dirs, kubernetesSetting } from "../settings.ts";

/** Which Pulumi engine the lab uses. */
export interface Choice {
  readonly kind: "official" | "built";
  /** the folder of the CLI */
  readonly bin: string;
  /** one line for people */
  readonly description: string;
  /** the official CLI that was looked at, as `path version`; empty when there was none */
  readonly official: string;
  /** the CLI's version that the lab builds where no official one can be used */
  readonly built: string;
}

const choiceFile = path.join(dirs.pulumi, "engine.json");

/** Where the lab puts its own engine. */
export const builtBin = path.join(dirs.pulumi, "bin");

/** Whether this process wants the official Kubernetes plugin in the engine that the lab builds. */
export const wantsOfficialKubernetes = (): boolean => process.env[kubernetesSetting] === "official";

/** PULUMI_HOME: one for each set of plugins, so that a plugin is never taken for that of another set. */
export const homeOf = (kind: Choice["kind"]): string =>
  path.join(dirs.pulumi, kind === "built" && wantsOfficialKubernetes() ? "home-official-kubernetes" : `home-${kind}`);

/** The choice that `lab up` made; undefined before. */
export async function chosen(): Promise<Choice | undefined> {
  return existsSync(choiceFile) ? (JSON.parse(await readFile(choiceFile, "utf8")) as Choice) : undefined;
}

export async function choose(choice: Choice): Promise<void> {
  await mkdir(dirs.pulumi, { recursive: true });
  await writeFile(`${choiceFile}.tmp`, JSON.stringify(choice, undefined, 2));
  await rename(`${choiceFile}.tmp`, choiceFile);
}
