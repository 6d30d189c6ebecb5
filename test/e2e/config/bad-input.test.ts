/** @shared makes nothing */

import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { Cleanup } from "../support/cleanup.ts";
import { stackTrace } from "../support/output.ts";
import type { Project, Run } from "../support/project.ts";
import { badInputs, own } from "./bad-input/inputs.ts";

/** Types of the resources in the state, without the stack and the providers, which need no cloud. */
async function resourcesIn(project: Project): Promise<string[]> {
  const state = JSON.parse(await project.export()) as { deployment: { resources?: { type: string }[] } };
  const types = (state.deployment.resources ?? []).map(({ type }) => type);
  return types.filter((type) => !/^pulumi:(pulumi:Stack|providers:.*)$/.test(type));
}

describe.each(badInputs)("GIVEN input that cannot work: $title", ({ project: make, says }) => {
  const cleanup = new Cleanup();
  let project: Project;
  let run: Run;

  beforeAll(async () => {
    project = await make(await cleanup.folder("bad-input"));
    cleanup.push(() => project.destroy());
    run = await project.up();
  });
  afterAll(cleanup.run);

  test("WHEN up runs THEN it fails, and names what is wrong and where, all at once", () => {
    expect(run).toMatchObject({ ok: false });
    for (const expected of says) expect(run.output).toMatch(expected);
  });

  test("WHEN up runs THEN it shows no stack trace", () => {
    expect(run.output).not.toMatch(stackTrace);
  });

  test("WHEN up has failed THEN nothing is made", async () => {
    expect(await own.leftovers()).toEqual([]);
    expect(await resourcesIn(project)).toEqual([]);
  });
});
