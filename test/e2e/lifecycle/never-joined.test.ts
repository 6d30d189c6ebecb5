/** @shared three workers of a pool of its own, one of whose machines hangs once it is known which one it is */

import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import type { V1Pod } from "@kubernetes/client-node";
import { clearFault, type Machine } from "../../lab/metal/faults.ts";
import { serverOf } from "../support/cloud/servers.ts";
import * as kube from "../support/cluster/cluster.ts";
import * as work from "../support/cluster/workloads.ts";
import { hangBeforeBoot } from "../support/machines/faults.ts";
import { OwnPool } from "../support/own-pool.ts";
import { Project, type Run, succeeded } from "../support/project.ts";
import { meanwhile, until } from "../support/wait.ts";

const own = new OwnPool("unjoined");
const joined = [0, 1].map(own.worker);
const stuck = own.worker(2);
const app = "unjoined-web";

describe("GIVEN a pool of which the first up has joined two workers, and one never", () => {
  let project: Project;
  let machine: Machine | undefined;
  let run: Run;

  beforeAll(async () => {
    const pool = { name: own.name, replicas: 3, timeouts: { boot: "30s" } };
    project = await Project.withPool("never-joined", pool);
    await work.remove([app]);
    run = await meanwhile(project.up(), async () => {
      machine = await hangBeforeBoot(await until("the server", () => serverOf(stuck)));
    });
    await work.replicaSet(app, { only: joined, rather: own.worker(0) }, 3);
    await work.running(own.worker(0), [app], 3);
  });
  afterAll(async () => {
    if (machine) await clearFault(machine);
    await work.remove([app]);
    await project.destroy();
  });

  test("THEN the up has failed, and the others serve", async () => {
    expect(run).toMatchObject({ ok: false });
    expect(await own.nodeNames()).toEqual(joined);
    expect(await project.storedState()).not.toContain("PoolMembership");
  });

  describe("WHEN all leave at once", () => {
    let record: kube.Recording<V1Pod>;
    let output = "";
    beforeAll(async () => {
      record = await kube.recordPods(app);
      const destroyed = await project.destroy();
      record.stop();
      output = succeeded(destroyed);
    });

    test("THEN no evicted pod lands on another worker that leaves", () => {
      const hosts = new Set(record.states.map(({ spec }) => spec?.nodeName).filter((node) => node !== undefined));
      expect([...hosts]).toEqual([own.worker(0)]);
      expect(record.states.some(({ spec }) => spec?.nodeName === undefined)).toBe(true);
    });

    test("THEN each of the others is cordoned with its OpenShiftNode, and drained with its NodeDrain", () => {
      for (const name of joined) {
        expect(output).toMatch(new RegExp(`OpenShiftNode ${name} .*cordon: `));
        expect(output).not.toMatch(new RegExp(`OpenShiftNode ${name} .*drain: `));
        expect(output).toMatch(new RegExp(`NodeDrain ${name} .*drain: `));
      }
    });

    test("THEN nothing is left", async () => {
      expect(await own.leftovers()).toEqual([]);
    });
  });
});
