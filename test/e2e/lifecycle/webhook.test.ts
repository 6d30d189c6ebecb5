/** @nightly Alone on the lab: a webhook refuses every approval and every write to a Node. */

import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { Cleanup } from "../support/cleanup.ts";
import * as kube from "../support/cluster/cluster.ts";
import { makeDeadWebhook } from "../support/cluster/dead-webhook.ts";
import { OwnPool } from "../support/own-pool.ts";
import { Project, type Run } from "../support/project.ts";

const own = new OwnPool("webhook");
const name = own.worker(0);
const webhook = "dead.webhook.example.test";
const refusal = `failed calling webhook "${webhook.replaceAll(".", "\\.")}"`;

describe("GIVEN a webhook on certificate requests and Nodes whose service is dead", () => {
  const cleanup = new Cleanup();
  let project: Project;
  let revive = (): unknown => undefined;
  const kill = async (): Promise<void> => {
    revive = await makeDeadWebhook(webhook);
  };
  const configure = async (pool: object): Promise<void> =>
    project.configure({ pools: await project.pools({ name: own.name, ...pool }) });

  beforeAll(async () => {
    project = await Project.withPool("webhook", { name: own.name, replicas: 1, timeouts: { boot: "90s" } });
    cleanup.push(() => project.destroy());
    cleanup.push(() => revive());
    await kill();
  });
  afterAll(cleanup.run);

  describe("WHEN a worker joins", () => {
    let run: Run;
    beforeAll(async () => {
      run = await project.up();
    });

    test("THEN the error names the webhook", () => {
      expect(run.ok).toBe(false);
      expect(run.output).toMatch(new RegExp(`phase "boot" did not finish[^]*${refusal}`));
    });

    test("THEN its certificate request is among what was seen", () => {
      expect(run.output).toMatch(/client request csr-\S+ of \S+: approvable/);
    });

    test("THEN the next up joins the same worker once the webhook is back", async () => {
      const before = await own.serverIds();
      await revive();
      expect((await project.up()).ok).toBe(true);
      expect(kube.isReady(await kube.node(name))).toBe(true);
      expect(await own.serverIds()).toEqual(before);
    });
  });

  describe("WHEN the worker leaves", () => {
    let run: Run;
    beforeAll(async () => {
      await configure({ replicas: 1, drain: { timeout: "30s" } });
      expect((await project.up()).ok).toBe(true);
      await kill();
      await configure({ replicas: 0, drain: { timeout: "30s" } });
      run = await project.up();
    });

    test("THEN the error names the webhook, and nothing is deleted", async () => {
      expect(run.ok).toBe(false);
      expect(run.output).toMatch(new RegExp(`node ${name}: API server: .*${refusal}`));
      expect(await own.serverNames()).toEqual([name]);
    });

    test("THEN it leaves once the webhook is back", async () => {
      await revive();
      expect((await project.up()).ok).toBe(true);
      expect([...(await own.serverNames()), ...(await own.nodeNames())]).toEqual([]);
    });
  });
});
