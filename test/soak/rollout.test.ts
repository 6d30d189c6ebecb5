import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { setTimeout as sleep } from "node:timers/promises";
import { Cleanup } from "../e2e/support/cleanup.ts";
import { serverOf } from "../e2e/support/cloud/servers.ts";
import * as kube from "../e2e/support/cluster/cluster.ts";
import * as work from "../e2e/support/cluster/workloads.ts";
import { hangBeforeBoot } from "../e2e/support/machines/faults.ts";
import { OwnPool } from "../e2e/support/own-pool.ts";
import { type Config, Project, type Run, succeeded } from "../e2e/support/project.ts";
import { meanwhile, until } from "../e2e/support/wait.ts";
import { clearFault, type Machine } from "../lab/metal/faults.ts";
import { openstack } from "../lab/settings.ts";

const own = new OwnPool("four");
const names = [0, 1, 2, 3].map(own.worker);
const [first = "", second = ""] = names;
const app = "four-guest";
const minAvailable = 3;

/** ms between two looks at Nodes and pods */
const interval = 500;

const images = [openstack.nextImage, openstack.image];

const serving = async (): Promise<string[]> =>
  (await kube.core.listNode()).items
    .filter((node) => kube.isReady(node) && node.spec?.unschedulable !== true)
    .flatMap(({ metadata }) => names.filter((name) => name === metadata?.name));

/** As a disruption budget counts them: Ready, and not about to end. */
const available = async (): Promise<number> =>
  (await kube.podsOf(app)).filter(
    ({ metadata, status }) =>
      metadata?.deletionTimestamp === undefined &&
      status?.conditions?.some(({ type, status: is }) => type === "Ready" && is === "True") === true,
  ).length;

interface Watched {
  readonly run: Run;
  /** how many served, and how many pods were available, when the fewest did */
  readonly nodes: number;
  readonly pods: number;
  readonly looks: number;
}

async function watched(running: Promise<Run>): Promise<Watched> {
  const looks: { readonly nodes: number; readonly pods: number }[] = [];
  const ended = new AbortController();
  const over = running.finally(() => ended.abort());
  const run = await meanwhile(over, async () => {
    while (!ended.signal.aborted) {
      const [nodes, pods] = await Promise.all([serving(), available()]);
      looks.push({ nodes: nodes.length, pods });
      await sleep(interval);
    }
  });
  const fewest = (key: "nodes" | "pods"): number => Math.min(...looks.map((look) => look[key]));
  return { run, nodes: fewest("nodes"), pods: fewest("pods"), looks: looks.length };
}

describe(`GIVEN a pool of four whose pods may lose one of four, looked at every ${interval} ms`, () => {
  const cleanup = new Cleanup();
  let project: Project;
  const configure = async (change: Config): Promise<void> =>
    project.configure({ pools: await project.pools({ name: own.name, replicas: names.length, ...change }) });

  beforeAll(async () => {
    project = await Project.create("four");
    cleanup.push(() => project.destroy());
    await configure({});
    succeeded(await project.up());
    await work.replicaSet(app, { only: names }, names.length);
    cleanup.push(() => work.remove([app]));
    await until("four pods", async () => ((await available()) === names.length ? true : undefined));
    await work.budget(app, minAvailable);
  });
  afterAll(cleanup.run);

  describe.each([1, 2, 64])("WHEN it is rolled two at a time with --parallel %i", (parallel) => {
    let before: ReadonlyMap<string, string>;
    let result: Watched;
    beforeAll(async () => {
      before = await own.serverIds();
      const image = images[Math.log2(parallel) % 2];
      await configure({ image, rollout: { maxUnavailable: 2 } });
      result = await watched(project.up("--parallel", String(parallel)));
    });

    test("THEN up ends, each worker has another server, and all serve", async () => {
      succeeded(result.run);
      const after = await own.serverIds();
      expect(names.filter((name) => after.get(name) === before.get(name))).toEqual([]);
      expect((await serving()).toSorted()).toEqual(names);
    });

    test("THEN never fewer than two workers served, nor three pods", () => {
      expect(result.looks).toBeGreaterThan(20);
      expect(result.nodes).toBeGreaterThanOrEqual(2);
      expect(result.pods).toBeGreaterThanOrEqual(minAvailable);
    });
  });

  describe("WHEN the second worker of a roll does not come back", () => {
    let machine: Machine | undefined;
    let before: ReadonlyMap<string, string>;
    let result: Watched;
    beforeAll(async () => {
      before = await own.serverIds();
      await configure({ image: images[1], rollout: { maxUnavailable: 1 }, timeouts: { boot: "45s" } });
      result = await watched(
        meanwhile(project.up(), async () => {
          const server = await until(
            "the second worker's new server",
            async () => {
              const id = await serverOf(second);
              return id === before.get(second) ? undefined : id;
            },
            300,
          );
          machine = await hangBeforeBoot(server);
        }),
      );
    });
    afterAll(async () => {
      if (machine) await clearFault(machine);
    });

    test("THEN up fails, and says what is done, what failed and what is untouched", () => {
      const { ok, output } = result.run;
      expect(ok).toBe(false);
      expect(output).toContain(second);
      expect(output).toMatch(/1 of 4 workers are in place/);
    });

    test("THEN the third and the fourth keep their servers, and three serve", async () => {
      const after = await own.serverIds();
      for (const name of names.slice(2)) expect(after.get(name)).toBe(before.get(name));
      expect(after.get(first)).not.toBe(before.get(first));
      expect((await serving()).toSorted()).toEqual(names.filter((name) => name !== second));
      expect(result.pods).toBeGreaterThanOrEqual(minAvailable);
    });

    test("THEN the same command goes on once the machine works", async () => {
      if (machine) await clearFault(machine);
      machine = undefined;
      succeeded(await project.up("--replace", `**:Instance::${second}`));
      expect((await serving()).toSorted()).toEqual(names);
      const after = await own.serverIds();
      expect(names.filter((name) => after.get(name) === before.get(name))).toEqual([]);
    });
  });
});
