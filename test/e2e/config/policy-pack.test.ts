/** @shared previews only, of a pool of its own */

import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { repo } from "../../lab/settings.ts";
import { Cleanup } from "../support/cleanup.ts";
import { OwnPool } from "../support/own-pool.ts";
import { Project, type Run, succeeded } from "../support/project.ts";

const own = new OwnPool("policed");
const pack = path.join(repo, "policy");

describe("GIVEN the policy pack, and a pool of a stack with the name of a production stack", () => {
  const cleanup = new Cleanup();
  let project: Project;

  /** A preview with the pack; the lab's virtual machines are built and deleted within five minutes. */
  async function preview(config: object = {}): Promise<Run> {
    const file = path.join(project.folder, "policy.json");
    await writeFile(file, JSON.stringify(config));
    return project.preview("--policy-pack", pack, "--policy-pack-config", file);
  }
  const quick = { "server-timeouts": { minimumCreate: 5, minimumDelete: 5 } };

  beforeAll(async () => {
    project = await Project.withPool("policed-production", { name: own.name, replicas: 1, drain: { timeout: "1m" } });
    cleanup.push(() => project.pulumi("stack", "rm", "--yes"));
  });
  afterAll(cleanup.run);

  describe("WHEN it is previewed with timeouts that no physical machine can keep", () => {
    let run: Run;
    beforeAll(async () => {
      run = await preview();
    });

    test("THEN the preview is refused, and names the server, its timeout and the key", () => {
      expect(run.ok).toBe(false);
      expect(run.output).toMatch(/\[mandatory\]\s+server-timeouts/);
      expect(run.output).toContain(
        `server ${own.worker(0)}: its timeout for creation is 5m, expected at least 60m for a physical machine; set timeouts.provision of its pool or class`,
      );
    });

    test("THEN no other mandatory policy is broken", () => {
      expect(run.output.match(/\[mandatory\]\s+(\S+)/g)?.filter((line) => !line.includes("server-timeouts"))).toEqual(
        [],
      );
    });
  });

  test("WHEN the pack's config says what the lab's machines need THEN the preview passes, and protection is recommended", async () => {
    const output = succeeded(await preview(quick));
    expect(output).toMatch(/\[advisory\]\s+protect-in-production/);
  });

  test("WHEN its drains delete pods at the deadline THEN the preview is refused, unless the pool is an exception", async () => {
    await project.configure({
      pools: await project.pools({ name: own.name, replicas: 1, drain: { timeout: "1m", onTimeout: "force" } }),
    });
    const refused = await preview(quick);
    expect(refused.ok).toBe(false);
    expect(refused.output).toContain(`worker ${own.worker(0)}: drain.onTimeout is force in the production stack`);
    succeeded(await preview({ ...quick, "no-forced-drain-in-production": { exceptPools: [own.name] } }));
  });
});
