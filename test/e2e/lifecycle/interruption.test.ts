/** @shared a worker of a pool of its own; kills what its own commands have started */

import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import type { PodEnd } from "../support/cluster/workloads.ts";
import { giveUp, type Life, live, momentNamed, moments, own } from "../support/interruption.ts";
import { Project, type Victim } from "../support/project.ts";

/** Chooses the moments; `npm run test:soak` goes through all of them. */
const seed = Number(process.env["INTERRUPTION_SEED"] ?? 15);
const some = (command: string, count: number) =>
  fc.sample(
    fc.subarray(
      moments.filter((moment) => moment.command === command),
      { minLength: count, maxLength: count },
    ),
    { seed, numRuns: 1 },
  )[0] ?? [];
const chosen = [...some("up", 2), ...some("destroy", 1)];

const lives: [how: string, victim: Victim, killAt: typeof moments][] = [
  ["killed in the middle", "command", chosen],
  [
    "cancelled as CI does it, by SIGTERM and after a grace by SIGKILL",
    "cancelled",
    ["server asked for", "registration", "ready", "cordon", "drain", "server deletion"].map(momentNamed),
  ],
];

describe(`GIVEN a worker whose commands do not end by themselves (INTERRUPTION_SEED=${seed})`, () => {
  let project: Project;
  beforeAll(async () => {
    project = await Project.create("interruption");
  });
  afterAll(async () => {
    await project.destroy();
  });

  describe.each(
    lives.map(([how, victim, killAt]) => [how, killAt.map(({ name }) => name).join(", "), victim, killAt] as const),
  )("WHEN they are %s, at: %s", (_how, _when, victim, killAt) => {
    let life: Life;
    beforeAll(async () => {
      life = await live(project, killAt, victim);
    });

    test("THEN the repeated ones complete with one server and one Node, which serves", () => {
      const { servers, nodes, serves } = life;
      expect({ servers: servers.length, nodes: nodes.length, serves }).toEqual({ servers: 1, nodes: 1, serves: true });
    });

    test("THEN every pod was evicted by the eviction API", () => {
      expect(life.pods.length).toBeGreaterThan(0);
      expect(life.pods.filter(({ evicted }) => !evicted)).toEqual([]);
    });

    test("THEN nothing is left in the end", async () => {
      expect(await own.leftovers()).toEqual([]);
    });
  });

  describe("WHEN everything is killed while the worker joins, and its Ready Node has a pod, and destroy follows", () => {
    let pods: readonly PodEnd[];
    beforeAll(async () => {
      pods = await giveUp(project, momentNamed("registration"), ["cancel", "destroy"]);
    });

    test("THEN the pod was evicted by the eviction API", () => {
      expect(pods.map(({ evicted }) => evicted)).toEqual([true]);
    });

    test("THEN no server, port, container or Node of the worker is left", async () => {
      expect(await own.leftovers()).toEqual([]);
    });
  });
});
