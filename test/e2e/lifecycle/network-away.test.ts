/** @nightly @shared a worker of a pool of its own, and a network namespace for its engine */

import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import type { V1Pod } from "@kubernetes/client-node";
import { setTimeout as sleep } from "node:timers/promises";
import { Cleanup } from "../support/cleanup.ts";
import * as kube from "../support/cluster/cluster.ts";
import * as work from "../support/cluster/workloads.ts";
import { during } from "../support/during.ts";
import { makeEngineNetwork, plugEngine, throughEngineNetwork } from "../support/engine/engine-network.ts";
import { OwnPool } from "../support/own-pool.ts";
import { Project, type Run, succeeded } from "../support/project.ts";

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

  async function takeNetworkAway(): Promise<void> {
    await plugEngine(false);
    await sleep(away * 1000);
    await plugEngine(true);
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
    succeeded(await during(project.start("up"), /OpenShiftNode .* boot: /, takeNetworkAway));
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
      run = await during(project.start("destroy"), /OpenShiftNode .* drain: /, takeNetworkAway);
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
