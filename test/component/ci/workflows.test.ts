import { beforeAll, describe, expect, test } from "@jest/globals";
import { execa } from "execa";
import { globSync } from "node:fs";
import { mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { actionlint } from "../../lab/builds/actionlint.ts";
import { repo } from "../../lab/settings.ts";

const workflows = globSync(".github/workflows/*.yml", { cwd: repo }).toSorted();

describe("GIVEN the workflows of GitHub Actions", () => {
  let linter: string;
  beforeAll(async () => {
    if (!(await actionlint.step.check())) await actionlint.step.up(() => undefined);
    linter = await actionlint.path();
  }, actionlint.step.timeout * 1000);

  /** Without the checkers of scripts that a machine may have. */
  const lint = (...files: string[]) =>
    execa(linter, ["-no-color", "-shellcheck=", "-pyflakes=", ...files], { cwd: repo, reject: false });

  test("WHEN they are checked THEN nothing is wrong with them", async () => {
    expect(workflows).toHaveLength(3);
    const { stdout, exitCode } = await lint(...workflows);
    expect([stdout, exitCode]).toEqual(["", 0]);
  });

  test("WHEN one names a context that its job does not have THEN the check says so", async () => {
    const folder = await mkdtemp(path.join(tmpdir(), "workflow-"));
    const text = await readFile(path.join(repo, workflows[0] ?? ""), "utf8");
    const wrong = path.join(folder, "wrong.yml");
    await writeFile(wrong, text.replaceAll("matrix.stack", "matrix.stak"));
    const { stdout } = await lint(wrong);
    await rm(folder, { recursive: true });
    expect(stdout).toContain('property "stak" is not defined');
  });
});

describe("GIVEN the script that writes the credentials of a pipeline", () => {
  const script = path.join(repo, "ci/credentials");

  test("WHEN both are there THEN it writes files that nobody else can read, and prints no content", async () => {
    const folder = await mkdtemp(path.join(tmpdir(), "credentials-"));
    const env = { CLOUDS_YAML: "clouds:\n  a: $HOME `x`", KUBECONFIG_CONTENT: "kind: Config" };
    const { stdout, stderr } = await execa(script, [path.join(folder, "c")], { env });
    const files = ["clouds.yaml", "kubeconfig"].map((name) => path.join(folder, "c", name));
    const written = await Promise.all(files.map((file) => readFile(file, "utf8")));
    const modes = await Promise.all(files.map(async (file) => (await stat(file)).mode & 0o777));
    await rm(folder, { recursive: true });
    expect(stdout).toBe(`OS_CLIENT_CONFIG_FILE=${files[0]}\nKUBECONFIG=${files[1]}`);
    expect(stderr).toBe("");
    expect(written).toEqual([`${env.CLOUDS_YAML}\n`, `${env.KUBECONFIG_CONTENT}\n`]);
    expect(modes).toEqual([0o600, 0o600]);
  });

  test("WHEN one is missing THEN it says which, and writes nothing", async () => {
    const { exitCode, stderr, stdout } = await execa(script, ["/nowhere"], {
      env: { CLOUDS_YAML: "x" },
      reject: false,
    });
    expect([exitCode, stdout]).toEqual([2, ""]);
    expect(stderr).toBe("KUBECONFIG_CONTENT is empty: add it to the secrets of the stack's environment");
  });
});
