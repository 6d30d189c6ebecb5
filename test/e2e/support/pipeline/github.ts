import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { type Contexts, evaluate, expand, expandAll } from "./expressions.ts";
import type { PullRequest, Push } from "./repository.ts";
import { type Job, linkPackages, type Place, place, runnerEnv, runScript, type Settings, type Site } from "./runner.ts";
import { parseWorkflow, startsOnPush, type Step, stepsOf, type Workflow } from "./workflow.ts";

const folder = ".github/workflows";
const fullName = "team/machines";

/** What happens in a repository, and what GitHub tells a job of it. */
interface Event {
  readonly name: "pull_request" | "push" | "schedule";
  readonly ref: string;
  readonly sha: string;
  readonly payload: object;
  readonly starts: (workflow: Workflow) => boolean;
}

/** A job that runs. */
interface Running {
  readonly place: Place;
  readonly event: Event;
  readonly contexts: Contexts;
  /** what each step gets; a step may add to it by GITHUB_ENV */
  readonly env: Record<string, string>;
}

/** GitHub Actions: starts the workflows of a commit, and runs their jobs step by step. */
export class GitHub {
  readonly #site: Site;

  constructor(site: Site) {
    this.#site = site;
  }

  pullRequest = ({ number, branch, head, merged }: PullRequest): Promise<Job[]> =>
    this.#start({
      name: "pull_request",
      ...merged,
      payload: {
        pull_request: {
          number,
          head: { ref: branch, sha: head, repo: { full_name: fullName } },
          base: { ref: "main" },
        },
      },
      starts: ({ on }) => on.pull_request === null,
    });

  push = ({ before, after, files }: Push): Promise<Job[]> =>
    this.#start({
      name: "push",
      ref: "refs/heads/main",
      sha: after,
      payload: { ref: "refs/heads/main", before, after },
      starts: (workflow) => startsOnPush(workflow, files),
    });

  schedule = async (): Promise<Job[]> =>
    this.#start({
      name: "schedule",
      ref: "refs/heads/main",
      sha: await this.#site.repository.main(),
      payload: {},
      starts: ({ on }) => on.schedule !== undefined,
    });

  /** The names of all steps of a commit's workflows. */
  async steps(commit: string): Promise<string[]> {
    const workflows = await this.#workflows(commit);
    const read = (file: string): Promise<string> => this.#site.repository.read(commit, file);
    const steps = await Promise.all(
      workflows.flatMap(({ name, jobs }) =>
        Object.values(jobs).map(async (job) => (await stepsOf(job.steps, read)).map((step) => stepName(name, step))),
      ),
    );
    return steps.flat();
  }

  async #workflows(commit: string): Promise<Workflow[]> {
    const { repository } = this.#site;
    const files = await repository.list(commit, folder);
    return Promise.all(files.map(async (file) => parseWorkflow(await repository.read(commit, file))));
  }

  async #start(event: Event): Promise<Job[]> {
    const { env, settings } = await runnerEnv();
    const github = { event: event.payload, repository: fullName };
    const given = { github, ...this.#variables(settings) };
    const ended: Job[] = [];
    for (const workflow of (await this.#workflows(event.sha)).filter(event.starts))
      for (const job of Object.values(workflow.jobs).filter((it) => evaluate(it.if, given) === true))
        for (const stack of evaluateList(job.strategy.matrix.stack, given)) {
          const contexts = { ...given, matrix: { stack } };
          const own = await place(this.#site);
          const all = { ...env, ...(await this.#environment(event, own)), ...expandAll(job.env, contexts) };
          ended.push(await this.#job(workflow.name, job.steps, { place: own, event, contexts, env: all }));
        }
    return ended;
  }

  #variables({ backendUrl, passphrase, cloudsYaml, kubeconfig }: Settings): Contexts {
    return {
      vars: { PULUMI_STACKS: JSON.stringify([this.#site.stack]), PULUMI_BACKEND_URL: backendUrl },
      secrets: {
        CLOUDS_YAML: cloudsYaml,
        KUBECONFIG: kubeconfig,
        PULUMI_CONFIG_PASSPHRASE: passphrase,
        GITHUB_TOKEN: "token",
      },
    };
  }

  /** The variables that GitHub sets; a command may write to the files. */
  async #environment({ name, ref, sha, payload }: Event, { workspace, temporary }: Place) {
    const file = (key: string): string => path.join(temporary, key);
    await Promise.all(["env", "output", "summary"].map((key) => writeFile(file(key), "")));
    await writeFile(file("event.json"), JSON.stringify(payload));
    return {
      CI: "true",
      GITHUB_ACTIONS: "true",
      GITHUB_API_URL: this.#site.api.url,
      GITHUB_REPOSITORY: fullName,
      GITHUB_EVENT_NAME: name,
      GITHUB_EVENT_PATH: file("event.json"),
      GITHUB_REF: ref,
      GITHUB_SHA: sha,
      GITHUB_WORKSPACE: workspace,
      GITHUB_ENV: file("env"),
      GITHUB_OUTPUT: file("output"),
      GITHUB_STEP_SUMMARY: file("summary"),
      RUNNER_TEMP: temporary,
    };
  }

  async #job(name: string, steps: Workflow["jobs"][string]["steps"], running: Running): Promise<Job> {
    const read = (file: string): Promise<string> => this.#site.repository.read(running.event.sha, file);
    const done: string[] = [];
    let ok = true;
    let output = "";
    for (const step of (await stepsOf(steps, read)).filter(({ whenFailed }) => ok || whenFailed)) {
      const ended = await this.#step(step, running);
      done.push(stepName(name, step));
      ok &&= ended.ok;
      output += `${step.name}\n${ended.output}\n`;
    }
    return { name, ok, output, done };
  }

  async #step(step: Step, { place: own, event, contexts, env }: Running): Promise<{ ok: boolean; output: string }> {
    if (step.standIn === "checkout") await this.#site.repository.checkout(event.ref, own.workspace);
    if (step.standIn === "packages") await linkPackages(own);
    if (step.standIn !== undefined) return { ok: true, output: "" };
    const inside = { ...contexts, inputs: expandAll(step.inputs, contexts) };
    const variables = { ...env, ...expandAll(step.env, inside) };
    const ended = await runScript(step.shell, expand(step.name, inside), own, variables);
    Object.assign(env, await written(String(env["GITHUB_ENV"])));
    return ended;
  }
}

const stepName = (workflow: string, { name }: Step): string => `GitHub, ${workflow}: ${name}`;

function evaluateList(text: string, contexts: Contexts): unknown[] {
  const [, expression = ""] = /^\$\{\{ (.+) \}\}$/.exec(text) ?? [];
  return evaluate(expression, contexts) as unknown[];
}

/** The variables that steps have written to GITHUB_ENV, a line each. */
async function written(file: string): Promise<Record<string, string>> {
  const lines = (await readFile(file, "utf8")).split("\n").filter((line) => line !== "");
  return Object.fromEntries(
    lines.map((line) => {
      const [, name, value] = /^(\w+)=(.*)$/.exec(line) ?? [];
      if (name === undefined || value === undefined)
        throw new Error(`GITHUB_ENV has no variable in the line "${line}"`);
      return [name, value];
    }),
  );
}
