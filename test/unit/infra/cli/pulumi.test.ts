import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { execFile } from "node:child_process";
import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { repo } from "../../../lab/settings.ts";

/** A folder that is all of PATH. */
let bin = "";
beforeEach(async () => {
  bin = await mkdtemp(path.join(tmpdir(), "pulumi-"));
});
afterEach(() => rm(bin, { recursive: true, force: true }));

/** The error of a preflight with what stands in for pulumi. */
async function preflight(script: string): Promise<string> {
  const file = path.join(bin, "pulumi");
  await writeFile(file, `#!/bin/sh\n${script}\n`);
  await chmod(file, 0o755);
  return new Promise((resolve) => {
    const command = [path.join(repo, "infra/cli/preflight.ts"), "--stack", "lab"];
    execFile(process.execPath, command, { env: { PATH: bin } }, (_, _stdout, stderr) => resolve(stderr));
  });
}

const unreadable = "echo 'error: failed to load checkpoint: EOF' >&2; exit 255";

test("GIVEN a state that cannot be read WHEN neither can its backend be asked for THEN what pulumi has printed is the error", async () => {
  expect(await preflight(unreadable)).toBe("pulumi preview wrote no report:\nerror: failed to load checkpoint: EOF\n");
});

test("GIVEN a state that cannot be read WHEN its backend is no folder THEN what pulumi has printed is the error", async () => {
  const backend = `[ "$1" = whoami ] && echo '{"url":"https://api.pulumi.com/someone"}' && exit 0`;
  expect(await preflight(`${backend}\n${unreadable}`)).toBe(
    "pulumi preview wrote no report:\nerror: failed to load checkpoint: EOF\n",
  );
});
