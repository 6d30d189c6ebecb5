/** @shared a worker of a pool of its own */

import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { machineNetwork } from "../../lab/settings.ts";
import { Cleanup } from "../support/cleanup.ts";
import { cloud } from "../support/cloud/cloud.ts";
import * as kube from "../support/cluster/cluster.ts";
import { OwnPool } from "../support/own-pool.ts";
import { Project, succeeded } from "../support/project.ts";
import { editStackFile } from "../support/stack/stack-file.ts";

const own = new OwnPool("noted");
const name = own.worker(0);
const [further, allowed, edited] = [8, 9, 10].map(machineNetwork.host);
const option = { opt_name: "mtu", opt_value: "1500" };

describe("GIVEN a worker on whose port and server an operator has set all that the config does not say", () => {
  const cleanup = new Cleanup();
  let project: Project;
  let portId = "";
  let serverId = "";

  const setPort = (change: object): Promise<unknown> =>
    cloud.send("PUT", "network", `/v2.0/ports/${portId}`, { port: change });
  const unchanged = async (): Promise<void> => {
    expect(await own.serverIds()).toEqual(new Map([[name, serverId]]));
    expect((await own.ports()).map(({ id }) => id)).toEqual([portId]);
  };

  beforeAll(async () => {
    const networks = [{ allowedAddresses: [allowed] }];
    project = await Project.withPool("noted", { name: own.name, replicas: 1, networks });
    cleanup.push(() => project.destroy());
    succeeded(await project.up());
    const [port] = await own.ports();
    portId = port?.id ?? "";
    serverId = (await own.serverIds()).get(name) ?? "";
    const pairs = [...(port?.allowed_address_pairs ?? []), { ip_address: further }];
    await setPort({ description: "rack 7, ask Kim", allowed_address_pairs: pairs, extra_dhcp_opts: [option] });
    await cloud.send("PUT", "network", `/v2.0/ports/${portId}/tags/by-hand`, {});
    await cloud.send("PUT", "compute", `/servers/${serverId}`, { server: { description: "by hand" } });
    await cloud.send("POST", "compute", `/servers/${serverId}/metadata`, { metadata: { "by-hand": "x" } });
    await cloud.send("PUT", "compute", `/servers/${serverId}/tags`, { tags: ["by-hand"] });
  });
  afterAll(cleanup.run);

  test("WHEN the state is refreshed THEN a preview has no changes", async () => {
    succeeded(await project.refresh());
    succeeded(await project.preview("--expect-no-changes"));
  });

  test("WHEN a label and a tag of the port are edited THEN up changes them in place, and what was set by hand stays", async () => {
    const networks = [{ allowedAddresses: [allowed], tags: ["rack=r1"] }];
    await editStackFile(project, (pool) => ({ pools: [{ ...pool, networks, labels: { "example.test/rack": "r1" } }] }));
    expect(succeeded(await project.up())).not.toMatch(/replace/);
    await unchanged();
    const [port] = await own.ports();
    expect(port?.tags).toEqual(expect.arrayContaining(["by-hand", "rack=r1"]));
    expect(port?.allowed_address_pairs.map(({ ip_address }) => ip_address)).toContain(further);
    expect(port?.extra_dhcp_opts).toMatchObject([option]);
    const [server] = await own.servers();
    expect(server?.metadata).toMatchObject({ "by-hand": "x" });
  });

  describe("WHEN the config edits the allowed addresses", () => {
    let output = "";
    beforeAll(async () => {
      const networks = [{ allowedAddresses: [edited], tags: ["rack=r1"] }];
      await editStackFile(project, (pool) => ({ pools: [{ ...pool, networks }] }));
      output = succeeded(await project.preview());
    });

    test("THEN the worker would be replaced, drained, in spite of the note", () => {
      expect(output).toMatch(
        new RegExp(`${name}: replace, drained \\(networks\\[0\\]\\.allowedAddresses .* -> ${edited}\\)`),
      );
      expect(output).toMatch(new RegExp(`\\+-\\s+openstack:compute:Instance ${name} replace`));
    });

    test("THEN nothing was changed yet", async () => {
      await unchanged();
      expect(kube.isReady(await kube.node(name))).toBe(true);
    });
  });

  test("WHEN destroyed THEN nothing is left", async () => {
    succeeded(await project.destroy());
    expect(await own.leftovers()).toEqual([]);
  });
});
