/** @shared a worker of a pool of its own */

import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { cluster as lab, openstack } from "../../lab/settings.ts";
import * as kube from "../support/cluster/cluster.ts";
import { attachByHand, type HandMade } from "../support/machines/by-hand.ts";
import { bootOf } from "../support/machines/faults.ts";
import { OwnPool } from "../support/own-pool.ts";
import { type Config, Project, succeeded } from "../support/project.ts";

const own = new OwnPool("hand");
const name = own.worker(0);

describe("GIVEN a worker that was attached by hand", () => {
  let project: Project;
  let handMade: HandMade;
  let uid: string | undefined;
  let boot: number | undefined;

  const configure = async (pool: Config): Promise<void> =>
    project.configure({ pools: await project.pools({ name: own.name, ...pool }) });

  beforeAll(async () => {
    project = await Project.create("import");
    const { flavor, image } = openstack;
    const owner = "organization/openstack-baremetal-compute/import";
    handMade = await attachByHand(name, { openshiftClusterID: lab.infraId, owner, pool: own.name, flavor, image });
    uid = (await kube.node(name))?.metadata?.uid;
    boot = await bootOf(handMade.serverId);
  });
  afterAll(async () => {
    await project.destroy();
  });

  describe("WHEN its server names the stack as its owner, and the config has the worker", () => {
    let preview = "";
    beforeAll(async () => {
      await configure({ replicas: 1 });
      preview = succeeded(await project.preview());
      succeeded(await project.up());
    });

    test("THEN the preview says that server and port are taken over, and replaces nothing", () => {
      expect(preview).toContain(`${name}: taken over (server ${name} (id ${handMade.serverId})`);
      expect(preview).toContain(`port ${name}-port-0 (id ${handMade.portId})`);
      expect(preview).not.toMatch(/replace/);
    });

    test("THEN Node, server and port are the same, and the machine has run all the time", async () => {
      expect((await kube.node(name))?.metadata?.uid).toBe(uid);
      expect(await bootOf(handMade.serverId)).toBe(boot);
      expect((await own.servers()).map(({ id }) => id)).toEqual([handMade.serverId]);
      expect((await own.ports()).map(({ id }) => id)).toEqual([handMade.portId]);
    });

    test("THEN another up changes nothing", async () => {
      succeeded(await project.up("--expect-no-changes"));
    });
  });

  describe("WHEN the pool is given a label", () => {
    beforeAll(async () => {
      await configure({ replicas: 1, labels: { rack: "r1" } });
      succeeded(await project.up());
    });

    test("THEN the Node has it", async () => {
      expect((await kube.node(name))?.metadata?.labels).toMatchObject({ rack: "r1" });
    });

    test("THEN Node, server and port are the same, and the machine has run all the time", async () => {
      expect((await kube.node(name))?.metadata?.uid).toBe(uid);
      expect(await bootOf(handMade.serverId)).toBe(boot);
      expect((await own.servers()).map(({ id }) => id)).toEqual([handMade.serverId]);
      expect((await own.ports()).map(({ id }) => id)).toEqual([handMade.portId]);
    });

    test("THEN another up changes nothing", async () => {
      succeeded(await project.up("--expect-no-changes"));
    });
  });

  test("WHEN destroyed THEN it is detached, and nothing is left", async () => {
    succeeded(await project.destroy());
    expect(await own.leftovers()).toEqual([]);
  });
});
