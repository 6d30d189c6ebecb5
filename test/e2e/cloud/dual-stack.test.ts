/** Alone on the lab: gives its machine network an IPv6 subnet, which every port without subnets of its own would take. */

import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { portName, workerName } from "../../../components/ports/names.ts";
import { leftovers } from "../../lab/leftovers.ts";
import { ipVersionOf } from "../../../components/lib/ip.ts";
import { cluster as lab, openstack, secondSubnet, servedVersions } from "../../lab/settings.ts";
import { Cleanup } from "../support/cleanup.ts";
import { addressesOf, portsNamed, serverOf } from "../support/cloud/servers.ts";
import * as kube from "../support/cluster/cluster.ts";
import { addMachineNetwork, makeIpv6Subnet } from "../support/dual-stack.ts";
import { addressesInCertificate } from "../support/machines/certificate.ts";
import { Project, succeeded } from "../support/project.ts";

const name = workerName(lab.infraId, "dual", 0);
const six = { subnet: "dual-stack-v6", cidr: secondSubnet.cidr, address: "fd00:77::20" };

/**
 * In a lab of IPv4 the machines have that alone: its DHCP server gives no other address, and their kubelets tell of no other.
 * In one that is up with `--ip-version dual` they have both.
 */
describe("GIVEN a worker with a port of IPv4 in a cluster of two IP versions", () => {
  const cleanup = new Cleanup();
  let project: Project;
  let first = "";
  /** @param subnet undefined: what has the installer's tag */
  const configure = async (subnet: string | readonly string[] | undefined, pool: object = {}): Promise<void> =>
    project.configure({
      machineNetwork: subnet && { network: openstack.network, subnet },
      pools: await project.pools({ name: "dual", replicas: 1, ...pool }),
    });
  const both = [openstack.subnet, six.subnet];
  /** The port's addresses that the lab's DHCP server gives its machine. */
  const served = async (): Promise<string[]> =>
    (await addresses()).filter((address) => servedVersions.includes(ipVersionOf(address)));
  const addresses = async (): Promise<string[]> => addressesOf((await portsNamed(portName(name, 0)))[0]);

  beforeAll(async () => {
    cleanup.push(await makeIpv6Subnet(six.subnet, six.cidr), await addMachineNetwork(six.cidr));
    project = await Project.create("dual-stack");
    cleanup.push(() => project.destroy());
    await configure(openstack.subnet);
    first = succeeded(await project.up());
  });
  afterAll(cleanup.run);

  test("THEN up warns that the port has one version only", () => {
    expect(first).toMatch(/machineNetwork\.subnet: no IPv6 address comes from .*\(check ip-families\)/);
  });

  test("THEN the port has one address", async () => {
    expect(await addresses()).toHaveLength(1);
  });

  test("WHEN the config names no subnet, and both have the installer's tag THEN the worker keeps its port", async () => {
    await configure(undefined);
    expect(succeeded(await project.preview())).toContain(
      `${name}: kept (port ${portName(name, 0)} has no address of subnet ${six.subnet};`,
    );
    succeeded(await project.up("--expect-no-changes"));
  });

  describe("WHEN the config names both subnets, and an IPv6 address", () => {
    let server: string | undefined;
    let preview = "";
    const withOptions = (dhcpOptions: readonly object[]): Promise<void> =>
      configure(both, { fixedIps: [six.address], networks: [{ dhcpOptions }] });
    beforeAll(async () => {
      server = await serverOf(name);
      await withOptions([{ name: "sntp-server", value: `[${six.address}]`, ipVersion: 6 }]);
      preview = succeeded(await project.preview());
      succeeded(await project.up());
    });

    test("THEN the preview says that the worker is replaced, and why", () => {
      expect(preview).toContain(
        `${name}: replace, drained (networks[0].subnet ${openstack.subnet} -> ${both.join(", ")}, fixedIps[0] none -> ${six.address})`,
      );
    });

    test("THEN its one port has an address of each version, and the server is another", async () => {
      expect(await portsNamed(name)).toHaveLength(1);
      const found = await addresses();
      expect(found).toHaveLength(2);
      expect(found).toContain(six.address);
      expect(await serverOf(name)).not.toBe(server);
    });

    test("THEN its Node is Ready, with the port's addresses that DHCP gives", async () => {
      const node = await kube.node(name);
      expect(kube.isReady(node)).toBe(true);
      expect(kube.internalIps(node).toSorted()).toEqual((await served()).toSorted());
    });

    test("THEN its kubelet has a certificate for these addresses, and no others", async () => {
      for (const address of await served())
        expect((await addressesInCertificate(address)).toSorted()).toEqual((await served()).toSorted());
    });

    test("AND up and refresh run again THEN nothing changes", async () => {
      expect(await project.up("--expect-no-changes")).toMatchObject({ ok: true });
      expect(await project.refresh("--expect-no-changes")).toMatchObject({ ok: true });
    });

    test("AND an option of IPv6 is removed THEN the preview fails, since the port would keep it", async () => {
      await withOptions([]);
      const { ok, output } = await project.preview();
      expect(ok).toBe(false);
      expect(output).toContain(`${portName(name, 0)} would keep sntp-server (IPv6). Nothing was changed.`);
      expect(output).toContain(`pulumi up --replace '**:Port::${portName(name, 0)}'`);
    });
  });

  test("WHEN destroyed THEN nothing is left", async () => {
    expect(await project.destroy()).toMatchObject({ ok: true });
    expect(await leftovers()).toEqual([]);
  });
});
