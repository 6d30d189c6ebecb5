import { execa } from "execa";
import { cp, mkdir, rm, symlink } from "node:fs/promises";
import path from "node:path";
import type { Run } from "../../e2e/support/project.ts";
import { engineEnv } from "../../lab/engine/environment.ts";
import { repo } from "../../lab/settings.ts";
import { mustSucceed } from "../compete.ts";
import { measured } from "../measure/measure.ts";
import { loadRecording } from "../previews/recording.ts";
import type { StatesResult } from "../report/states.ts";
import { figuresLine } from "../report/table.ts";
import { folderOf } from "../work.ts";
import { type Backend, fileBackend, s3Backend } from "./backends.ts";
import { type Kind, kindsOf } from "./kinds.ts";

export interface StatesSettings {
  /** numbers of workers */
  readonly counts: readonly number[];
  readonly say: (text: string) => void;
  /** aborted: nothing else begins */
  readonly interrupted: AbortSignal;
}

async function kinds(): Promise<Kind[]> {
  const { workers, state } = await loadRecording("ours");
  return kindsOf(state, workers[0].name);
}

async function copyProgram(folder: string): Promise<void> {
  await cp(path.join(import.meta.dirname, "program"), folder, { recursive: true });
  await symlink(path.join(repo, "node_modules"), path.join(folder, "node_modules"));
}

type Pulumi = (...args: readonly string[]) => Promise<Run>;

async function pulumiIn(folder: string, { env }: Backend): Promise<Pulumi> {
  const common = { ...(await engineEnv()), ...env };
  return async (...args) => {
    const options = { cwd: folder, env: common, extendEnv: false, all: true, stdin: "ignore", reject: false } as const;
    const { exitCode, all } = await execa("pulumi", [...args, "--non-interactive"], options);
    return { ok: exitCode === 0, output: all };
  };
}

/** Creates and looks again, with so many workers. */
async function measureAt(count: number, backend: Backend, resources: Kind[], folder: string): Promise<StatesResult> {
  const pulumi = await pulumiIn(folder, backend);
  mustSucceed(await pulumi("stack", "init", "dev"), "create");
  mustSucceed(await pulumi("config", "set", "workers", String(count)), "create");
  mustSucceed(await pulumi("config", "set", "kinds", JSON.stringify(resources)), "create");
  const up = ["up", "--yes", "--skip-preview"];
  const create = await measured(() => pulumi(...up));
  mustSucceed(create.value, "create");
  const again = await measured(() => pulumi(...up, "--expect-no-changes"));
  mustSucceed(again.value, "noChange");
  const exported = await pulumi("stack", "export");
  mustSucceed(exported, "noChange");
  mustSucceed(await pulumi("stack", "rm", "--yes", "--force"), "remove");
  const mebibytes = exported.output.length / 1024 ** 2;
  return { backend: backend.name, count, mebibytes, create: create.figures, noChange: again.figures };
}

async function measureBackend(backend: Backend, resources: Kind[], settings: StatesSettings): Promise<StatesResult[]> {
  const results: StatesResult[] = [];
  for (const count of settings.counts) {
    settings.interrupted.throwIfAborted();
    const folder = await folderOf("states-program", {});
    await copyProgram(folder);
    const result = await measureAt(count, backend, resources, folder);
    settings.say(`${backend.name}, ${count} workers: ${figuresLine(result.create)}`);
    results.push(result);
    await rm(folder, { recursive: true });
  }
  return results;
}

/** Measures what it takes to write the state of so many workers, on each kind of backend. */
export async function measureStates(settings: StatesSettings): Promise<StatesResult[]> {
  const resources = await kinds();
  const folder = await folderOf("states-backend", {});
  await mkdir(folder, { recursive: true });
  const results: StatesResult[] = [];
  for (const start of [() => Promise.resolve(fileBackend(folder)), s3Backend]) {
    const backend = await start();
    try {
      results.push(...(await measureBackend(backend, resources, settings)));
    } finally {
      await backend.stop();
    }
  }
  await rm(folder, { recursive: true });
  return results;
}
