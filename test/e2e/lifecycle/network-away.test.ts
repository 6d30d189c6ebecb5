/** @nightly @shared a worker of a pool of its own, and a network namespace for its engine */

import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import type { V1Pod } from "@kubernetes/client-node";
import { setTimeout as sleep } from "node:timers/promises";
import { Cleanup } from "../support/cleanup.ts";
import * as kube from "../support/cluster/cluster.ts";
import * as work from "../support/cluster/workloads.ts";
import { makeEngineNetwork, plugEngine, throughEngineNetwork } from "../support/engine/engine-network.ts";
import { OwnPool } from "../support/own-pool.ts";
import { Project, type Run, succeeded } from "../support/project.ts";
import { meanwhile, until } from "../support/wait.ts";

const own = new OwnPool("away");
const worker = own.worker(0);
const guest = "away-guest";

/** s without network; ten minutes by NETWORK_AWAY=600. */
const away = Number(process.env["NETWORK_AWAY"] ?? 60);
const bound = `${away + 180}s`;
/** covers the drain's */
const deleteBound = `${away + 360}s`;

describe(`GIVEN an engine that is without network for ${away} s (NETWORK_AWAY) in the middle of its command`, () => {
  const cleanup = new Cleanup();
  let project: Project;

  /** Runs a command, and takes its network away while this is so. */
  async function cutDuring(command: "up" | "destroy", what: string, isSo: (printed: string) => boolean): Promise<Run> {
    const running = project.start(command);
    const early = running.ended.then(({ output }) =>
      Promise.reject(new Error(`${command} was over before ${what}:\n${output}`)),
    );
    early.catch(() => undefined); // the command may end after it
    return meanwhile(running.ended, async () => {
      const reached = until(what, () => Promise.resolve(isSo(running.output()) || undefined), 180);
      await Promise.race([reached, early]);
      await plugEngine(false);
      await sleep(away * 1000);
      await plugEngine(true);
    });
  }

  beforeAll(async () => {
    const env = await makeEngineNetwork(cleanup);
    const pool = {
      name: own.name,
      replicas: 1,
      timeouts: { boot: bound, delete: deleteBound },
      drain: { timeout: bound },
    };
    project = await Project.withPool("network-away", pool, {}, env);
    cleanup.push(() => project.destroy());
    project.through = throughEngineNetwork;
  });
  afterAll(cleanup.run);

  test("WHEN that is while the machine boots THEN the same up ends with a worker that serves", async () => {
    succeeded(await cutDuring("up", "the boot", (printed) => /OpenShiftNode .* boot: /.test(printed)));
    expect(kube.isReady(await kube.node(worker))).toBe(true);
  });

  describe("WHEN that is while its Node is drained", () => {
    let record: kube.Recording<V1Pod>;
    let run: Run;
    beforeAll(async () => {
      await work.replicaSet(guest, { only: [worker], ending: 5 });
      cleanup.push(() => work.remove([guest]));
      await work.running(worker, [guest]);
      record = await kube.recordPods(guest);
      cleanup.push(() => record.stop());
      run = await cutDuring("destroy", "the drain", (printed) => /OpenShiftNode .* drain: /.test(printed));
    });

    test("THEN the same destroy ends, and nothing is left", async () => {
      succeeded(run);
      expect(await own.leftovers()).toEqual([]);
    });

    test("THEN the pod was evicted by the eviction API", () => {
      expect(work.endsOf(record, worker).map(({ evicted }) => evicted)).toEqual([true]);
    });
  });
});
