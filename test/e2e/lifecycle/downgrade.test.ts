/** @nightly @shared a worker of a pool of its own; reads the repository's history, which a shallow clone does not have */

import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { OwnPool } from "../support/own-pool.ts";
import { describeStep, type Step, stepsOf } from "../support/preview-steps.ts";
import { putProgram, putProgramOf } from "../support/program.ts";
import { Project, succeeded } from "../support/project.ts";

const own = new OwnPool("downgraded");

/** The last commit of the release before, whose program is put in the place of today's. */
const formerRelease = "7a69fdd";

describe("GIVEN a worker that today's program has attached", () => {
  let project: Project;
  beforeAll(async () => {
    project = await Project.withPool("downgrade", { name: own.name, replicas: 1 });
    succeeded(await project.up());
  });
  afterAll(async () => {
    await putProgram(project.folder);
    succeeded(await project.destroy());
  });

  describe("WHEN the program of the release before previews it", () => {
    let changes: readonly Step[] = [];
    beforeAll(async () => {
      await putProgramOf(formerRelease, project.folder);
      changes = await stepsOf(project);
    });

    test("THEN it replaces and deletes nothing", () => {
      expect(changes.filter(({ op }) => op !== "update").map(describeStep)).toEqual([]);
    });
  });
});
