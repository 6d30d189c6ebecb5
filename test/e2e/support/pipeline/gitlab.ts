import { writeFile } from "node:fs/promises";
import path from "node:path";
import { parse } from "yaml";
import { z } from "zod";
import type { PullRequest, Push } from "./repository.ts";
import { type Job, linkPackages, type Place, place, runnerEnv, runScript, type Site } from "./runner.ts";
import { standInFor } from "./stand-ins.ts";

/** A key that is not listed is an error: a pipeline must not mean more than the runner does. */
const base = z.strictObject({
  image: z.string(),
  parallel: z.strictObject({ matrix: z.tuple([z.strictObject({ STACK: z.array(z.string()) })]) }),
  before_script: z.array(z.string()),
});
const job = z.strictObject({
  extends: z.literal(".stacks"),
  rules: z.tuple([z.strictObject({ if: z.string() })]),
  script: z.array(z.string()),
  // of the platform
  stage: z.string(),
  environment: z.strictObject({ name: z.string(), action: z.string().optional() }),
  interruptible: z.boolean().optional(),
  resource_group: z.string().optional(),
  timeout: z.string().optional(),
});
const pipeline = z.object({ stages: z.array(z.string()), ".stacks": base }).catchall(z.unknown());

interface GitLabJob {
  readonly name: string;
  readonly rule: string;
  readonly stacks: readonly string[];
  readonly lines: readonly string[];
}

/** The jobs of a .gitlab-ci.yml, with what they extend. */
export function gitlabJobs(text: string): GitLabJob[] {
  const { ".stacks": shared, ...rest } = pipeline.parse(parse(text));
  const jobs = Object.entries(rest).filter(([name]) => name !== "stages");
  return jobs.map(([name, it]) => {
    const { rules, script } = job.parse(it);
    return {
      name,
      rule: rules[0].if,
      stacks: shared.parallel.matrix[0].STACK,
      lines: [...shared.before_script, ...script],
    };
  });
}

type Variables = Readonly<Record<string, string>>;

/** Whether a rule applies: comparisons of variables and texts, which all have to hold. */
export function applies(rule: string, variables: Variables): boolean {
  const value = (term: string): string | undefined =>
    term.startsWith("$") ? variables[term.slice(1)] : /^"(.*)"$/.exec(term)?.[1];
  return rule.split(" && ").every((part) => {
    const [, left = "", right = ""] = /^(\S+) == (\S+)$/.exec(part) ?? [];
    if (left === "") throw new Error(`the rule "${part}" is not known to this runner`);
    return value(left) === value(right);
  });
}

const stepName = (job: string, line: string): string => `GitLab, ${job}: ${line}`;

const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;

/** One script of all lines, each printed before it is run, as GitLab's runner does it. */
const scriptOf = (lines: readonly string[]): string =>
  lines.flatMap((line) => [`echo ${quoted(`$ ${line}`)}`, standInFor(line) ? ":" : line]).join("\n");

/** GitLab CI: runs the jobs of .gitlab-ci.yml whose rules apply. */
export class GitLab {
  readonly #site: Site;

  constructor(site: Site) {
    this.#site = site;
  }

  mergeRequest = ({ number, merged: { ref, sha } }: PullRequest): Promise<Job[]> =>
    this.#start(ref, sha, {
      CI_PIPELINE_SOURCE: "merge_request_event",
      CI_MERGE_REQUEST_IID: String(number),
    });

  push = ({ after }: Push): Promise<Job[]> =>
    this.#start("refs/heads/main", after, { CI_PIPELINE_SOURCE: "push", CI_COMMIT_BRANCH: "main" });

  schedule = async (): Promise<Job[]> =>
    this.#start("refs/heads/main", await this.#site.repository.main(), {
      CI_PIPELINE_SOURCE: "schedule",
      CI_COMMIT_BRANCH: "main",
    });

  /** The names of all steps of a commit's pipeline. */
  steps = async (commit: string): Promise<string[]> =>
    (await this.#jobs(commit)).flatMap(({ name, lines }) => lines.map((line) => stepName(name, line)));

  #jobs = async (commit: string): Promise<GitLabJob[]> =>
    gitlabJobs(await this.#site.repository.read(commit, ".gitlab-ci.yml"));

  async #start(ref: string, sha: string, variables: Variables): Promise<Job[]> {
    const predefined = { ...variables, CI_DEFAULT_BRANCH: "main", CI_COMMIT_SHA: sha, CI_PROJECT_ID: "5" };
    const jobs = (await this.#jobs(sha)).filter(({ rule }) => applies(rule, predefined));
    const ended: Job[] = [];
    for (const { name, stacks, lines } of jobs)
      for (const stack of stacks) {
        const own = await place(this.#site);
        await this.#site.repository.checkout(ref, own.workspace);
        if (lines.some((line) => standInFor(line) === "packages")) await linkPackages(own);
        const env = { ...(await this.#environment(own)), ...predefined, STACK: stack };
        const { ok, output } = await runScript(["bash", "-eo", "pipefail"], scriptOf(lines), own, env);
        const printed = new Set(output.split("\n"));
        const done = lines.filter((line) => printed.has(`$ ${line}`)).map((line) => stepName(name, line));
        ended.push({ name, ok, output, done });
      }
    return ended;
  }

  /** The variables that GitLab sets, and those of the project; a variable of the type file is the path of one. */
  async #environment({ temporary }: Place): Promise<Variables> {
    const { env, settings } = await runnerEnv();
    const file = async (name: string, content: string): Promise<string> => {
      await writeFile(path.join(temporary, name), content, { mode: 0o600 });
      return path.join(temporary, name);
    };
    return {
      ...env,
      CI: "true",
      GITLAB_CI: "true",
      CI_API_V4_URL: this.#site.api.url,
      GITLAB_TOKEN: "token",
      OS_CLIENT_CONFIG_FILE: await file("clouds.yaml", settings.cloudsYaml),
      KUBECONFIG: await file("kubeconfig", settings.kubeconfig),
      PULUMI_BACKEND_URL: settings.backendUrl,
      PULUMI_CONFIG_PASSPHRASE: settings.passphrase,
    };
  }
}
