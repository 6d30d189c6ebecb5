/** @nightly @shared a worker of a pool of its own, and addresses of the API server for its engine alone */

import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import type { V1Pod } from "@kubernetes/client-node";
import { MovingEndpoint } from "../support/access/moving-endpoint.ts";
import { Cleanup } from "../support/cleanup.ts";
import * as kube from "../support/cluster/cluster.ts";
import * as work from "../support/cluster/workloads.ts";
import { during } from "../support/during.ts";
import { OwnPool } from "../support/own-pool.ts";
import { Project, type Run, succeeded } from "../support/project.ts";

const own = new OwnPool("roving");
const worker = own.worker(0);
const guest = "roving-guest";

describe("GIVEN a name of the API server whose address changes", () => {
  const cleanup = new Cleanup();
  let endpoint: MovingEndpoint;
  let project: Project;
  /** connections to the former address when it was left */
  let left = 0;

  beforeAll(async () => {
    endpoint = await MovingEndpoint.start(cleanup);
    const env = await endpoint.kubeconfig(await cleanup.folder("moved"));
    // a watch whose server is silent is given up after 90 s
    const timeouts = { boot: "4m", servingCsr: "150s" };
    const pool = { name: own.name, replicas: 1, timeouts, drain: { timeout: "3m" } };
    project = await Project.withPool("moved-api-server", pool, {}, env);
    cleanup.push(() => project.destroy());
    project.through = endpoint.through;
  });
  afterAll(cleanup.run);

  describe("WHEN that is while a machine boots, and the former address is silent", () => {
    let run: Run;
    beforeAll(async () => {
      run = await during(project.start("up"), /OpenShiftNode .* boot: /, async () => {
        left = await endpoint.move("silent");
      });
    });

    test("THEN the same up ends with a worker that serves", async () => {
      succeeded(run);
      expect(kube.isReady(await kube.node(worker))).toBe(true);
    });

    test("THEN it has gone on at the new address", () => {
      expect(left).toBeGreaterThan(0);
      expect(endpoint.connections).toBeGreaterThan(0);
    });
  });

  describe("WHEN that is while its Node is drained, and the connections to the former address are reset", () => {
    let record: kube.Recording<V1Pod>;
    let run: Run;
    beforeAll(async () => {
      await work.replicaSet(guest, { only: [worker], ending: 5 });
      cleanup.push(() => work.remove([guest]));
      await work.running(worker, [guest]);
      record = await kube.recordPods(guest);
      cleanup.push(() => record.stop());
      run = await during(project.start("destroy"), /OpenShiftNode .* drain: /, async () => {
        left = await endpoint.move("reset");
      });
    });

    test("THEN the same destroy ends, and nothing is left", async () => {
      succeeded(run);
      expect(await own.leftovers()).toEqual([]);
    });

    test("THEN it has gone on at the new address", () => {
      expect(left).toBeGreaterThan(0);
      expect(endpoint.connections).toBeGreaterThan(0);
    });

    test("THEN the pod was evicted by the eviction API", () => {
      expect(work.endsOf(record, worker).map(({ evicted }) => evicted)).toEqual([true]);
    });
  });
});
