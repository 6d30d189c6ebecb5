/** Alone on the lab: breaks certain machines, which must be free. */

import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { writeFile } from "node:fs/promises";
import path from "node:path";
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

/** The name of each server that a command tells to replace, and the options of `up` that do. */
const replacements = ({ output }: Run): ReadonlyMap<string, readonly string[]> =>
  new Map(
    [...output.matchAll(/pulumi up (--replace) '(\S+::(\S+))' (--continue-on-error)/g)].map(
      ([, replace = "", urn = "", name = "", goOn = ""]) => [name, [replace, urn, goOn]],
    ),
  );

describe("GIVEN workers on machines that fail, each in another way", () => {
  const cleanup = new Cleanup();
  let project: Project;

  beforeAll(async () => {
    const operator = await makeAccount("failing-operator", ["member", "admin"]);
    cleanup.push(operator.undo);
    const cloudsYaml = path.join(await cleanup.folder("failing"), "clouds.yaml");
    await writeFile(cloudsYaml, operator.cloudsYaml);
    project = await Project.create("failing", {}, { OS_CLIENT_CONFIG_FILE: cloudsYaml });
    cleanup.push(() => project.destroy());
    await allow({});
    for (const each of workers) await setFault(each.machine, each.fault);
    await ironic.startMaintenance(unavailable);
    cleanup.push(async () => {
      for (const each of machines) await clearFault(each);
      for (const each of machines) await ironic.returnToService(each);
    });
  });
  afterAll(cleanup.run);

  /** Sets how often a server may be built. */
  async function allow(provision: { readonly attempts?: number }): Promise<void> {
    const list = [...workers, { name: "unavailable", machine: unavailable }];
    await project.configure({
      pools: await project.pools({
        name: "failing",
        replicas: undefined,
        workers: list.map((each) => ({ name: each.name, availabilityZone: `nova:lab:${each.machine.uuid}` })),
        provision,
      }),
    });
  }

  /** Of a replacement that the engine has not begun after the first error, the server may be gone. */
  async function expectNothingLeftOver(): Promise<void> {
    const servers = await serverNames();
    expect(servers).toEqual([...new Set(servers)]);
    expect(everyWorker).toEqual(expect.arrayContaining(servers));
    expect((await cloud.ports()).map(({ name }) => name).toSorted()).toEqual(
      everyWorker.map((name) => `${name}-port-0`),
    );
  }

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

    test("THEN it says what Nova says of a server that has failed, and what to type", () => {
      const [, name] =
        /server (\S+) \(\S+\) is in ERROR: (?!Nova reports no reason)\S+.*`pulumi preview`/.exec(run.output) ?? [];
      expect(everyWorker).toContain(name);
    });

    test("THEN no Node has joined", async () => {
      expect(await kube.nodeNames()).toEqual([]);
    });

    test("THEN the next command names each server, with Ironic's reason where a machine was found", async () => {
      const { output } = await project.preflight();
      for (const name of everyWorker) expect(output).toMatch(new RegExp(`server ${name} \\S+ is in ERROR: \\S+`));
      expect(output).toMatch(new RegExp(`server ${own("broken")} .*no space left on device`));
      expect(output).toMatch(new RegExp(`server ${own("dark")} .*Timeout reached while waiting for callback`));
    });
  });

  describe("WHEN up runs and nothing is to be tried again", () => {
    let run: Run;
    let before: ReadonlyMap<string, string>;
    beforeAll(async () => {
      before = await serverIds();
      await allow({ attempts: 1 });
      await project.up();
      // the state has by now what Nova says of servers in ERROR
      run = await project.up();
    });

    test("THEN it fails, says how often each was tried, and names the command that replaces a server", () => {
      expect(run).toMatchObject({ ok: false });
      for (const name of everyWorker)
        expect(run.output).toMatch(
          new RegExp(
            `server ${name} \\S+ is in ERROR, after 1 attempt \\(pools\\[failing\\]\\.provision\\.attempts\\)`,
          ),
        );
      expect([...replacements(run).keys()].toSorted()).toEqual(everyWorker);
      expect(run.output).not.toContain("openstack server start");
    });

    test("THEN every server is the same still", async () => {
      expect(await serverIds()).toEqual(before);
    });

    test("THEN the command replaces it, and no other", async () => {
      const name = own("broken");
      const { ok } = await project.up(...(replacements(run).get(name) ?? []));
      expect(ok).toBe(false);
      const after = await serverIds();
      expect([...before].flatMap(([each, id]) => (after.get(each) === id ? [] : each))).toEqual([name]);
      await expectNothingLeftOver();
    });
  });

  describe("WHEN up runs again while the machines are as they were", () => {
    let run: Run;
    let before: ReadonlyMap<string, string>;
    beforeAll(async () => {
      before = await serverIds();
      await allow({});
      run = await project.up();
    });

    test("THEN it says that it replaces the servers, and which attempt that is, and fails", () => {
      expect(run).toMatchObject({ ok: false });
      for (const name of before.keys())
        expect(run.output).toMatch(new RegExp(`${name}: replace \\(its build failed: .*; attempt 2 of 3\\)`));
    });

    test("THEN servers are others than before, and nothing is left over", async () => {
      const now = await serverIds();
      expect([...before].filter(([name, id]) => now.get(name) !== id)).not.toEqual([]);
      await expectNothingLeftOver();
    });
  });

  describe("WHEN the machines are repaired and up runs", () => {
    beforeAll(async () => {
      for (const each of machines) await clearFault(each);
      for (const each of [...workers, { machine: unavailable }]) await ironic.returnToService(each.machine);
      succeeded(await project.up());
    });

    test("THEN every worker is Ready", async () => {
      for (const name of everyWorker) expect(kube.isReady(await kube.node(name))).toBe(true);
      await expectNothingLeftOver();
    });

    test("THEN another up changes nothing", async () => {
      succeeded(await project.up("--expect-no-changes"));
    });
  });

  describe("WHEN they leave, one BMC being unreachable and two disks impossible to erase", () => {
    beforeAll(async () => {
      for (const each of workers) await setFault(each.machine, each.leaving);
      succeeded(await project.destroy());
    });

    test("THEN nothing of the stack is left", async () => {
      expect(await leftovers()).toEqual([]);
    });

    // Nova reports a server deleted whatever becomes of its machine
    test("THEN Ironic says of each machine why nobody can have it", async () => {
      await ironic.inState(broken, "clean failed");
      expect(await ironic.provisionState(dark)).toBe("cleaning");
      expect(await ironic.provisionState(unreachable)).toBe("error");
    });
  });

  test("WHEN the machines are repaired THEN an administrator brings each back", async () => {
    for (const each of workers) await clearFault(each.machine);
    for (const each of workers) await ironic.returnToService(each.machine);
  });
});
