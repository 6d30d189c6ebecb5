import { cp, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { repo, stateDir } from "../../../lab/settings.ts";
import type { Project } from "../project.ts";
import { GitHub } from "./github.ts";
import { GitLab } from "./gitlab.ts";
import { PlatformApi } from "./platform-api.ts";
import { Repository } from "./repository.ts";

/** A team's repository, whose clone is the project's folder, and both platforms that watch it. */
export interface Team {
  readonly repository: Repository;
  readonly api: PlatformApi;
  readonly github: GitHub;
  readonly gitlab: GitLab;
}

const pipelines = [".github", ".gitignore", "policy", "package-lock.json"];

/** The files of the pipelines as docs/teams.md says, beside those that the project has. */
export async function teamOf({ folder, stack }: Project): Promise<Team> {
  for (const part of pipelines) await cp(path.join(repo, part), path.join(folder, part), { recursive: true });
  const gitlab = await readFile(path.join(repo, "examples/gitlab/.gitlab-ci.yml"), "utf8");
  await writeFile(path.join(folder, ".gitlab-ci.yml"), gitlab.replace("[staging, production]", `[${stack}]`));
  // the lab's virtual machines are built and deleted within five minutes
  const policy = { "server-timeouts": { minimumCreate: 5, minimumDelete: 5 } };
  await writeFile(path.join(folder, "stacks/policy.json"), JSON.stringify(policy));

  const place = path.join(stateDir, "e2e", `${stack}-platform`);
  await rm(place, { recursive: true, force: true });
  await mkdir(place, { recursive: true });
  const repository = await Repository.create(path.join(place, "machines.git"), folder);
  const api = await PlatformApi.start();
  const site = { repository, api, stack, folder: path.join(place, "jobs") };
  return { repository, api, github: new GitHub(site), gitlab: new GitLab(site) };
}
