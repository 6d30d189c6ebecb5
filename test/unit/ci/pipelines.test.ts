import { describe, expect, test } from "@jest/globals";
import { spawnSync } from "node:child_process";
import { globSync, readFileSync } from "node:fs";
import path from "node:path";
import { parse } from "yaml";
import { cliVersion } from "../../lab/builds/build.ts";
import { repo } from "../../lab/settings.ts";

const read = (file: string): string => readFileSync(path.join(repo, file), "utf8");
const files = [
  ...globSync(".github/workflows/*.yml", { cwd: repo }),
  ".github/actions/setup/action.yml",
  "examples/gitlab/.gitlab-ci.yml",
];

describe("GIVEN the pipelines of GitHub and GitLab", () => {
  test.each(files)("WHEN %s runs a command of npm THEN it exists", (file) => {
    const { scripts } = JSON.parse(read("package.json")) as { scripts: Record<string, string> };
    const used = [...read(file).matchAll(/npm run -s ([\w:]+)/g)].map(([, name = ""]) => name);
    expect(used.filter((name) => !(name in scripts))).toEqual([]);
  });

  test("WHEN they install the Pulumi CLI THEN it is that of the tests", async () => {
    const version = await cliVersion();
    expect(read(".github/actions/setup/action.yml")).toContain(`pulumi-version: ${version}\n`);
    expect(read("examples/gitlab/.gitlab-ci.yml")).toContain(`--version ${version}\n`);
  });

  test("WHEN both bring a stack up THEN by the same commands", () => {
    const { jobs } = parse(read(".github/workflows/up.yml")) as { jobs: { up: { steps: { run?: string }[] } } };
    const { up } = parse(read("examples/gitlab/.gitlab-ci.yml")) as { up: { script: string[] } };
    expect(jobs.up.steps.flatMap(({ run }) => run ?? [])).toEqual(up.script);
  });

  describe("WHEN GitLab previews a merge request", () => {
    const { preview } = parse(read("examples/gitlab/.gitlab-ci.yml")) as { preview: { script: string[] } };
    /** As GitLab's runner does: one script of all lines, which ends at the first that fails. */
    const run = (review: number, policies: number) => {
      const commands = `npm() { echo review; return ${review}; }; pulumi() { echo policies; return ${policies}; }`;
      const { stdout, status } = spawnSync("bash", ["-eo", "pipefail", "-c", [commands, ...preview.script].join("\n")]);
      return { done: stdout.toString().trim().split("\n"), status };
    };

    test.each([
      ["both pass", 0, 0, 0],
      ["nobody has approved it", 3, 0, 3],
      ["a policy is violated", 0, 255, 255],
      ["both fail", 3, 255, 255],
    ])(
      "AND %s THEN the review is commented first, the policies are checked all the same, and it ends so",
      (...given) => {
        const [, review, policies, status] = given;
        expect(run(review, policies)).toEqual({ done: ["review", "policies"], status });
      },
    );

    test("THEN by the same commands as GitHub", () => {
      const { jobs } = parse(read(".github/workflows/preview.yml")) as {
        jobs: { preview: { steps: { run?: string }[] } };
      };
      const commands = preview.script
        .map((line) => line.replace(/ \|\| .*/, ""))
        .filter((line) => !line.startsWith("exit"));
      expect(jobs.preview.steps.flatMap(({ run: command }) => command ?? [])).toEqual(commands);
    });
  });

  test("WHEN two commits are merged THEN one of their updates runs at a time, of whatever stack, and none is cancelled", () => {
    const { concurrency, jobs } = parse(read(".github/workflows/up.yml")) as { concurrency: object; jobs: object };
    const { up } = parse(read("examples/gitlab/.gitlab-ci.yml")) as { up: object };
    expect(concurrency).toEqual({ group: "up", "cancel-in-progress": false });
    expect(jobs).toMatchObject({ up: { strategy: { "max-parallel": 1 } } });
    // a job of a matrix that waits in a group would cancel another one that waits in it
    expect(jobs).not.toHaveProperty("up.concurrency");
    expect(up).toMatchObject({ resource_group: "up", interruptible: false });
  });

  test("WHEN a job locks a stack THEN nothing cancels it for another: what is killed leaves the lock", () => {
    const workflows = globSync(".github/workflows/*.yml", { cwd: repo }).map((file) => [file, read(file)] as const);
    const locking = workflows.filter(([, text]) => /pulumi (up|refresh|destroy)|ci:drift/.test(text));
    expect(locking.map(([file]) => path.basename(file)).toSorted()).toEqual(["drift.yml", "up.yml"]);
    expect(locking.filter(([, text]) => text.includes("cancel-in-progress: true"))).toEqual([]);
    const gitlab = parse(read("examples/gitlab/.gitlab-ci.yml")) as { drift: object };
    expect(gitlab.drift).toMatchObject({ resource_group: "up" });
    expect(gitlab.drift).not.toHaveProperty("interruptible");
  });
});
