/** @nightly @shared a worker of a pool of its own, and a file system of its own for the state */

import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { rm, truncate } from "node:fs/promises";
import path from "node:path";
import { sh } from "../../lab/runtime/sh.ts";
import { Cleanup } from "../support/cleanup.ts";
import * as kube from "../support/cluster/cluster.ts";
import { OwnPool } from "../support/own-pool.ts";
import { Project, type Run, succeeded } from "../support/project.ts";
import { meanwhile, until } from "../support/wait.ts";

const own = new OwnPool("full");
const stack = "full-disk";

describe("GIVEN a stack whose state is on a disk of 16 MiB", () => {
  const cleanup = new Cleanup();
  let project: Project;
  let disk: string;

  const filler = (): string => path.join(disk, "filler");
  const fill = (): Promise<unknown> => sh("sh", ["-c", `dd if=/dev/zero of='${filler()}' bs=4k 2>/dev/null || true`]);

  /** A command that the disk is full in the middle of, and has space again after it. */
  async function filledDuring(command: "up" | "destroy", what: string, isSo: () => Promise<boolean>): Promise<Run> {
    const run = await meanwhile(project.start(command).ended, async () => {
      await until(what, async () => ((await isSo()) ? true : undefined));
      await fill();
    });
    await rm(filler());
    return run;
  }

  /** Runs the commands that the doctor prints, as they are. */
  async function doAsTheDoctorSays(): Promise<string> {
    const { code, output } = await project.doctor();
    expect({ code, output }).toMatchObject({ code: 2, output: expect.stringContaining("failed to load checkpoint") });
    for (const command of output.split("\n").filter((line) => line.startsWith("    "))) await project.shell(command);
    return output;
  }

  beforeAll(async () => {
    disk = await cleanup.folder("full-disk");
    await sh("mount", ["-t", "tmpfs", "-o", "size=16m", "tmpfs", disk]);
    cleanup.push(() => sh("umount", [disk]));
    const env = { PULUMI_BACKEND_URL: `file://${disk}?metadata=skip` };
    project = await Project.withPool(stack, { name: own.name, replicas: 1 }, {}, env);
    cleanup.push(() => project.destroy());
  });
  afterAll(cleanup.run);

  describe("WHEN the disk is full while the worker is attached", () => {
    let run: Run;
    let made: ReadonlyMap<string, string>;
    beforeAll(async () => {
      run = await filledDuring("up", "the server to be asked for", async () => (await own.servers()).length > 0);
      made = await own.serverIds();
    });

    test("THEN up fails, and says that there is no space", () => {
      expect(run).toMatchObject({ ok: false, output: expect.stringContaining("no space left on device") });
    });

    test("THEN the doctor names the copy of the state, by which the same up attaches the same server", async () => {
      await doAsTheDoctorSays();
      succeeded(await project.up());
      expect(await own.serverIds()).toEqual(made);
      expect(kube.isReady(await kube.node(own.worker(0)))).toBe(true);
    });
  });

  describe("WHEN a disk that was full has left no whole copy", () => {
    test("THEN the doctor begins with an empty state, by which up takes the worker over", async () => {
      const before = await own.serverIds();
      const copies = (await sh("find", [disk, "-name", `${stack}*.json*`, "-size", "+0"])).split("\n");
      await Promise.all(copies.map((copy) => truncate(copy, 0)));
      expect(await doAsTheDoctorSays()).toContain("begin with an empty one");
      expect(succeeded(await project.up())).toContain("taken over");
      expect(await own.serverIds()).toEqual(before);
      succeeded(await project.up("--expect-no-changes"));
    });
  });

  describe("WHEN the disk is full while the worker leaves", () => {
    test("THEN destroy fails, and after what the doctor says a repeated one leaves nothing", async () => {
      const cordoned = async () => (await kube.node(own.worker(0)))?.spec?.unschedulable === true;
      expect(await filledDuring("destroy", "the cordon", cordoned)).toMatchObject({ ok: false });
      await doAsTheDoctorSays();
      succeeded(await project.destroy());
      expect(await own.leftovers()).toEqual([]);
    });
  });
});
