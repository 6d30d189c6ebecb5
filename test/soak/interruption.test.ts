import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { giveUp, live, moments } from "../e2e/support/interruption.ts";
import { Project, type Victim } from "../e2e/support/project.ts";
import { leftovers } from "../lab/leftovers.ts";

/** Each life, by what is killed in it and when. */
const lives: [victim: Victim, when: string, killAt: typeof moments][] = [
  ...moments.map((moment): (typeof lives)[number] => ["command", moment.name, [moment]]),
  ["command", "every moment", moments],
  ["engine", "every moment", moments],
];

describe("GIVEN a worker whose commands are killed in the middle", () => {
  let project: Project;
  beforeAll(async () => {
    project = await Project.create("soak");
  });
  afterAll(async () => {
    await project.destroy();
  });

  test.each(lives)(
    "WHEN the %s is killed at: %s THEN the repeated one completes with the same server and Node",
    async (victim, _when, killAt) => {
      const { servers, nodes, serves } = await live(project, killAt, victim);
      expect({ servers: servers.length, nodes: nodes.length, serves }).toEqual({ servers: 1, nodes: 1, serves: true });
      expect(await leftovers()).toEqual([]);
    },
  );

  test.each(moments.filter(({ command }) => command === "up").map((moment) => [moment.name, moment] as const))(
    "WHEN up is killed at: %s, and the worker is given up THEN nothing is left",
    async (_when, moment) => {
      await giveUp(project, moment);
      expect(await leftovers()).toEqual([]);
    },
  );
});
