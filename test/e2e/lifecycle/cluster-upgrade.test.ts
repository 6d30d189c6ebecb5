/** Alone on the lab: a MachineConfigPool that others would see. */

import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { CustomObjectsApi, PatchStrategy, setHeaderOptions } from "@kubernetes/client-node";
import { setTimeout as sleep } from "node:timers/promises";
import { openstack } from "../../lab/settings.ts";
import { Cleanup } from "../support/cleanup.ts";
import { administrator, isReady, node } from "../support/cluster/cluster.ts";
import { OwnPool } from "../support/own-pool.ts";
import { type Config, Project, type Run, succeeded } from "../support/project.ts";
import { type } from "../support/typed.ts";

/** The machine-config operator does not run on the lab: what it writes of an update is written here. */

const own = new OwnPool("upgraded");
const name = own.worker(0);
const role = `node-role.kubernetes.io/${own.name}`;
const custom = administrator.makeApiClient(CustomObjectsApi);
const pools = { group: "machineconfiguration.openshift.io", version: "v1", plural: "machineconfigpools" };
const pool = { ...pools, name: own.name };

/** Of the stack. */
const pooled = {
  name: own.name,
  replicas: 1,
  labels: { [role]: "" },
  ignition: { machineConfigPool: own.name },
};

const rendered = (revision: string) => ({ name: `rendered-${own.name}-${revision}` });
const conditions = (isUpdated: boolean) => [
  { type: "Updated", status: isUpdated ? "True" : "False" },
  { type: "Updating", status: isUpdated ? "False" : "True" },
];

async function createPool(): Promise<void> {
  const body = {
    apiVersion: `${pools.group}/${pools.version}`,
    kind: "MachineConfigPool",
    metadata: { name: own.name },
    spec: { configuration: rendered("a"), nodeSelector: { matchLabels: { [role]: "" } } },
    status: { configuration: rendered("a"), conditions: conditions(true), updatedMachineCount: 1 },
  };
  await custom.createClusterCustomObject({ ...pools, body });
}

const change = (body: object): Promise<unknown> =>
  custom.patchClusterCustomObject({ ...pool, body }, setHeaderOptions("Content-Type", PatchStrategy.MergePatch));

const isPaused = async (): Promise<boolean | undefined> =>
  ((await custom.getClusterCustomObject(pool)) as { spec: { paused?: boolean } }).spec.paused;

/** A command that a message has, as it is printed. */
function commandIn(output: string, pattern: RegExp): string {
  const [command] = pattern.exec(output) ?? [];
  if (command === undefined) throw new Error(`no command ${pattern.source} in:\n${output}`);
  return command;
}

describe("GIVEN a serving worker whose MachineConfigPool begins to be updated", () => {
  const cleanup = new Cleanup();
  let project: Project;
  let before: readonly string[];
  let refused: Run;

  const configure = async (edit: Config): Promise<void> =>
    project.configure({ pools: await project.pools({ ...pooled, ...edit }) });
  const ids = async (): Promise<string[]> => [...(await own.serverIds()).values()];

  beforeAll(async () => {
    await createPool();
    cleanup.push(() => custom.deleteClusterCustomObject(pool));
    project = await Project.create("cluster-upgrade");
    cleanup.push(async () => succeeded(await project.destroy()));
    await configure({});
    succeeded(await project.up());
    before = await ids();
    await change({ spec: { configuration: rendered("b") }, status: { conditions: conditions(false) } });
    await configure({ image: openstack.nextImage });
    refused = await project.up();
  });
  afterAll(cleanup.run);

  test("WHEN its image is edited THEN up stops before it, and names the pool's update", async () => {
    expect(refused.ok).toBe(false);
    expect(refused.output).toMatch(
      /upgraded-0.* not replaced, because .* updates MachineConfigPool upgraded to rendered-upgraded-b/s,
    );
    expect(await ids()).toEqual(before);
  });

  describe("WHEN the operator is held back by the command of the error, and up follows", () => {
    let output: string;
    beforeAll(async () => {
      await type(
        project,
        commandIn(refused.output, /oc patch machineconfigpool\/upgraded --type=merge --patch='[^']+'/),
      );
      expect(await isPaused()).toBe(true);
      output = succeeded(await project.up());
    });

    test("THEN the worker is replaced, with a warning that has the command to resume", async () => {
      expect(output).toContain("MachineConfigPool upgraded is paused");
      expect(await ids()).not.toEqual(before);
      expect(isReady(await node(name))).toBe(true);
      await type(
        project,
        commandIn(output, /oc patch machineconfigpool\/upgraded --type=merge --patch='[^']+false[^']+'/),
      );
      expect(await isPaused()).toBe(false);
    });
  });

  test("WHEN the operator is waited for by the command of the error THEN that ends with the update", async () => {
    const waiting = type(
      project,
      commandIn(refused.output, /oc wait machineconfigpool\/upgraded --for=\S+ --timeout=\S+(?=\))/),
    );
    await sleep(2000);
    await change({ status: { configuration: rendered("b"), conditions: conditions(true) } });
    expect(await waiting).toContain("condition met");
  });
});
