/** @shared a worker of a pool of its own, and server groups of its own */

import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { z } from "zod";
import { Cleanup } from "../support/cleanup.ts";
import { cloud } from "../support/cloud/cloud.ts";
import { idIn } from "../support/cloud/ids.ts";
import { OwnPool } from "../support/own-pool.ts";
import { Project, succeeded } from "../support/project.ts";
import { editStackFile } from "../support/stack/stack-file.ts";

const own = new OwnPool("grouped");
const name = own.worker(0);
const policy = "soft-anti-affinity";
const [first, second] = ["e2e-group-one", "e2e-group-two"];

const groupSchema = z.object({ server_group: z.object({ members: z.array(z.string()) }) });
const membersOf = async (group: string): Promise<string[]> =>
  groupSchema.parse(await cloud.get("compute", `/os-server-groups/${group}`)).server_group.members;

describe("GIVEN a pool with a server group", () => {
  const cleanup = new Cleanup();
  let project: Project;
  let id: string | undefined;
  const groups = new Map<string, string>();
  const configure = (serverGroup: string | undefined): Promise<string> =>
    editStackFile(project, (pool) => ({ pools: [{ ...pool, serverGroup }] }));

  beforeAll(async () => {
    for (const each of [first, second]) {
      const made = await cloud.send("POST", "compute", "/os-server-groups", { server_group: { name: each, policy } });
      const group = idIn("server_group", made);
      groups.set(each, group);
      cleanup.push(() => cloud.remove("compute", `/os-server-groups/${group}`));
    }
    project = await Project.withPool("grouped", { name: own.name, replicas: 1, serverGroup: "e2e-group-oen" });
    cleanup.push(() => project.destroy());
  });
  afterAll(cleanup.run);

  test("WHEN there is none of that name THEN up names the nearest, and makes nothing", async () => {
    const { ok, output } = await project.up();
    expect(ok).toBe(false);
    expect(output).toContain(`pools[${own.name}].serverGroup: the project has no server group "e2e-group-oen"`);
    expect(output).toContain(`write ${first} instead`);
    expect(await own.leftovers()).toEqual([]);
  });

  test("WHEN there is THEN the worker's server is its member", async () => {
    await configure(first);
    const output = succeeded(await project.up());
    expect(output).toContain(`server group ${first} (${policy})`);
    id = (await own.serverIds()).get(name);
    expect(await membersOf(groups.get(first) ?? "")).toEqual([id]);
  });

  test("WHEN another is named THEN the worker stays, and the preview says so", async () => {
    await configure(groups.get(second));
    expect(succeeded(await project.preview())).toContain(
      `${name}: kept (it is no member of server group ${second}, which is for new servers)`,
    );
    succeeded(await project.up("--expect-no-changes"));
  });

  test("WHEN none is named THEN nothing changes, also after a refresh", async () => {
    await configure(undefined);
    succeeded(await project.up("--expect-no-changes"));
    succeeded(await project.refresh());
    succeeded(await project.up("--expect-no-changes"));
    expect((await own.serverIds()).get(name)).toBe(id);
  });

  test("WHEN destroyed THEN nothing is left", async () => {
    succeeded(await project.destroy());
    expect(await own.leftovers()).toEqual([]);
  });
});
