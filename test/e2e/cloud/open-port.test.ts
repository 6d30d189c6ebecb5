/** @shared a worker of a pool of its own */

import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { machineNetwork } from "../../lab/settings.ts";
import { Cleanup } from "../support/cleanup.ts";
import * as kube from "../support/cluster/cluster.ts";
import { OwnPool } from "../support/own-pool.ts";
import { Project, succeeded } from "../support/project.ts";
import { editStackFile } from "../support/stack/stack-file.ts";

const own = new OwnPool("lone-open");
const name = own.worker(0);

describe("GIVEN a worker in a network with port security", () => {
  const cleanup = new Cleanup();
  let project: Project;
  let before: string | undefined;
  const port = (change: object): Promise<string> =>
    editStackFile(project, (pool) => ({ pools: [{ ...pool, networks: [change] }] }));
  const idOf = async (): Promise<string | undefined> => (await own.serverIds()).get(name);

  beforeAll(async () => {
    project = await Project.withPool("open-port", { name: own.name, replicas: 1 });
    cleanup.push(() => project.destroy());
    succeeded(await project.up());
    before = await idOf();
  });
  afterAll(cleanup.run);

  test("THEN its port has groups, and may answer for the ingress", async () => {
    const [found] = await own.ports();
    expect(found?.security_groups).toHaveLength(1);
    expect(found?.allowed_address_pairs).toMatchObject([{ ip_address: machineNetwork.ingressVip }]);
  });

  test("WHEN its port is to be without, but to have an address THEN both paths are named", async () => {
    await port({ portSecurity: false, allowedAddresses: [machineNetwork.host(9)] });
    const { ok, output } = await project.preview();
    expect(ok).toBe(false);
    const at = `pools[${own.name}].networks[0]`;
    expect(output).toContain(`${at}.allowedAddresses: set together with ${at}.portSecurity: false`);
  });

  describe("WHEN its port is to be without", () => {
    let preview = "";
    beforeAll(async () => {
      await port({ portSecurity: false });
      preview = succeeded(await project.preview());
      succeeded(await project.up());
    });

    test("THEN the preview says that it is replaced, and why", () => {
      expect(preview).toContain(`${name}: replace, drained (networks[0].portSecurity true -> false)`);
    });

    test("THEN another server is Ready on a port without groups and address pairs", async () => {
      expect(await own.ports()).toMatchObject([{ security_groups: [], allowed_address_pairs: [] }]);
      expect(await idOf()).not.toBe(before);
      expect(kube.isReady(await kube.node(name))).toBe(true);
    });

    test("THEN nothing changes after it, also after a refresh", async () => {
      succeeded(await project.up("--expect-no-changes"));
      succeeded(await project.refresh());
      succeeded(await project.up("--expect-no-changes"));
    });

    test("AND the key is removed THEN the worker stays as it is", async () => {
      const id = await idOf();
      await port({});
      succeeded(await project.up());
      expect(await own.ports()).toMatchObject([{ security_groups: [], allowed_address_pairs: [] }]);
      expect(await idOf()).toBe(id);
    });
  });

  test("WHEN destroyed THEN nothing is left", async () => {
    succeeded(await project.destroy());
    expect(await own.leftovers()).toEqual([]);
  });
});
