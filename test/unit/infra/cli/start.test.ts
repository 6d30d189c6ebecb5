import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { execFile } from "node:child_process";
import { access, chmod, copyFile, mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { repo } from "../../../lab/settings.ts";

/** A copy of the launcher in a project of its own, whose PATH has the tools of the shell and what a test puts there. */
let project = "";

beforeEach(async () => {
  project = await mkdtemp(path.join(tmpdir(), "start-"));
  await mkdir(path.join(project, "infra/cli"), { recursive: true });
  await mkdir(path.join(project, "bin"));
  await copyFile(path.join(repo, "infra/cli/start"), path.join(project, "infra/cli/start"));
  for (const tool of ["sh", "dirname", "rm", "mkdir"])
    await symlink(path.join("/bin", tool), path.join(project, "bin", tool));
});

afterEach(() => rm(project, { recursive: true, force: true }));

async function command(file: string, script: string): Promise<void> {
  const target = path.join(project, file);
  await mkdir(path.dirname(target), { recursive: true });
  await writeFile(target, `#!/bin/sh\n${script}\n`);
  await chmod(target, 0o755);
}

/** A Node that says which one it is and what it was to run. The launcher asks it for its version by `-e`. */
const node = (name: string, recentEnough = true): string =>
  `case "$1" in -e) exit ${recentEnough ? 0 : 1} ;; --version) echo v20.1.0 ;; *) echo "${name} $*" ;; esac`;

interface Outcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function start(...args: readonly string[]): Promise<Outcome> {
  return new Promise((resolve) => {
    const env = { PATH: path.join(project, "bin") };
    const child = execFile(path.join(project, "infra/cli/start"), args, { env }, (_, stdout, stderr) => {
      resolve({ code: child.exitCode, stdout, stderr });
    });
  });
}

const hasModules = (): Promise<boolean> =>
  access(path.join(project, "node_modules")).then(
    () => true,
    () => false,
  );

describe("GIVEN the launcher of a user's commands", () => {
  test("WHEN there is no Node THEN it says which one to install", async () => {
    const { code, stderr } = await start("infra/cli/preflight.ts");
    expect(code).toBe(2);
    expect(stderr).toMatch(/^Node\.js is not installed: install Node\.js 22\.19 or later/);
  });

  test("WHEN the Node on PATH is too old THEN it names its version and the one to install, and installs nothing", async () => {
    await command("bin/node", node("path", false));
    const { code, stderr } = await start("infra/cli/preflight.ts");
    expect(code).toBe(2);
    expect(stderr).toMatch(/^Node\.js v20\.1\.0 is too old: install Node\.js 22\.19 or later/);
    expect(await hasModules()).toBe(false);
  });

  test("WHEN no packages are installed THEN it installs those of production alone and runs the command", async () => {
    await command("bin/node", node("path"));
    await command("bin/npm", 'mkdir node_modules; echo "npm $*"');
    const { code, stdout, stderr } = await start("infra/cli/preflight.ts", "--stack", "lab");
    expect(code).toBe(0);
    expect(stderr).toContain("npm ci --omit=dev --omit=optional");
    expect(stdout).toMatch(/^path .*infra\/cli\/preflight\.ts --stack lab\n$/);
  });

  test("WHEN the installation fails THEN it says so and leaves no part of it behind", async () => {
    await command("bin/node", node("path"));
    await command("bin/npm", "mkdir node_modules; exit 1");
    const { code, stderr } = await start("infra/cli/preflight.ts");
    expect(code).toBe(2);
    expect(stderr).toContain("npm could not install the packages");
    expect(await hasModules()).toBe(false);
  });

  test("WHEN packages and a pinned Node are installed THEN it takes that Node and installs nothing", async () => {
    await command("bin/node", node("path"));
    await command("node_modules/.bin/node", node("pinned"));
    const { code, stdout, stderr } = await start("infra/cli/schema.ts");
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toMatch(/^pinned .*infra\/cli\/schema\.ts\n$/);
  });
});

test("GIVEN this machine's Node WHEN a command runs THEN the launcher accepts its version", async () => {
  await mkdir(path.join(project, "node_modules"));
  await symlink(process.execPath, path.join(project, "bin/node"));
  await writeFile(path.join(project, "command.mjs"), "console.log(process.argv[2])");
  expect(await start("command.mjs", "it runs")).toEqual({ code: 0, stdout: "it runs\n", stderr: "" });
});
