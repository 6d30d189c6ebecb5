import { describe, expect, test } from "@jest/globals";
import { globSync, readFileSync } from "node:fs";
import path from "node:path";
import { evaluate, expand } from "../../e2e/support/pipeline/expressions.ts";
import { applies, gitlabJobs } from "../../e2e/support/pipeline/gitlab.ts";
import { parseWorkflow, startsOnPush, type Step, stepsOf } from "../../e2e/support/pipeline/workflow.ts";
import { repo } from "../../lab/settings.ts";

const read = (file: string): string => readFileSync(path.join(repo, file), "utf8");
const workflows = globSync(".github/workflows/*.yml", { cwd: repo }).toSorted();
const up = read(".github/workflows/up.yml");

async function steps(text: string): Promise<Step[]> {
  const jobs = Object.values(parseWorkflow(text).jobs);
  const all = await Promise.all(jobs.map((job) => stepsOf(job.steps, (file) => Promise.resolve(read(file)))));
  return all.flat();
}

describe("GIVEN the workflows of GitHub Actions, and the runner of the end-to-end test", () => {
  test.each(workflows)(
    "WHEN it reads %s THEN it knows each step: a command, or what stands in for an action",
    async (file) => {
      const known = await steps(read(file));
      expect(known.filter(({ standIn }) => standIn === undefined).length).toBeGreaterThan(1);
      expect(known.filter(({ standIn }) => standIn !== undefined).map(({ name }) => name)).toEqual([
        "actions/checkout@v4",
        "actions/setup-node@v4",
        "npm ci --omit=dev --omit=optional",
        "pulumi/actions@v6",
      ]);
    },
  );

  test("WHEN an action of its own is read THEN its steps get what it is given", async () => {
    const credentials = (await steps(up)).find(({ name }) => name.includes("ci/credentials"));
    expect(credentials).toMatchObject({
      shell: ["sh", "-e"],
      env: { CLOUDS_YAML: "${{ inputs.clouds-yaml }}" },
      inputs: { "clouds-yaml": "${{ secrets.CLOUDS_YAML }}" },
    });
  });

  test.each([
    [
      "a step of an action that nothing stands in for",
      "      - uses: docker/login-action@v3\n",
      'action "docker/login-action@v3"',
    ],
    ["a condition of a step", "      - run: date\n        if: failure()\n", 'condition "failure()" of "date"'],
    ["a key of a step", "      - run: date\n        continue-on-error: true\n", "continue-on-error"],
    ["a key of a job", "    services: {}\n", "services"],
  ])("WHEN a workflow gains %s THEN it is refused", async (_, lines, named) => {
    await expect(async () => steps(`${up.trimEnd()}\n${lines}`)).rejects.toThrow(named);
  });

  test.each([
    [["stacks/Pulumi.a.yaml"], true],
    [["components/node/main.ts", "README.md"], true],
    [["docs/teams.md"], false],
  ])("WHEN a merge changes %j THEN up.yml starts: %s", (files, expected) => {
    expect(startsOnPush(parseWorkflow(up), files)).toBe(expected);
    expect(startsOnPush(parseWorkflow(read(".github/workflows/preview.yml")), files)).toBe(false);
  });
});

describe("GIVEN an expression of a workflow WHEN it is evaluated", () => {
  const contexts = { vars: { LIST: '["a"]' }, github: { event: { head: "o/r" }, repository: "o/r" }, secrets: {} };
  test.each<[string, unknown]>([
    ["vars.LIST", '["a"]'],
    ["secrets.NOT_SET", ""],
    ["'text'", "text"],
    ["fromJSON(vars.LIST)", ["a"]],
    ["vars.LIST != ''", true],
    ["vars.LIST != '' && github.event.head == github.repository", true],
    ["secrets.NOT_SET != '' && github.event.head == github.repository", false],
  ])("THEN %s is %j", (expression, expected) => {
    expect(evaluate(expression, contexts)).toEqual(expected);
  });

  test.each(["always()", "env.A", "vars.A || 'b'", "toJSON(vars)"])("THEN %s is refused", (expression) => {
    expect(() => evaluate(expression, contexts)).toThrow("is not known to this runner");
  });

  test("THEN the text around it stays", () => {
    expect(expand("up-${{ github.repository }}-${{vars.LIST}}", contexts)).toBe('up-o/r-["a"]');
  });
});

describe("GIVEN the pipeline of GitLab CI, and the runner of the end-to-end test", () => {
  const text = read("examples/gitlab/.gitlab-ci.yml");

  test.each([
    [{ CI_PIPELINE_SOURCE: "merge_request_event" }, ["preview"]],
    [{ CI_PIPELINE_SOURCE: "push", CI_COMMIT_BRANCH: "main" }, ["up"]],
    [{ CI_PIPELINE_SOURCE: "push", CI_COMMIT_BRANCH: "other" }, []],
    [{ CI_PIPELINE_SOURCE: "schedule", CI_COMMIT_BRANCH: "main" }, ["drift"]],
  ])("WHEN %j happens THEN the jobs %j run", (variables, expected) => {
    const all = { ...variables, CI_DEFAULT_BRANCH: "main" };
    const jobs = gitlabJobs(text).filter(({ rule }) => applies(rule, all));
    expect(jobs.map(({ name }) => name)).toEqual(expected);
  });

  test("WHEN a job gains a key that the runner does not know THEN it is refused", () => {
    expect(() => gitlabJobs(`${text.trimEnd()}\n  services: []\n`)).toThrow("services");
    expect(() => applies('$A =~ "b"', {})).toThrow("is not known to this runner");
  });
});
