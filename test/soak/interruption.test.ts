import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { giveUp, type Life, live, moments } from "../e2e/support/interruption.ts";
import { Project, type Victim } from "../e2e/support/project.ts";
import { leftovers } from "../lab/leftovers.ts";

/** Each life, by what is killed in it and when. */
const lives: [victim: Victim, when: string, killAt: typeof moments][] = [
  ...moments.map((moment): (typeof lives)[number] => ["command", moment.name, [moment]]),
  ["command", "every moment", moments],
  ["engine", "every moment", moments],
  ["plugin", "every moment", moments],
];

describe("GIVEN a worker whose commands are killed in the middle", () => {
  let project: Project;
  beforeAll(async () => {
    project = await Project.create("soak");
  });
  afterAll(async () => {
    await project.destroy();
  });

  describe.each(lives)("WHEN the %s is killed at: %s", (victim, _when, killAt) => {
    let life: Life;
    beforeAll(async () => {
      life = await live(project, killAt, victim);
    });

    test("THEN the repeated one completes with one server and one Node, which serves", () => {
      const { servers, nodes, serves } = life;
      expect({ servers: servers.length, nodes: nodes.length, serves }).toEqual({ servers: 1, nodes: 1, serves: true });
    });

    test("THEN nothing is left in the end, and every pod was evicted by the eviction API", async () => {
      expect(await leftovers()).toEqual([]);
      expect(life.pods.length).toBeGreaterThan(0);
      expect(life.pods.filter(({ evicted }) => !evicted)).toEqual([]);
    });
  });

  test.each(moments.filter(({ command }) => command === "up").map((moment) => [moment.name, moment] as const))(
    "WHEN up is killed at: %s, repeated, and the worker is given up THEN nothing is left, and its pod was evicted by the eviction API",
    async (_when, moment) => {
      const pods = await giveUp(project, moment, ["cancel", "up", "destroy"]);
      expect(await leftovers()).toEqual([]);
      expect(pods.map(({ evicted }) => evicted)).toEqual(moment.joins ? [true] : []);
    },
  );

  describe.each<[victim: Victim, commands: Parameters<typeof giveUp>[2]]>([
    ["command", ["cancel", "destroy"]],
    ["plugin", ["destroy"]],
  ])("WHEN the %s of up is killed while the worker joins, and the worker is given up by: %j", (victim, commands) => {
    test.each(moments.filter(({ joins }) => joins).map((moment) => [moment.name, moment] as const))(
      "THEN nothing is left, and its pod was evicted by the eviction API: %s",
      async (_when, moment) => {
        const pods = await giveUp(project, moment, commands, victim);
        expect(await leftovers()).toEqual([]);
        expect(pods.map(({ evicted }) => evicted)).toEqual([true]);
      },
    );
  });
});
