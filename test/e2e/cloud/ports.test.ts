import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { copyFile, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { clusterTag, portName, workerName } from "../../../components/ports/names.ts";
import { leftovers } from "../../lab/leftovers.ts";
import { mtuOf } from "../../lab/metal/network/nic.ts";
import { files, cluster as lab, machineNetwork, machines, openstack } from "../../lab/settings.ts";
import { type Account, makeAccount } from "../support/cloud/account.ts";
import { idOf } from "../support/machines/by-hand.ts";
import { cloud } from "../support/cloud/cloud.ts";
import * as kube from "../support/cluster/cluster.ts";
import { machineOf } from "../support/machines/faults.ts";
import { Project } from "../support/project.ts";

const name = (own: string): string => workerName(lab.infraId, "ports", own);

/** Machine 0 has one card, 2 has two on the machine network, 3 has one there and one on the storage network. */
const pin = (machine: 0 | 2 | 3): string => `nova:lab:${machines[machine]?.uuid ?? ""}`;
const macs = (machine: 2 | 3): string[] => (machines[machine]?.nics ?? []).map(({ mac }) => mac);

const storage = {
  network: openstack.storageNetwork,
  subnet: openstack.storageSubnet,
  securityGroups: [`${lab.infraId}-worker`],
  allowedAddresses: ["10.77.1.9"],
  tags: ["rack=r2"],
  dhcpOptions: [{ name: "mtu", value: "1450" }],
};
const split = { name: "split", availabilityZone: pin(3), networks: [storage] };
const twin = { name: "twin", availabilityZone: pin(2), networks: [{}] };

const portsOf = async (worker: string): Promise<Awaited<ReturnType<typeof cloud.ports>>> => {
  const ports = await cloud.ports();
  return [0, 1].flatMap((i) => ports.find((port) => port.name === portName(worker, i)) ?? []);
};
const addresses = (ports: Awaited<ReturnType<typeof cloud.ports>>): string[] =>
  ports.flatMap(({ fixed_ips }) => fixed_ips.map(({ ip_address }) => ip_address));

describe("GIVEN workers on named machines, with two ports each", () => {
  let folder = "";
  let cloudsYaml = "";
  let project: Project;
  let operator: Account;
  const workers = async (...list: object[]): Promise<void> => {
    const pool = { name: "ports", replicas: undefined, securityGroups: [], workers: list };
    await project.configure({ pools: await project.pools(pool) });
  };

  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "ports-"));
    cloudsYaml = path.join(folder, "clouds.yaml");
    operator = await makeAccount("ports-operator", ["member", "admin"]);
    await copyFile(files.cloudsYaml, cloudsYaml);
    project = await Project.create("ports", {}, { OS_CLIENT_CONFIG_FILE: cloudsYaml });
    await workers(split, twin);
  });
  afterAll(async () => {
    await project.destroy();
    await operator.undo();
    await rm(folder, { recursive: true, force: true });
  });

  test("WHEN a plain member runs up THEN it is told who may choose a machine, and nothing is made", async () => {
    const { ok, output } = await project.up();
    expect(ok).toBe(false);
    for (const worker of ["split", "twin"])
      expect(output).toContain(`pools[ports].workers[${worker}].availabilityZone: "nova:lab:`);
    expect(output).toContain("the account's roles are: member");
    expect(output).toContain("expected: the role admin");
    expect(await leftovers()).toEqual([]);
  });

  test("WHEN an administrator runs up THEN each is on its machine, both its cards have a port, and its Node is Ready", async () => {
    await writeFile(cloudsYaml, operator.cloudsYaml);
    const run = await project.up();
    expect(run).toMatchObject({ ok: true });
    expect(run.output).toMatch(/pools\[ports\]\.workers\[twin\]\.networks\[0\]: .* \(check node-address\)/);
    expect(run.output).not.toMatch(/check (dns|gateway)/);
    for (const [worker, machine] of [[name("split"), 3] as const, [name("twin"), 2] as const]) {
      const ports = await portsOf(worker);
      expect(ports.map(({ mac_address }) => mac_address)).toEqual(macs(machine));
      expect(ports.map(({ status }) => status)).toEqual(["ACTIVE", "ACTIVE"]);
      const node = await kube.node(worker);
      expect(node && kube.isReady(node)).toBe(true);
      expect(await machineOf(ports[0]?.device_id ?? "")).toMatchObject({ name: `metal-${machine}` });
    }
  });

  test("THEN the Node's address is of the port beside the API, and of any where there are several", async () => {
    const node = async (own: string): Promise<string[]> => {
      const found = await kube.node(name(own));
      return found ? kube.internalIps(found) : [];
    };
    expect(await node("split")).toEqual(addresses(await portsOf(name("split"))).slice(0, 1));
    const twins = await node("twin");
    expect(twins).toHaveLength(1);
    expect(addresses(await portsOf(name("twin")))).toEqual(expect.arrayContaining(twins));
  });

  test("THEN a port has the groups, addresses, tags and DHCP options of its own, and its card obeys them", async () => {
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
      allowed_address_pairs: [{ ip_address: "10.77.1.9" }],
      extra_dhcp_opts: [{ opt_name: "mtu", opt_value: "1450", ip_version: 4 }],
    });
    // Neutron keeps tags as a set: they come in any order
    expect(new Set(second?.tags)).toEqual(new Set([clusterTag(lab.infraId), "rack=r2"]));
    const machine = await machineOf(second?.device_id ?? "");
    expect([await mtuOf(machine, 0), await mtuOf(machine, 1)]).toEqual([1500, 1450]);
  });

  test("WHEN up and refresh run again THEN nothing changes", async () => {
    expect(await project.up("--expect-no-changes")).toMatchObject({ ok: true });
    expect(await project.refresh("--expect-no-changes")).toMatchObject({ ok: true });
  });

  test("WHEN groups, tags and options of a port are edited THEN its worker's line says in place, and no more is done", async () => {
    const other = { ...storage, securityGroups: [], tags: ["rack=r3"], dhcpOptions: [] };
    await workers({ ...split, networks: [other] }, twin);
    const { ok, output } = await project.up();
    expect(ok).toBe(true);
    expect(output).toMatch(
      new RegExp(
        `${name("split")}: in place \\(${name("split")}-port-1: tags .*rack=r2 -> .*rack=r3; DHCP options mtu=1450 -> none\\)`,
      ),
    );
    expect(output).toMatch(/~ 1 updated/);
    const [, second] = await portsOf(name("split"));
    expect(second).toMatchObject({ extra_dhcp_opts: [] });
    expect(second?.tags).toContain("rack=r3");
    await workers(split, twin);
    expect(await project.up()).toMatchObject({ ok: true });
  });

  test("WHEN another machine is named THEN the preview replaces the worker, drained, and no other", async () => {
    await workers({ ...split, availabilityZone: pin(0) }, twin);
    const { ok, output } = await project.preview();
    expect(ok).toBe(true);
    expect(output).toContain(`${name("split")}: replace, drained (availabilityZone ${pin(3)} -> ${pin(0)})`);
    expect(output).toMatch(new RegExp(`\\+-\\s+openstack:compute:Instance ${name("split")} replace`));
    expect(output).not.toMatch(new RegExp(`Instance ${name("twin")} replace`));
  });

  test("WHEN a machine has too few cards THEN up fails, and the next command says why and what to do", async () => {
    await workers(split, twin, { name: "few", availabilityZone: pin(0), networks: [{}] });
    const failed = await project.up();
    expect(failed).toMatchObject({ ok: false });
    expect(failed.output).toContain("unexpected state 'ERROR'");
    const { output } = await project.preview();
    expect(output).toMatch(
      new RegExp(`workers\\[few\\]: server ${name("few")} \\S+ is in ERROR: Build of instance .* aborted`),
    );
    expect(output).toContain("fewer than 2 network cards");
    expect(output).toContain("its error names the command that replaces the server");
  });

  test("WHEN destroyed THEN nothing is left", async () => {
    expect(await project.destroy()).toMatchObject({ ok: true });
    expect(await leftovers()).toEqual([]);
  });
});
