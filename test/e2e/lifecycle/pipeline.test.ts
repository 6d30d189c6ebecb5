/** @shared a worker of a pool of its own */

import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { PatchStrategy, setHeaderOptions } from "@kubernetes/client-node";
import { openstack } from "../../lab/settings.ts";
import { core } from "../support/cluster/cluster.ts";
import { OwnPool } from "../support/own-pool.ts";
import { type Config, type Preflight, Project, succeeded } from "../support/project.ts";

const own = new OwnPool("pipelined");
const name = own.worker(0);

describe("GIVEN a stack whose changes are reviewed by a pipeline", () => {
  let project: Project;
  const configure = async (pool: Config): Promise<void> =>
    project.configure({ pools: await project.pools({ name: own.name, replicas: 1, ...pool }) });
  const review = async (): Promise<Preflight> => project.pipeline("review");

  beforeAll(async () => {
    project = await Project.create("pipeline");
    await configure({});
  });
  afterAll(() => project.destroy());

  test("WHEN a worker is to be attached THEN the table says so, and no review is demanded", async () => {
    const { code, output } = await review();
    expect(output).toContain(`| \`${name}\` | attached |  |`);
    expect(output).not.toContain("Needs a review");
    expect(code).toBe(0);
  });

  describe("WHEN it is attached", () => {
    beforeAll(async () => {
      succeeded(await project.up());
    });

    test("THEN nothing is planned, and there is no drift", async () => {
      expect((await review()).output).toContain("No changes.");
      const { code, output } = await project.pipeline("drift");
      expect(output).toContain("The doctor has no findings.");
      expect(code).toBe(0);
    });

    test("AND its image is edited THEN it is replaced because of that, which needs a review", async () => {
      await configure({ image: openstack.nextImage });
      const { output } = await review();
      await configure({});
      expect(output).toMatch(new RegExp(`\\| \`${name}\` \\| replaced \\| .*\`Instance: metadata`));
      expect(output).toContain("**Needs a review:**");
    });

    test("AND it leaves the config THEN it is detached, which needs a review", async () => {
      await configure({ replicas: 0 });
      const { output } = await review();
      await configure({});
      expect(output).toContain(`| \`${name}\` | detached |  |`);
      expect(output).toContain("**Needs a review:**");
    });

    test("AND its config is wrong THEN the review has the error, and fails", async () => {
      await configure({ image: "no-such-image" });
      const { code, output } = await review();
      await configure({});
      expect(output).toContain("**The preview failed:**");
      expect(output).toContain('no active image named "no-such-image"');
      expect(code).toBe(1);
    });

    test("AND somebody changes its Node by hand THEN that is drift", async () => {
      await configure({ labels: { "example.test/pipeline": "a" } });
      succeeded(await project.up());
      const body = { metadata: { labels: { "example.test/pipeline": "b" } } };
      await core.patchNode({ name, body }, setHeaderOptions("Content-Type", PatchStrategy.MergePatch));
      const { code, output } = await project.pipeline("drift");
      expect(output).toContain("**The state differs from cluster or cloud.**");
      expect(code).toBe(1);
    });
  });
});
