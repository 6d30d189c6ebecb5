/** Alone on the lab: disables port security of the machine network. */

import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { leftovers } from "../../lab/leftovers.ts";
import { cluster, machineNetwork, openstack } from "../../lab/settings.ts";
import { Cleanup } from "../support/cleanup.ts";
import { setPortSecurity } from "../support/cloud/obstacles.ts";
import * as kube from "../support/cluster/cluster.ts";
import { OwnPool } from "../support/own-pool.ts";
import { Project, succeeded } from "../support/project.ts";
import { editStackFile } from "../support/stack/stack-file.ts";

const own = new OwnPool("open");
const name = own.worker(0);
const groups = [`${cluster.infraId}-worker`];

describe("GIVEN a machine network without port security", () => {
  const cleanup = new Cleanup();
  let project: Project;
  let serverId: string | undefined;
  const configure = (change: object): Promise<string> =>
    editStackFile(project, (pool) => ({ pools: [{ ...pool, ...change }] }));

  beforeAll(async () => {
    cleanup.push(await setPortSecurity(false));
    project = await Project.withPool("open", { name: own.name, replicas: 1 });
    cleanup.push(() => project.destroy());
  });
  afterAll(cleanup.run);

  test("WHEN a port names groups and addresses THEN up refuses both, and makes nothing", async () => {
    await configure({ networks: [{ securityGroups: groups, allowedAddresses: [machineNetwork.host(9)] }] });
    const { ok, output } = await project.up();
    expect(ok).toBe(false);
    for (const key of ["securityGroups", "allowedAddresses"])
      expect(output).toContain(
        `pools[${own.name}].networks[0].${key}: network "${openstack.network}" has port security disabled`,
      );
    expect(output).toContain(`openstack network set --enable-port-security ${openstack.network}`);
    expect(await leftovers()).toEqual([]);
  });

  describe("WHEN the config names neither", () => {
    let output = "";
    beforeAll(async () => {
      await configure({ networks: [{}] });
      output = succeeded(await project.up());
      serverId = (await own.serverIds()).get(name);
    });

    test("THEN a warning says what the port does not get", () => {
      expect(output).toMatch(/has port security disabled: new ports there get no security groups .*security-groups/);
    });

    test("THEN the worker is Ready on a port without groups and address pairs", async () => {
      expect(await own.ports()).toMatchObject([{ security_groups: [], allowed_address_pairs: [] }]);
      expect(kube.isReady(await kube.node(name))).toBe(true);
    });

    test("THEN a second up changes nothing and warns of nothing", async () => {
      const again = succeeded(await project.up("--expect-no-changes"));
      expect(again).not.toContain("port security");
    });
  });

  describe("WHEN port security is enabled later", () => {
    beforeAll(async () => {
      await setPortSecurity(true);
    });

    test("THEN nothing changes on the worker that runs", async () => {
      succeeded(await project.up("--expect-no-changes"));
      succeeded(await project.refresh());
      succeeded(await project.up("--expect-no-changes"));
      expect((await own.serverIds()).get(name)).toBe(serverId);
    });

    test("THEN a further worker gets groups and address pairs", async () => {
      await configure({ networks: [{}], replicas: 2 });
      succeeded(await project.up());
      const [first, second] = (await own.ports()).toSorted((one, other) => one.name.localeCompare(other.name));
      expect(first).toMatchObject({ security_groups: [], allowed_address_pairs: [] });
      expect(second?.security_groups).toHaveLength(1);
      expect(second?.allowed_address_pairs).toMatchObject([{ ip_address: machineNetwork.ingressVip }]);
    });
  });

  test("WHEN it is disabled again THEN nothing changes on the workers that run", async () => {
    await setPortSecurity(false);
    succeeded(await project.up("--expect-no-changes"));
  });

  test("WHEN destroyed THEN nothing is left", async () => {
    succeeded(await project.destroy());
    expect(await leftovers()).toEqual([]);
  });
});
