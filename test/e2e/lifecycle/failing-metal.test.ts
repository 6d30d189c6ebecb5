import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { workerName } from "../../../components/ports/names.ts";
import { leftovers } from "../../lab/leftovers.ts";
import { clearFault, type Faults, setFault } from "../../lab/metal/faults.ts";
import { cluster as lab, machines } from "../../lab/settings.ts";
import { Cleanup } from "../support/cleanup.ts";
import { makeAccount } from "../support/cloud/account.ts";
import { cloud } from "../support/cloud/cloud.ts";
import { serverIds, serverNames } from "../support/cloud/servers.ts";
import * as kube from "../support/cluster/cluster.ts";
import * as ironic from "../support/machines/ironic.ts";
import { stackTrace } from "../support/output.ts";
import { Project, type Run, succeeded } from "../support/project.ts";

const machine = (number: number) => {
  const found = machines[number];
  if (!found) throw new Error(`the lab has no machine ${number}`);
  return found;
};

/** What is wrong with the machine of each worker, while it is deployed and when it leaves. */
const broken = machine(0);
const dark = machine(1);
const unreachable = machine(4);
const unavailable = machine(5);
const workers = [
  { name: "broken", machine: broken, fault: { deploy: "fails" }, leaving: { clean: "fails" } },
  { name: "dark", machine: dark, fault: { deploy: "power lost" }, leaving: { clean: "hangs" } },
  { name: "unreachable", machine: unreachable, fault: { bmc: "unreachable" }, leaving: { bmc: "unreachable" } },
] as const satisfies readonly { name: string; machine: typeof broken; fault: Faults; leaving: Faults }[];

const own = (name: string): string => workerName(lab.infraId, "failing", name);
const everyWorker = [...workers.map(({ name }) => own(name)), own("unavailable")].toSorted();

describe("GIVEN workers on machines that fail, each in another way", () => {
  const cleanup = new Cleanup();
  let project: Project;

  beforeAll(async () => {
    const operator = await makeAccount("failing-operator", ["member", "admin"]);
    cleanup.push(operator.undo);
    project = await Project.create("failing", {}, { OS_CLIENT_CONFIG_FILE: operator.cloudsYaml });
    cleanup.push(() => project.destroy());
    const list = [...workers, { name: "unavailable", machine: unavailable }];
    await project.configure({
      pools: await project.pools({
        name: "failing",
        replicas: undefined,
        workers: list.map((each) => ({ name: each.name, availabilityZone: `nova:lab:${each.machine.uuid}` })),
      }),
    });
    for (const each of workers) await setFault(each.machine, each.fault);
    await ironic.startMaintenance(unavailable);
    cleanup.push(async () => {
      for (const each of machines) await clearFault(each);
    });
  });
  afterAll(cleanup.run);

  describe("WHEN up runs", () => {
    let run: Run;
    beforeAll(async () => {
      run = await project.up();
    });

    test("THEN it fails, without a stack trace", () => {
      expect(run).toMatchObject({ ok: false });
      expect(run.output).toContain("unexpected state 'ERROR'");
      expect(run.output).not.toMatch(stackTrace);
    });

    test("THEN no Node has joined", async () => {
      expect(await kube.nodeNames()).toEqual([]);
    });

    test("THEN the next command names Nova's reason for each", async () => {
      const { output } = await project.preflight();
      for (const name of everyWorker) expect(output).toMatch(new RegExp(`server ${name} \\S+ is in ERROR: \\S+`));
      expect(output).toMatch(new RegExp(`server ${own("unavailable")} \\S+ is in ERROR: No valid host was found`));
    });
  });

  describe("WHEN up runs again while the machines are as they were", () => {
    let run: Run;
    beforeAll(async () => {
      run = await project.up();
    });

    test("THEN it fails, and names the command that replaces each server", () => {
      expect(run).toMatchObject({ ok: false });
      for (const name of everyWorker) expect(run.output).toMatch(new RegExp(`up --replace '\\S+::${name}'`));
    });

    test("THEN there is one server and one port of each still", async () => {
      expect(await serverNames()).toEqual(everyWorker);
      expect((await cloud.ports()).map(({ name }) => name).toSorted()).toEqual(
        everyWorker.map((name) => `${name}-port-0`),
      );
    });
  });

  describe("WHEN the machines are repaired and the servers replaced", () => {
    beforeAll(async () => {
      for (const each of machines) await clearFault(each);
      await ironic.endMaintenance(unavailable);
      for (const each of [...workers, { machine: unavailable }]) await ironic.inState(each.machine, "available", 120);
      const failed = await project.up();
      const urns = [...failed.output.matchAll(/up --replace '(\S+)'/g)].flatMap(([, urn]) => urn ?? []);
      succeeded(await project.up(...[...new Set(urns)].flatMap((urn) => ["--replace", urn])));
    });

    test("THEN every worker is Ready", async () => {
      for (const name of everyWorker) expect(kube.isReady(await kube.node(name))).toBe(true);
    });
  });

  describe("WHEN they leave, one BMC being unreachable and two disks impossible to erase", () => {
    let run: Run;
    beforeAll(async () => {
      for (const each of workers) await setFault(each.machine, each.leaving);
      run = await project.destroy();
    });

    test("THEN destroy fails, on the server whose BMC is unreachable alone", async () => {
      expect(run).toMatchObject({ ok: false });
      expect([...(await serverIds()).keys()]).toEqual([own("unreachable")]);
    });

    test("THEN no workload is left on it", async () => {
      expect((await kube.node(own("unreachable")))?.spec?.unschedulable).toBe(true);
    });

    test("THEN the other machines are not available", async () => {
      await ironic.inState(broken, "clean failed");
      expect(await ironic.provisionState(dark)).toBe("cleaning");
    });
  });

  describe("WHEN the machines are repaired and destroy is repeated", () => {
    beforeAll(async () => {
      for (const each of workers) await clearFault(each.machine);
      succeeded(await project.destroy());
    });

    test("THEN nothing is left", async () => {
      expect(await leftovers()).toEqual([]);
    });

    test("THEN each machine is available again, that of the failed erasure after an administrator's two commands", async () => {
      await ironic.returnToService(broken);
      for (const each of workers) await ironic.inState(each.machine, "available");
    });
  });
});
