/** @nightly Alone on the lab: half of its machines are in another zone meanwhile. */

import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { statusDocument } from "../../../infra/status/document.ts";
import { leftovers } from "../../lab/leftovers.ts";
import { racks } from "../../lab/openstack/config/nova.ts";
import { machines } from "../../lab/settings.ts";
import { Cleanup } from "../support/cleanup.ts";
import { hostsOfMachines, makeTwoZones } from "../support/cloud/two-zones.ts";
import * as kube from "../support/cluster/cluster.ts";
import { machineOf } from "../support/machines/faults.ts";
import { OwnPool } from "../support/own-pool.ts";
import { Project, succeeded } from "../support/project.ts";
import { editStackFile } from "../support/stack/stack-file.ts";

const own = new OwnPool("racks");
const [here, there] = ["e2e-rack-one", "e2e-rack-two"];
const hosts: Readonly<Record<string, string>> = { [here]: racks.first.host, [there]: racks.second.host };

describe("GIVEN a cloud of two zones, and a pool that is spread over them", () => {
  const cleanup = new Cleanup();
  let project: Project;
  let before: ReadonlyMap<string, string>;
  const edit = (change: object): Promise<string> =>
    editStackFile(project, (pool) => ({ pools: [{ ...pool, ...change }] }));

  /** The zone of each worker's server as `status` has it, by the worker's number. */
  async function zones(): Promise<Readonly<Record<string, string | null | undefined>>> {
    const { workers } = statusDocument.parse(JSON.parse((await project.status("--json")).output));
    return Object.fromEntries(workers.map(({ name, server }) => [name.slice(own.worker("").length), server?.zone]));
  }

  beforeAll(async () => {
    await makeTwoZones([here, there], machines.slice(0, Math.floor(machines.length / 2)), cleanup);
    project = await Project.withPool("two-zones", { name: own.name, replicas: 3, availabilityZones: [here, there] });
    cleanup.push(() => project.destroy());
    succeeded(await project.up());
    before = await own.serverIds();
  });
  afterAll(cleanup.run);

  test("THEN the zones take turns", async () => {
    expect(await zones()).toEqual({ 0: here, 1: there, 2: here });
  });

  test("THEN each server is on a machine of its zone", async () => {
    const hostOf = await hostsOfMachines();
    for (const [number, zone] of Object.entries(await zones())) {
      const machine = await machineOf(before.get(own.worker(number)) ?? "");
      expect(hostOf.get(machine.uuid)).toBe(hosts[zone ?? ""]);
    }
  });

  test("THEN each Node has the zone in its label", async () => {
    for (const [number, zone] of Object.entries(await zones())) {
      const node = await kube.node(own.worker(number));
      expect(node?.metadata?.labels?.["topology.kubernetes.io/zone"]).toBe(zone);
    }
  });

  test("WHEN one of the middle is removed, and another added THEN those who stay keep server and zone", async () => {
    await edit({ replicas: 3, remove: [own.worker(1)] });
    succeeded(await project.up());
    const after = await own.serverIds();
    expect(await zones()).toEqual({ 0: here, 2: here, 3: there });
    for (const number of [0, 2]) expect(after.get(own.worker(number))).toBe(before.get(own.worker(number)));
  });

  test("WHEN all are replaced THEN each comes back in its zone", async () => {
    const former = await own.serverIds();
    const ignition = { onChange: "replace", fragments: [{ ignition: { version: "3.2.0" } }] };
    await edit({ ignition });
    succeeded(await project.up());
    const after = await own.serverIds();
    for (const [name, id] of former) expect(after.get(name)).not.toBe(id);
    expect(await zones()).toEqual({ 0: here, 2: here, 3: there });
  });

  test("WHEN the zones change places THEN nothing changes", async () => {
    await edit({ availabilityZones: [there, here] });
    succeeded(await project.up("--expect-no-changes"));
  });

  test("WHEN destroyed THEN nothing is left", async () => {
    succeeded(await project.destroy());
    expect(await leftovers()).toEqual([]);
  });
});
