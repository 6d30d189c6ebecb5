/** Alone on the lab: takes certain machines, which must be free. */

import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { copyFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { clusterTag, workerName } from "../../../components/ports/names.ts";
import { leftovers } from "../../lab/leftovers.ts";
import { files, cluster as lab, machineNetwork, machines, openstack, storageNetwork } from "../../lab/settings.ts";
import type { Port } from "../../lab/cloud.ts";
import { Cleanup } from "../support/cleanup.ts";
import { type Account, makeAccount } from "../support/cloud/account.ts";
import { idOf } from "../support/cloud/ids.ts";
import { addressesOf, portsNamed } from "../support/cloud/servers.ts";
import * as kube from "../support/cluster/cluster.ts";
import { dhcpOption, inNeutron } from "../support/machines/dhcp-option.ts";
import { machineOf } from "../support/machines/faults.ts";
import { Project, type Run, succeeded } from "../support/project.ts";

const name = (own: string): string => workerName(lab.infraId, "ports", own);

/** Machine 0 has one card, 2 has two on the machine network, 3 has one there and one on the storage network. */
const pin = (machine: 0 | 2 | 3): string => `nova:lab:${machines[machine]?.uuid ?? ""}`;
const macs = (machine: 2 | 3): string[] => (machines[machine]?.nics ?? []).map(({ mac }) => mac);

const further = storageNetwork.host(9);
const storage = {
  network: openstack.storageNetwork,
  subnet: openstack.storageSubnet,
  securityGroups: [`${lab.infraId}-worker`],
  allowedAddresses: [further],
  tags: ["rack=r2"],
  dhcpOptions: dhcpOption.first,
};
const split = { name: "split", availabilityZone: pin(3), networks: [storage] };
/** Both cards are on the machine network. */
const dual = { name: "dual", availabilityZone: pin(2), networks: [{}] };

/** The ports of a worker in their order. */
const portsOf = async (worker: string): Promise<Port[]> =>
  (await portsNamed(`${worker}-port-`)).toSorted((one, other) => one.name.localeCompare(other.name));
const addressesOfNode = async (own: string): Promise<string[]> => kube.internalIps(await kube.node(name(own)));

describe("GIVEN workers on named machines, with two ports each", () => {
  const cleanup = new Cleanup();
  let cloudsYaml = "";
  let project: Project;
  let operator: Account;
  const workers = async (...list: object[]): Promise<void> => {
    const pool = { name: "ports", replicas: undefined, securityGroups: [], workers: list };
    await project.configure({ pools: await project.pools(pool) });
  };

  beforeAll(async () => {
    cloudsYaml = path.join(await cleanup.folder("ports"), "clouds.yaml");
    operator = await makeAccount("ports-operator", ["member", "admin"]);
    cleanup.push(operator.undo);
    await copyFile(files.cloudsYaml, cloudsYaml);
    project = await Project.create("ports", {}, { OS_CLIENT_CONFIG_FILE: cloudsYaml });
    cleanup.push(() => project.destroy());
    await workers(split, dual);
  });
  afterAll(cleanup.run);

  describe("WHEN a plain member runs up", () => {
    let run: Run;
    beforeAll(async () => {
      run = await project.up();
    });

    test("THEN up is refused, and says who may choose a machine", () => {
      expect(run).toMatchObject({ ok: false });
      for (const worker of ["split", "dual"])
        expect(run.output).toContain(`pools[ports].workers[${worker}].availabilityZone: "nova:lab:`);
      expect(run.output).toContain("the account's roles are: member");
      expect(run.output).toContain("expected: the role admin");
    });

    test("THEN nothing is made", async () => {
      expect(await leftovers()).toEqual([]);
    });
  });

  describe("WHEN an administrator runs up", () => {
    let output = "";
    beforeAll(async () => {
      await writeFile(cloudsYaml, operator.cloudsYaml);
      output = succeeded(await project.up());
    });

    test("THEN it warns only of the two ports that are on the machine network", () => {
      expect(output).toMatch(/pools\[ports\]\.workers\[dual\]\.networks\[0\]: .* \(check node-address\)/);
      expect(output).not.toMatch(/check (dns|gateway)/);
    });

    describe.each([["split", 3] as const, ["dual", 2] as const])("AND the worker is %s", (own, machine) => {
      test("THEN it is on its machine, and both cards have an active port", async () => {
        const ports = await portsOf(name(own));
        expect(ports.map(({ mac_address }) => mac_address)).toEqual(macs(machine));
        expect(ports.map(({ status }) => status)).toEqual(["ACTIVE", "ACTIVE"]);
        expect(await machineOf(ports[0]?.device_id ?? "")).toMatchObject({ name: `metal-${machine}` });
      });

      test("THEN its Node is Ready", async () => {
        expect(kube.isReady(await kube.node(name(own)))).toBe(true);
      });
    });

    test("THEN the Node's address is that of the port beside the API", async () => {
      const [first] = await portsOf(name("split"));
      expect(await addressesOfNode("split")).toEqual(addressesOf(first));
    });

    test("THEN the Node's address is that of any port where several are beside the API", async () => {
      const addresses = await addressesOfNode("dual");
      expect(addresses).toHaveLength(1);
      expect((await portsOf(name("dual"))).flatMap(addressesOf)).toEqual(expect.arrayContaining(addresses));
    });

    test("THEN a port has the groups, addresses, tags and DHCP options of its own", async () => {
      const group = await idOf("network", "/v2.0/security-groups", "security_groups", `${lab.infraId}-worker`);
      const [first, second] = await portsOf(name("split"));
      expect(first).toMatchObject({
        allowed_address_pairs: [{ ip_address: machineNetwork.ingressVip }],
        tags: [clusterTag(lab.infraId)],
        extra_dhcp_opts: [],
      });
      expect(first?.security_groups).not.toContain(group);
      expect(second).toMatchObject({
        security_groups: [group],
        allowed_address_pairs: [{ ip_address: further }],
        extra_dhcp_opts: inNeutron(dhcpOption.first),
      });
      // Neutron keeps tags as a set: they come in any order
      expect(new Set(second?.tags)).toEqual(new Set([clusterTag(lab.infraId), "rack=r2"]));
    });

    test("THEN the card of a port obeys its DHCP options", async () => {
      const [, second] = await portsOf(name("split"));
      const machine = await machineOf(second?.device_id ?? "");
      expect([await dhcpOption.of(machine, 0), await dhcpOption.of(machine, 1)]).toEqual(dhcpOption.effect);
    });
  });

  test("WHEN up and refresh run again THEN nothing changes", async () => {
    expect(await project.up("--expect-no-changes")).toMatchObject({ ok: true });
    expect(await project.refresh("--expect-no-changes")).toMatchObject({ ok: true });
  });

  describe("WHEN groups, tags and options of a port are edited", () => {
    let output = "";
    beforeAll(async () => {
      const other = { ...storage, securityGroups: [], tags: ["rack=r3"], dhcpOptions: dhcpOption.edited };
      await workers({ ...split, networks: [other] }, dual);
      output = succeeded(await project.up());
    });
    afterAll(async () => {
      await workers(split, dual);
      succeeded(await project.up());
    });

    test("THEN its worker's line says in place", () => {
      const line = new RegExp(
        `${name("split")}: in place \\(${name("split")}-port-1: tags .*rack=r2 -> .*rack=r3; .*\\)`,
      );
      const [said] = line.exec(output) ?? [];
      expect(said).toContain(`; DHCP options ${dhcpOption.shown})`);
    });

    test("THEN the port alone is updated", async () => {
      expect(output).toMatch(/~ 1 updated/);
      const [, second] = await portsOf(name("split"));
      expect(second).toMatchObject({ extra_dhcp_opts: inNeutron(dhcpOption.edited) });
      expect(second?.tags).toContain("rack=r3");
    });
  });

  test("WHEN another machine is named THEN the preview replaces the worker, drained, and no other", async () => {
    await workers({ ...split, availabilityZone: pin(0) }, dual);
    const output = succeeded(await project.preview());
    expect(output).toContain(`${name("split")}: replace, drained (availabilityZone ${pin(3)} -> ${pin(0)})`);
    expect(output).toMatch(new RegExp(`\\+-\\s+openstack:compute:Instance ${name("split")} replace`));
    expect(output).not.toMatch(new RegExp(`Instance ${name("dual")} replace`));
  });

  describe("WHEN a machine has too few cards", () => {
    beforeAll(async () => {
      await workers(split, dual, { name: "few", availabilityZone: pin(0), networks: [{}] });
    });

    test("THEN up fails", async () => {
      const failed = await project.up();
      expect(failed).toMatchObject({ ok: false });
      expect(failed.output).toContain("unexpected state 'ERROR'");
    });

    test("THEN the next command says why and what to do", async () => {
      const { output } = await project.preview();
      expect(output).toMatch(
        new RegExp(`workers\\[few\\]: server ${name("few")} \\S+ is in ERROR: Build of instance .* aborted`),
      );
      expect(output).toContain("fewer than 2 network cards");
      expect(output).toContain("this `up` replaces it (attempt 2 of 3)");
    });
  });

  test("WHEN destroyed THEN nothing is left", async () => {
    expect(await project.destroy()).toMatchObject({ ok: true });
    expect(await leftovers()).toEqual([]);
  });
});
