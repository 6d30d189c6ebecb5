/** @nightly Alone on the lab: a pool on all of its machines, which take long to be cleaned. */

import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { workerName } from "../../../components/ports/names.ts";
import { leftovers } from "../../lab/leftovers.ts";
import { cluster as lab, machines, openstack } from "../../lab/settings.ts";
import { Cleanup } from "../support/cleanup.ts";
import { serverIds } from "../support/cloud/servers.ts";
import * as kube from "../support/cluster/cluster.ts";
import * as ironic from "../support/machines/ironic.ts";
import { resetLatencies, setLatencies } from "../support/machines/latencies.ts";
import { type Config, Project, type Run, succeeded } from "../support/project.ts";
import { until } from "../support/wait.ts";

/** Seconds that Ironic cleans a machine; Nova's services know of it 10 seconds later at most. */
const cleaning = 20;
const count = machines.length;
const names = Array.from({ length: count }, (_, i) => workerName(lab.infraId, "scrub", i)).toSorted();
/** may read Ironic's nodes and Placement */
const inventory = "lab-admin";

describe("GIVEN a pool on all machines of the lab, which take long to be cleaned", () => {
  const cleanup = new Cleanup();
  let project: Project;

  const configure = async (pool: Config, config: Config = {}): Promise<void> =>
    project.configure({ ...config, pools: await project.pools({ name: "scrub", replicas: count, ...pool }) });

  /** All workers serve, each with another server than before. */
  async function expectOthers(before: ReadonlyMap<string, string>): Promise<void> {
    const after = await serverIds();
    expect([...after.keys()].toSorted()).toEqual(names);
    for (const name of names) {
      expect(after.get(name)).not.toBe(before.get(name));
      expect(kube.isReady(await kube.node(name))).toBe(true);
    }
  }

  beforeAll(async () => {
    project = await Project.create("free-host");
    cleanup.push(async () => {
      for (const machine of machines) await ironic.inState(machine, "available", 120);
    });
    cleanup.push(resetLatencies);
    cleanup.push(() => project.destroy());
    await configure({}, { inventory });
    succeeded(await project.up());
    await setLatencies({ clean: cleaning });
  });
  afterAll(cleanup.run);

  test("WHEN one more worker is wanted THEN preflight refuses it, with the hosts by state", async () => {
    await configure({ replicas: count + 1 }, { inventory });
    const { code, output } = await project.preflight();
    expect(code).toBe(1);
    expect(output).toMatch(new RegExp(`creates 1 server of class \\S+, but only 0 of ${count} hosts are or come free`));
    expect(output).toMatch(new RegExp(`hosts of class \\S+: 0 available, ${count} in use \\(Ironic and Placement\\)`));
  });

  describe("WHEN the image is edited, and an inventory shows the hosts", () => {
    let before: ReadonlyMap<string, string>;
    let output: string;
    beforeAll(async () => {
      before = await serverIds();
      const rollout = { maxUnavailable: Math.ceil(count / 2) };
      await configure({ image: openstack.nextImage, rollout, timeouts: { host: "3m" } }, { inventory });
      output = succeeded(await project.up());
    });

    test("THEN workers wait for hosts to be cleaned, and say for what and how long", () => {
      const says =
        /scrub-\d+ waits for a host of class \S+ to be free, for at most 3m \(pools\[scrub\]\.timeouts\.host\)/;
      expect(output).toMatch(says);
    });

    test("THEN all are replaced, and no server has failed", async () => {
      await expectOthers(before);
    });
  });

  describe("WHEN the image is edited, nobody shows the hosts, and up is killed while the first worker waits", () => {
    const pool = { cleaningAllowance: "60s" };
    let before: ReadonlyMap<string, string>;
    let left: ReadonlyMap<string, string>;
    let next: Run;
    beforeAll(async () => {
      before = await serverIds();
      await configure({ ...pool, rollout: { maxUnavailable: 1 } });
      const running = project.start("up");
      const isWaiting = (): true | undefined => running.output().includes("waits for a free host: for ") || undefined;
      await until("the wait", () => Promise.resolve(isWaiting()), 180);
      await running.kill();
      left = await serverIds();
      succeeded(await project.pulumi("cancel", "--yes"));
      await configure({ ...pool, rollout: { maxUnavailable: count } });
      next = await project.up();
    });

    test("THEN the first worker has no server, and the others have theirs", () => {
      expect(left.size).toBe(count - 1);
      for (const [name, id] of left) expect(before.get(name)).toBe(id);
    });

    test("THEN the next up waits for what is left of the time since its server was deleted", () => {
      const [gone = ""] = names.filter((name) => !left.has(name));
      const waits = succeeded(next)
        .split("\n")
        .filter((line) => line.includes(`${gone} waits for a free host`));
      // not for the whole minute
      expect(waits.join("\n")).toMatch(/ waits for a free host: for \d+s, /);
    });

    test("THEN all are replaced", async () => {
      await expectOthers(before);
    });
  });

  describe("WHEN all are detached", () => {
    beforeAll(async () => {
      // longer than the rest of the command takes
      await setLatencies({ clean: 3 * cleaning });
      succeeded(await project.destroy());
    });

    test("THEN status tells that the hosts are cleaned, and nothing else is left", async () => {
      await configure({ replicas: 0 }, { inventory });
      const { output } = await project.status();
      expect(output).toMatch(/hosts of class \S+: \d+ available, \d+ cleaning/);
      expect(await leftovers()).toEqual([]);
    });
  });
});
