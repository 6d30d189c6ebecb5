import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { execFile } from "node:child_process";
import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { renderRequest, repairVariable, requestedRepairs } from "../../../../infra/cli/repair-request.ts";
import { repo } from "../../../lab/settings.ts";

/** A folder that is all of PATH. */
let bin = "";
beforeEach(async () => {
  bin = await mkdtemp(path.join(tmpdir(), "repair-"));
});
afterEach(() => rm(bin, { recursive: true, force: true }));

/** What stands in for pulumi: it prints what it was asked, and ends as told. */
async function pulumi(end: string): Promise<void> {
  const file = path.join(bin, "pulumi");
  await writeFile(file, `#!/bin/sh\necho "pulumi $* in $PWD, to repair $${repairVariable}"\n${end}\n`);
  await chmod(file, 0o755);
}

interface Outcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function repair(...args: readonly string[]): Promise<Outcome> {
  return new Promise((resolve) => {
    const script = path.join(repo, "infra/cli/repair.ts");
    const child = execFile(process.execPath, [script, ...args], { env: { PATH: bin } }, (_, stdout, stderr) =>
      resolve({ code: child.exitCode, stdout, stderr }),
    );
  });
}

describe("GIVEN workers that are to be repaired, WHEN the command runs", () => {
  test("THEN pulumi up runs in the project with their names, and its end is the command's", async () => {
    await pulumi("exit 0");
    expect(await repair("--stack", "lab", "w-1", "w-2")).toEqual({
      code: 0,
      stdout: `pulumi up --stack lab in ${repo}, to repair w-1,w-2\n`,
      stderr: "",
    });
  });

  test("THEN --yes is passed on, wherever it stands", async () => {
    await pulumi("exit 0");
    const { stdout } = await repair("w-1", "--yes", "--stack", "lab");
    expect(stdout).toMatch(/^pulumi up --stack lab --yes in /);
  });

  test.each([
    ["fails", "exit 255", "ended with exit code 255"],
    ["is killed", "kill -9 $$", "was ended by SIGKILL"],
  ])("THEN where pulumi %s the exit code is 1, and it says how to go on", async (_, end, said) => {
    await pulumi(end);
    const { code, stderr } = await repair("--stack", "lab", "w-1");
    expect(code).toBe(1);
    expect(stderr).toBe(
      `npm run repair: pulumi ${said}, see above. To go on, repeat the command; where a new server has been created already, ` +
        "pulumi up --stack lab goes on with it.\n",
    );
  });

  test("THEN an interrupt of the terminal leaves it waiting for pulumi, which ends cleanly", async () => {
    // the terminal's own interrupt reaches both: pulumi finishes what it has begun
    await pulumi("kill -INT $PPID; sleep=1; while [ $sleep -lt 20000 ]; do sleep=$((sleep+1)); done; exit 0");
    expect(await repair("--stack", "lab", "w-1")).toMatchObject({ code: 0, stderr: "" });
  });
});

describe("GIVEN a command that cannot run, WHEN it is typed", () => {
  const usage = /Usage: npm run repair -- --stack <stack> \[--reboot\] \[--yes\] <worker>\.\.\.\n$/;

  test.each<[string, string[], RegExp]>([
    ["no stack", ["w-1"], /^--stack is missing\./],
    ["no worker", ["--stack", "lab"], /^the names of the workers are missing\./],
  ])("THEN %s is named, with the usage and exit code 2", async (_, args, problem) => {
    await pulumi("exit 0");
    const { code, stdout, stderr } = await repair(...args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toMatch(problem);
    expect(stderr).toMatch(usage);
  });

  test("THEN an unknown option is named, without a stack trace", async () => {
    const { code, stderr } = await repair("--stack", "lab", "--force", "w-1");
    expect(code).toBe(2);
    expect(stderr).toMatch(/--force/);
    expect(stderr).not.toMatch(/\n\s+at /);
  });

  test("THEN a missing pulumi is named", async () => {
    const { code, stderr } = await repair("--stack", "lab", "w-1");
    expect(code).toBe(2);
    expect(stderr).toMatch(/pulumi/);
    expect(stderr).not.toMatch(/\n\s+at /);
  });
});

describe("GIVEN names of workers, WHEN the program is told of them", () => {
  test("THEN it reads what was written, each name once", () => {
    expect(requestedRepairs({ [repairVariable]: renderRequest(["w-1", "w-2", "w-1"]) })).toEqual(["w-1", "w-2"]);
  });

  test("THEN a run without the variable, or with an empty one, repairs nothing", () => {
    expect(requestedRepairs({})).toEqual([]);
    expect(requestedRepairs({ [repairVariable]: "" })).toEqual([]);
  });
});
