/** @shared a worker of a pool of its own */

import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { PatchStrategy, setHeaderOptions } from "@kubernetes/client-node";
import { openstack } from "../../lab/settings.ts";
import { Cleanup } from "../support/cleanup.ts";
import { core, isReady, node } from "../support/cluster/cluster.ts";
import { OwnPool } from "../support/own-pool.ts";
import type { PullRequest } from "../support/pipeline/repository.ts";
import type { Job } from "../support/pipeline/runner.ts";
import { type Team, teamOf } from "../support/pipeline/team.ts";
import { type Config, Project, succeeded } from "../support/project.ts";

/**
 * The jobs run as their files have them, in a checkout of the commit: .github/workflows and examples/gitlab. What stands in for
 * the steps that need a platform or a registry is listed in support/pipeline/stand-ins.ts; the platforms' API is
 * support/pipeline/platform-api.ts.
 */

const own = new OwnPool("pipelined");
const name = own.worker(0);
const label = "example.test/pipeline";

describe("GIVEN a team's stack in a bare Git repository, with the pipelines of GitHub and GitLab", () => {
  const cleanup = new Cleanup();
  const done = new Set<string>();
  let project: Project;
  let team: Team;
  let worker: Config = { replicas: 0, labels: { [label]: "a" } };

  const configure = async (pool: Config): Promise<void> => {
    worker = { ...worker, ...pool };
    await project.configure({ pools: await project.pools({ name: own.name, ...worker }) });
  };
  const open = (branch: string, pool: Config): Promise<PullRequest> =>
    team.repository.open(branch, () => configure(pool));
  /** A branch that is never merged. */
  const tried = async (branch: string, pool: Config): Promise<PullRequest> => {
    const before = worker;
    const request = await open(branch, pool);
    worker = before;
    return request;
  };
  /** The one job that an event starts. */
  async function only(jobs: Promise<readonly Job[]>, expected: string): Promise<Job> {
    const ended = await jobs;
    expect(ended.map((job) => job.name)).toEqual([expected]);
    const [job] = ended as [Job];
    for (const step of job.done) done.add(step);
    return job;
  }
  const comment = (request: PullRequest): string => team.api.commentsOn(request).join("\n---\n");

  beforeAll(async () => {
    project = await Project.create("pipeline");
    cleanup.push(async () => succeeded(await project.destroy()));
    await configure({});
    team = await teamOf(project);
    cleanup.push(team.api.stop);
  });
  afterAll(cleanup.run);

  describe("WHEN a pull request raises replicas", () => {
    let request: PullRequest;
    let preview: Job;
    beforeAll(async () => {
      request = await open("attach", { replicas: 1 });
      preview = await only(team.github.pullRequest(request), "preview");
    });

    test("THEN its comment says that the worker is to be attached, no review is demanded, and nothing is attached", async () => {
      expect(comment(request)).toContain(`| \`${name}\` | attached |  |`);
      expect(comment(request)).not.toContain("Needs a review");
      expect(preview).toMatchObject({ ok: true });
      expect(await own.serverNames()).toEqual([]);
    });

    test("AND it is merged THEN the worker is attached, its Node is Ready, and nothing is left to do", async () => {
      const up = await only(team.github.push(await team.repository.merge(request)), "up");
      expect(up).toMatchObject({ ok: true });
      expect(isReady(await node(name))).toBe(true);
    });
  });

  describe("WHEN the worker is attached", () => {
    test("AND nobody changes anything THEN the night finds no drift, and opens no issue", async () => {
      const drift = await only(team.github.schedule(), "drift");
      expect(drift.output).toContain("The doctor has no findings.");
      expect([drift.ok, team.api.issues]).toEqual([true, []]);
    });

    test("AND a pull request edits its image THEN it is replaced because of that, which needs a review", async () => {
      const request = await tried("image", { image: openstack.nextImage });
      const { ok, output } = await only(team.github.pullRequest(request), "preview");
      expect(comment(request)).toMatch(new RegExp(`\\| \`${name}\` \\| replaced \\| .*\`Instance: metadata`));
      expect(comment(request)).toContain("**Needs a review:**");
      expect(output).toContain("nobody has approved this commit");
      expect(ok).toBe(false);
    });

    test("AND a pull request has an error THEN the comment has it, and the job fails", async () => {
      const request = await tried("mistake", { image: "no-such-image" });
      const { ok } = await only(team.github.pullRequest(request), "preview");
      expect(comment(request)).toContain("**The preview failed:**");
      expect(comment(request)).toContain('no active image named "no-such-image"');
      expect(ok).toBe(false);
    });

    test("AND somebody changes its Node by hand THEN that is drift, with an issue", async () => {
      const body = { metadata: { labels: { [label]: "b" } } };
      await core.patchNode({ name, body }, setHeaderOptions("Content-Type", PatchStrategy.MergePatch));
      const drift = await only(team.gitlab.schedule(), "drift");
      expect(drift.output).toContain("**The state differs from cluster or cloud.**");
      expect(team.api.issues).toMatchObject([{ title: "Drift in stack pipeline" }]);
      expect(drift.ok).toBe(false);
    });
  });

  test("WHEN a merge request edits a label THEN GitLab's jobs comment that, and the merge changes it in place", async () => {
    const request = await open("label", { labels: { [label]: "c" } });
    expect(await only(team.gitlab.mergeRequest(request), "preview")).toMatchObject({ ok: true });
    expect(comment(request)).toContain(`| \`${name}\` | updated in place |`);
    const up = await only(team.gitlab.push(await team.repository.merge(request)), "up");
    expect(up).toMatchObject({ ok: true });
    expect((await node(name))?.metadata?.labels).toMatchObject({ [label]: "c" });
  });

  describe("WHEN a pull request lowers replicas", () => {
    let request: PullRequest;
    let preview: Job;
    beforeAll(async () => {
      request = await open("detach", { replicas: 0 });
      preview = await only(team.github.pullRequest(request), "preview");
    });

    test("THEN its comment says that the worker is to be detached, and the job fails until somebody approves", () => {
      expect(comment(request)).toContain(`| \`${name}\` | detached |  |`);
      expect(comment(request)).toContain("**Needs a review:**");
      expect(preview.ok).toBe(false);
    });

    test("AND it is approved THEN the job passes, with the same comment", async () => {
      team.api.approve(request);
      const again = await only(team.github.pullRequest(request), "preview");
      expect(again.output).toContain("this commit is approved");
      expect([again.ok, team.api.commentsOn(request).length]).toEqual([true, 1]);
    });

    test("AND it is merged THEN server and Node are gone", async () => {
      const up = await only(team.github.push(await team.repository.merge(request)), "up");
      expect(up).toMatchObject({ ok: true });
      expect([await own.serverNames(), await own.nodeNames()]).toEqual([[], []]);
    });
  });

  test("WHEN all is done THEN no step of a pipeline was left out", async () => {
    const commit = await team.repository.main();
    const all = [...(await team.github.steps(commit)), ...(await team.gitlab.steps(commit))];
    expect([...new Set(all)].toSorted()).toEqual([...done].toSorted());
  });
});
