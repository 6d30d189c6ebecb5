/** @shared a worker of a pool of its own */

import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { annotations } from "../../../components/kubernetes/types.ts";
import { Cleanup } from "../support/cleanup.ts";
import * as kube from "../support/cluster/cluster.ts";
import { OwnPool } from "../support/own-pool.ts";
import { Project, type Run, succeeded } from "../support/project.ts";
import { editStackFile } from "../support/stack/stack-file.ts";

const own = new OwnPool("moved");
const name = own.worker(0);
const ownerOf = (stack: string): string => `organization/openstack-baremetal-compute/${stack}`;
const [former, now] = [ownerOf("before-rename"), ownerOf("after-rename")];

describe("GIVEN a stack of one worker that is renamed", () => {
  const cleanup = new Cleanup();
  let project: Project;
  let before: readonly unknown[] = [];

  const identities = async (): Promise<readonly unknown[]> => [
    (await own.servers()).map(({ id }) => id),
    (await own.ports()).map(({ id }) => id),
    await own.containers(),
    (await kube.node(name))?.metadata?.uid,
  ];

  beforeAll(async () => {
    project = await Project.withPool("before-rename", { name: own.name, replicas: 1 });
    cleanup.push(() => project.destroy());
    succeeded(await project.up());
    before = await identities();
    project = await project.renamed("after-rename");
  });
  afterAll(cleanup.run);

  describe("WHEN up runs without the former name", () => {
    let run: Run;
    beforeAll(async () => {
      run = await project.up();
    });

    test("THEN it is refused, says what to list, and not that the server may be deleted", () => {
      expect(run.ok).toBe(false);
      expect(run.output).toContain(`formerOwners: [${former}]`);
      expect(run.output).not.toContain("openstack server delete");
    });
  });

  describe("WHEN the former name is listed", () => {
    let output = "";
    beforeAll(async () => {
      await editStackFile(project, () => ({ formerOwners: [former] }));
      output = succeeded(await project.up());
    });

    test("THEN up replaces nothing: server, port, container and Node are the same", async () => {
      expect(output).not.toMatch(/replace/);
      expect(await identities()).toEqual(before);
    });

    test("THEN server and Node carry the new name", async () => {
      const [server] = await own.servers();
      expect(server?.metadata).toMatchObject({ owner: now });
      expect((await kube.node(name))?.metadata?.annotations).toMatchObject({ [annotations.owner]: now });
    });

    test("THEN nothing changes any more, and four resources forget the former name when it is removed", async () => {
      succeeded(await project.preview("--expect-no-changes"));
      await editStackFile(project, () => ({ formerOwners: [] }));
      const update = succeeded(await project.up());
      expect(update).toMatch(/~ 4 updated/);
      expect(update).not.toMatch(/replace/);
      expect(await identities()).toEqual(before);
    });
  });

  test("WHEN destroyed THEN nothing is left", async () => {
    succeeded(await project.destroy());
    expect(await own.leftovers()).toEqual([]);
  });
});
