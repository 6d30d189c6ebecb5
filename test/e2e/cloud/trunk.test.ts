/** @nightly @shared a worker of a pool of its own */

import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { openstack } from "../../lab/settings.ts";
import { Cleanup } from "../support/cleanup.ts";
import { cloud } from "../support/cloud/cloud.ts";
import { idIn, idOf } from "../support/cloud/ids.ts";
import * as kube from "../support/cluster/cluster.ts";
import { OwnPool } from "../support/own-pool.ts";
import { Project, succeeded } from "../support/project.ts";
import { editStackFile } from "../support/stack/stack-file.ts";
import { parseState } from "../support/stored-state.ts";

const own = new OwnPool("vlans");
const name = own.worker(0);
const port = `${name}-port-0`;

const storage = { network: openstack.storageNetwork, subnet: openstack.storageSubnet, segmentationId: 100 };
const other = { network: openstack.otherNetwork, segmentationId: 200 };
/** Its network has no subnet. */
const third = { network: "vlans-third", segmentationId: 300 };

/** What Neutron has of the trunk, and of each of its VLANs: the network and the state of its subport. */
async function trunkNow(): Promise<unknown> {
  const [[trunk], ports] = await Promise.all([own.trunks(), own.ports()]);
  if (!trunk) return undefined;
  const vlans = trunk.sub_ports.map(({ segmentation_id: vlan, segmentation_type: type, port_id: id }) => {
    const found = ports.find((each) => each.id === id);
    return [vlan, { type, network: found?.network_id, owner: found?.device_owner, status: found?.status }] as const;
  });
  const parent = ports.find(({ id }) => id === trunk.port_id)?.name;
  return { name: trunk.name, parent, status: trunk.status, vlans: Object.fromEntries(vlans) };
}

describe("GIVEN a worker whose port is the parent of a trunk with two subports", () => {
  const cleanup = new Cleanup();
  let project: Project;
  let serverId: string | undefined;
  let networks: Record<"storage" | "other" | "third", string>;
  const configure = (port: object): Promise<string> =>
    editStackFile(project, (pool) => ({ pools: [{ ...pool, networks: [port] }] }));
  const replicas = (count: number): Promise<string> =>
    editStackFile(project, (pool) => ({ pools: [{ ...pool, replicas: count }] }));
  const subports = (...list: object[]): Promise<string> => configure({ trunk: { subports: list } });
  /** Takes what has such an URN out of the state. */
  const forget = async (lost: RegExp): Promise<void> => {
    const { deployment, ...rest } = parseState(await project.storedState());
    const kept = deployment.resources.filter(({ urn }) => !lost.test(urn));
    const resources = kept.map(({ dependencies, ...each }) => ({
      ...each,
      ...(Array.isArray(dependencies) && {
        dependencies: dependencies.filter((urn) => typeof urn === "string" && !lost.test(urn)),
      }),
    }));
    await project.importState(JSON.stringify({ ...rest, deployment: { ...deployment, resources } }));
  };
  const serverNow = async (): Promise<string | undefined> => (await own.serverIds()).get(name);
  const vlan = (network: string): object => ({ type: "vlan", network, owner: "trunk:subport", status: "ACTIVE" });
  const active = (vlans: object): object => ({ name: `${port}-trunk`, parent: port, status: "ACTIVE", vlans });

  beforeAll(async () => {
    const made = await cloud.send("POST", "network", "/v2.0/networks", { network: { name: third.network } });
    const id = idIn("network", made);
    cleanup.push(() => cloud.remove("network", `/v2.0/networks/${id}`));
    const found = (network: string): Promise<string> => idOf("network", "/v2.0/networks", "networks", network);
    networks = { storage: await found(storage.network), other: await found(other.network), third: id };
    project = await Project.withPool("trunk", { name: own.name, replicas: 1 });
    cleanup.push(() => project.destroy());
    await subports(storage, other);
    succeeded(await project.up());
    serverId = await serverNow();
  });
  afterAll(cleanup.run);

  test("THEN trunk and subports are active", async () => {
    expect(await trunkNow()).toEqual(active({ 100: vlan(networks.storage), 200: vlan(networks.other) }));
  });

  test("THEN its Node is Ready, with the address of the parent alone", async () => {
    const node = await kube.node(name);
    const parent = (await own.ports()).find((each) => each.name === port);
    expect(kube.isReady(node)).toBe(true);
    expect(kube.internalIps(node)).toEqual(parent?.fixed_ips.map((each) => each.ip_address));
  });

  test("THEN further commands change nothing", async () => {
    succeeded(await project.up("--expect-no-changes"));
    succeeded(await project.refresh());
    succeeded(await project.up("--expect-no-changes"));
  });

  test("THEN the doctor finds nothing", async () => {
    expect((await project.doctor()).code).toBe(0);
  });

  test("WHEN a subport has the parent's network THEN its path is named, and nothing is changed", async () => {
    await subports(storage, { network: openstack.network, segmentationId: 200 });
    const { ok, output } = await project.up();
    expect(ok).toBe(false);
    expect(output).toContain(`pools[${own.name}].networks[0].trunk.subports[1].network: "${openstack.network}" is`);
  });

  describe("WHEN one VLAN is added and another moves to another network", () => {
    let preview = "";
    beforeAll(async () => {
      await subports({ ...other, segmentationId: 100 }, third);
      preview = succeeded(await project.preview());
      succeeded(await project.up());
    });

    test("THEN the preview says so, in place", () => {
      const reason = "VLANs 100, 200 -> 100, 300; VLAN 100 in another network or subnet";
      expect(preview).toContain(`${name}: in place (${port}-trunk: ${reason})`);
    });

    test("THEN the trunk has the VLANs of the config, on the same server", async () => {
      expect(await trunkNow()).toEqual(active({ 100: vlan(networks.other), 300: vlan(networks.third) }));
      expect(await serverNow()).toBe(serverId);
    });

    test("THEN the subports that have left the trunk are gone", async () => {
      expect(await own.ports()).toHaveLength(3);
      succeeded(await project.up("--expect-no-changes"));
    });
  });

  describe("WHEN the state has lost trunk and subports, as after a killed up", () => {
    let preview = "";
    let before: string[] = [];
    const ids = async (): Promise<string[]> =>
      [...(await own.ports()), ...(await own.trunks())].map(({ id }) => id).toSorted();
    beforeAll(async () => {
      before = await ids();
      await forget(/-port-0-(trunk|vlan-\S+)$/);
      preview = succeeded(await project.preview());
      succeeded(await project.up());
    });

    test("THEN the preview says that the subports are taken over, and that the trunk stays as it is", () => {
      expect(preview).toContain(`${name}: taken over (port ${port}-vlan-100-`);
      expect(preview).toMatch(new RegExp(`trunk ${port}-trunk \\(id \\S+\\) is not in the state: it stays as it is`));
    });

    test("THEN they are the same, on the same server, and another up changes nothing", async () => {
      expect(await ids()).toEqual(before);
      expect(await serverNow()).toBe(serverId);
      succeeded(await project.up("--expect-no-changes"));
    });
  });

  test("WHEN the trunk leaves the config THEN that is refused: Neutron would not delete its port", async () => {
    await configure({});
    const run = await project.up();
    expect(run.ok).toBe(false);
    expect(run.output).toContain(`${port} (`);
    expect(run.output).toContain("that is not in this stack's state, and the config would replace the port");
    expect(await serverNow()).toBe(serverId);
  });

  test("WHEN the worker is detached THEN its claim removes the trunk", async () => {
    await replicas(0);
    expect(succeeded(await project.up())).toMatch(/removed what an interrupted .* in the cloud: trunk \S+ of port/);
    expect([await own.trunks(), await own.ports()]).toEqual([[], []]);
  });

  describe("WHEN a new worker's trunk leaves the config", () => {
    let preview = "";
    beforeAll(async () => {
      await subports(storage);
      await replicas(1);
      succeeded(await project.up());
      serverId = await serverNow();
      await configure({});
      preview = succeeded(await project.preview());
      succeeded(await project.up());
    });

    test("THEN the preview says that the worker is replaced", () => {
      expect(preview).toContain(`${name}: replace, drained (networks[0].trunk removed)`);
    });

    test("THEN another server is Ready, on a port alone", async () => {
      expect(await serverNow()).not.toBe(serverId);
      expect(kube.isReady(await kube.node(name))).toBe(true);
      expect([await own.trunks(), (await own.ports()).map((each) => each.name)]).toEqual([[], [port]]);
    });
  });

  test("WHEN a trunk comes back THEN the worker is replaced once more, and trunk and subport are active", async () => {
    await subports(storage);
    expect(succeeded(await project.up())).toContain(`${name}: replace, drained (networks[0].trunk added)`);
    expect(await trunkNow()).toEqual(active({ 100: vlan(networks.storage) }));
  });

  test("WHEN destroyed THEN neither ports nor trunks are left", async () => {
    succeeded(await project.destroy());
    expect(await own.leftovers()).toEqual([]);
  });

  test("WHEN it is destroyed by a state that has lost the trunk THEN its claim removes it, and nothing is left", async () => {
    succeeded(await project.up());
    await forget(/-port-0-trunk$/);
    expect(succeeded(await project.destroy())).toMatch(
      /removed what an interrupted .* in the cloud: trunk \S+ of port/,
    );
    expect(await own.leftovers()).toEqual([]);
  });
});
