/** @shared a worker of a pool of its own, which loses its server, its Node and its kubelet; a port of its own */

import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { type StatusDocument, statusDocument } from "../../../infra/status/document.ts";
import { Cleanup } from "../support/cleanup.ts";
import { cloud } from "../support/cloud/cloud.ts";
import { idIn } from "../support/cloud/ids.ts";
import * as kube from "../support/cluster/cluster.ts";
import { restartKubelet } from "../support/machines/machine.ts";
import { OwnPool } from "../support/own-pool.ts";
import { type Preflight, Project, type Run, succeeded } from "../support/project.ts";
import { commandsIn, type } from "../support/typed.ts";
import { until } from "../support/wait.ts";

const own = new OwnPool("checked");
const name = own.worker(0);
const up = "pulumi up --stack status-doctor";

const idOf = async (): Promise<string> => (await own.serverIds()).get(name) ?? "";

describe("GIVEN a stack of one worker", () => {
  const cleanup = new Cleanup();
  let project: Project;

  const documentOf = async (): Promise<StatusDocument> => {
    const { output } = await project.status("--json");
    return statusDocument.parse(JSON.parse(output));
  };

  /** Neither command finds anything, as after the command that either of them had printed. */
  async function expectHealthy(): Promise<void> {
    expect(await project.doctor()).toEqual({ code: 0, output: "state, cloud and cluster agree: nothing found" });
    const status = await project.status();
    expect(status.output).toMatch(/all workers are healthy$/);
    expect(status.code).toBe(0);
  }

  beforeAll(async () => {
    project = await Project.withPool("status-doctor", { name: own.name, replicas: 1, health: { notReadyAfter: "5s" } });
    cleanup.push(() => project.destroy());
  });
  afterAll(cleanup.run);

  test("WHEN it is not attached yet THEN status says what is pending, and the doctor finds nothing", async () => {
    const { code, output } = await project.status();
    expect({ code, output }).toMatchObject({ code: 1, output: expect.stringContaining("rollout pending: attach") });
    expect(await project.doctor()).toMatchObject({ code: 0 });
  });

  describe("WHEN it is attached", () => {
    beforeAll(async () => {
      succeeded(await project.up());
    });

    test("THEN both find it healthy", expectHealthy);

    test("THEN the document has its Node, its server and its address", async () => {
      const document = await documentOf();
      expect(document).toMatchObject({ exitCode: 0, unread: [], stack: "status-doctor" });
      expect(document.workers).toMatchObject([
        { name, pool: own.name, wanted: true, spec: "current", healthy: true, underWay: [], remarks: [] },
      ]);
      const [worker] = document.workers;
      const node = await kube.node(name);
      expect(worker?.node).toMatchObject({ name, ready: "True", kubelet: node?.status?.nodeInfo?.kubeletVersion });
      expect(worker?.server).toMatchObject({ id: await idOf(), status: "ACTIVE", power: "on" });
      expect(worker?.addresses).toEqual(kube.internalIps(node));
    });

    test("THEN an edit that up has not made shows as a pending rollout", async () => {
      await project.configure({ pools: await project.pools({ name: own.name, replicas: 0 }) });
      const { code, output } = await project.status();
      await project.configure({
        pools: await project.pools({ name: own.name, replicas: 1, health: { notReadyAfter: "5s" } }),
      });
      expect(output).toContain("rollout pending: detach, drained");
      expect(code).toBe(1);
    });
  });

  describe("WHEN its server is deleted by hand", () => {
    let found: Preflight;
    beforeAll(async () => {
      const id = await idOf();
      await cloud.remove("compute", `/servers/${id}`);
      await until("the server to be gone", async () => ((await idOf()) === "" ? true : undefined), 120);
      found = await project.doctor();
    });

    test("THEN the doctor names it with its command", () => {
      expect(found.code).toBe(1);
      expect(found.output).toMatch(new RegExp(`the state has server ${name} \\(\\S+\\), which is gone from the cloud`));
      expect(commandsIn(found.output)).toContain(`${up} --refresh`);
    });

    test("THEN no command deletes anything", () => {
      expect(found.output).not.toMatch(/delete/);
    });

    test("THEN its command mends it", async () => {
      await type(project, `${up} --refresh`);
      await expectHealthy();
    });
  });

  describe("WHEN its Node is deleted", () => {
    let commands: string[] = [];
    let found: Preflight;
    beforeAll(async () => {
      await kube.core.deleteNode({ name });
      found = await project.doctor();
      commands = commandsIn(found.output);
    });

    test("THEN the doctor names it with its command", () => {
      expect(found.code).toBe(1);
      expect(found.output).toMatch(/had joined, and its Node is gone: somebody deleted it/);
      expect(commands).toHaveLength(1);
      expect(commands[0]).toContain(`${up} --replace 'urn:pulumi:`);
    });

    test("THEN its command mends it", async () => {
      await type(project, commands[0] ?? "");
      await expectHealthy();
    });
  });

  describe("WHEN an interrupted command has left a port", () => {
    let id = "";
    let found: Preflight;
    beforeAll(async () => {
      const [first] = await own.ports();
      if (!first) throw new Error("the worker has no port");
      const { port } = (await cloud.get("network", `/v2.0/ports/${first.id}`)) as { port: { network_id: string } };
      const description = "worker of organization/openstack-baremetal-compute/status-doctor";
      const made = { name: `${own.worker(7)}-port-0`, network_id: port.network_id, description };
      id = idIn("port", await cloud.send("POST", "network", "/v2.0/ports", { port: made }));
      found = await project.doctor();
    });

    test("THEN the doctor names it with its command", () => {
      expect(found.code).toBe(1);
      expect(commandsIn(found.output)).toEqual([`openstack port delete ${id}`]);
    });

    test("THEN status, which shows workers, finds nothing", async () => {
      expect(await project.status()).toMatchObject({ code: 0 });
    });

    test("THEN its command mends it", async () => {
      await type(project, `openstack port delete ${id}`);
      await expectHealthy();
    });
  });

  test("WHEN a Ready worker and one that does not exist are to be repaired THEN nothing is done, and both are told", async () => {
    const before = await idOf();
    const { code, output } = await project.repair(name, `${name}0`);
    expect(code).toBe(1);
    expect(output).toContain(`worker ${name} is not repaired: its Node is Ready`);
    expect(output).toContain(`type ${name} instead`);
    expect(await idOf()).toBe(before);
  });

  describe("WHEN its kubelet stops, and it is repaired as the commands say", () => {
    const repair = `npm run repair -- --stack status-doctor ${name}`;
    let before = "";
    let found: Preflight;
    let status: Preflight;
    let preview: Run;
    let repaired: Preflight;
    beforeAll(async () => {
      before = await idOf();
      let repairing: Promise<Preflight> | undefined;
      await restartKubelet(before, async () => {
        const isSilent = async (): Promise<true | undefined> => !kube.isReady(await kube.node(name)) || undefined;
        await until("the Node to be NotReady", isSilent, 120);
        await until("health.notReadyAfter", async () => ((await project.doctor()).code === 1 ? true : undefined));
        found = await project.doctor();
        status = await project.status();
        preview = await project.preview();
        repairing = project.repair(name);
        // it is awaited below, whatever becomes of the wait: the next server may get the same machine
        repairing.catch(() => undefined);
        await until("the server to go", async () => ((await idOf()) === before ? undefined : true), 300);
      });
      if (!repairing) throw new Error("the repair has not begun");
      repaired = await repairing;
    });

    test("THEN the doctor has named it with what to type", () => {
      expect(found.output).toMatch(new RegExp(`Node ${name} has been NotReady for \\d+`));
      expect(commandsIn(found.output)).toEqual([repair]);
    });

    test("THEN status has named it with the same", () => {
      expect(status.code).toBe(1);
      expect(commandsIn(status.output)).toEqual([repair]);
    });

    test("THEN the preview, which replaces nothing unasked, has warned of it", () => {
      expect(preview).toMatchObject({ ok: true });
      expect(preview.output).toMatch(new RegExp(`Node ${name} has been NotReady for \\d+`));
      expect(preview.output).toContain(repair);
      expect(preview.output).not.toMatch(/replace, drained/);
    });

    test("THEN that has drained the worker and replaced its server", async () => {
      expect(repaired).toMatchObject({ code: 0 });
      expect(repaired.output).toContain(`${name}: replace, drained (repair: its Node has not been Ready for `);
      expect(await own.serverNames()).toEqual([name]);
      expect(await idOf()).not.toBe(before);
    });

    test("THEN the next up, also of a config that lists it, changes nothing", async () => {
      const id = await idOf();
      succeeded(await project.up("--expect-no-changes"));
      const pool = { name: own.name, replicas: 1, health: { notReadyAfter: "5s" }, repair: [name] };
      await project.configure({ pools: await project.pools(pool) });
      const output = succeeded(await project.up("--expect-no-changes"));
      expect(output).toContain(`${name}: kept (repair: its Node is Ready: the entry can be removed)`);
      expect(await idOf()).toBe(id);
    });

    test("THEN it is healthy again", expectHealthy);
  });

  test("WHEN it is destroyed THEN nothing is left, and the doctor finds nothing", async () => {
    succeeded(await project.destroy());
    expect(await own.leftovers()).toEqual([]);
    expect(await project.doctor()).toMatchObject({ code: 0 });
  });
});
