import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { clusterTag, portName, workerName } from "../../../components/ports/names.ts";
import { machineConfigServerCa } from "../../lab/cluster/pki.ts";
import { cluster, machineNetwork, openstack, ports } from "../../lab/settings.ts";
import { idOf } from "../support/machines/by-hand.ts";
import { cloud } from "../support/cloud/cloud.ts";
import { makeSecurityGroup, renameSecurityGroup, tagSubnet, writeLackingKubeconfig } from "../support/obstacles.ts";
import { type Config, Project, succeeded } from "../support/project.ts";

const worker = workerName(cluster.infraId, "metal", 0);
const stackTrace = /^\s+at .*\.(ts|js):\d+/m;
/** What the lab's cluster says of itself. */
const told = {
  infraId: cluster.infraId,
  apiVips: [machineNetwork.apiVip],
  ingressVips: [machineNetwork.ingressVip],
  machineConfigServer: {
    url: `https://${machineNetwork.apiVip}:${ports.machineConfigServer}`,
    ca: machineConfigServerCa.cert,
  },
  mtu: 1400,
};
/** What it does not say to an account of few rights. */
const lacking = { machineConfigServer: told.machineConfigServer, mtu: told.mtu };

/** The way to the cluster of an account that may read neither worker-user-data nor the cluster's Network. */
async function writeKubeconfig(undo: (() => Promise<unknown>)[]): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), "discovery-"));
  undo.push(() => rm(folder, { recursive: true, force: true }));
  const kubeconfig = path.join(folder, "kubeconfig");
  undo.push(await writeLackingKubeconfig(kubeconfig, "secrets", "networks"));
  return kubeconfig;
}

describe("GIVEN a stack that says what it expects of the cluster", () => {
  let project: Project;
  beforeAll(async () => {
    project = await Project.create("discovery-expected");
  });

  test("WHEN the cluster says the same THEN no errors are found", async () => {
    await project.configure({ cluster: { expect: told } });
    const { code, output } = await project.preflight();
    expect(output).toContain("no errors found");
    expect(code).toBe(0);
  });

  test("WHEN it is another cluster THEN every contradiction is told, beside what the cloud has not, and nothing is made", async () => {
    const others = { infraId: "other-x7k2p", apiVips: ["192.0.2.5"], ingressVips: ["192.0.2.7"], mtu: 1300 };
    const pools = await project.pools({ flavor: "metall" });
    await project.configure({ cluster: { expect: { ...told, ...others } }, pools });
    const { ok, output } = await project.up();
    expect(ok).toBe(false);
    expect(output).toContain(`the config expects other-x7k2p, but the cluster reports ${cluster.infraId}`);
    for (const key of Object.keys(others)) expect(output).toContain(`cluster.expect.${key}: the config expects`);
    expect(output).toContain('pools[metal].flavor: no flavor named "metall"');
    expect(output).toMatch(/5 errors, nothing was changed/);
    expect(output).not.toMatch(stackTrace);
    expect((await project.preflight()).output).toMatch(/^ +contradiction +ERROR/m);
    expect(await cloud.containers()).toEqual([]);
  });
});

describe("GIVEN an account that may read neither worker-user-data nor the cluster's Network", () => {
  const undo: (() => Promise<unknown>)[] = [];
  let project: Project;

  beforeAll(async () => {
    project = await Project.create("discovery-gaps", {}, { KUBECONFIG: await writeKubeconfig(undo) });
  });
  afterAll(async () => {
    for (const each of undo.toReversed()) await each();
  });

  test("WHEN nothing is expected THEN the fault says what to do about the Secret", async () => {
    const { code, output } = await project.preflight();
    expect(output).toContain("not allowed to read Secret openshift-machine-api/worker-user-data (403)");
    expect(code).toBe(1);
  });

  test("WHEN the config says it instead THEN no errors are found", async () => {
    await project.configure({ cluster: { expect: lacking } });
    const { code, output } = await project.preflight();
    expect(output).toContain("no errors found");
    expect(code).toBe(0);
  });
});

describe("GIVEN the installer's tag", () => {
  const tag = clusterTag(cluster.infraId);
  const both = [openstack.otherSubnet, openstack.subnet];
  let project: Project;
  beforeAll(async () => {
    project = await Project.create("discovery-tag");
  });

  async function preflightWith(tagged: readonly string[], config: Config): Promise<string> {
    const undo = await Promise.all(tagged.map((name) => tagSubnet(tag, name)));
    try {
      await project.configure(config);
      return (await project.preflight()).output;
    } finally {
      for (const each of undo) await each();
    }
  }

  test("on a subnet WHEN the config names no network THEN it is found, and shown", async () => {
    const undo = await tagSubnet(tag);
    try {
      await project.configure({ machineNetwork: undefined });
      const { ok, output } = await project.preview();
      expect(ok).toBe(true);
      expect(output).toContain(`subnet ${openstack.subnet}, ${machineNetwork.cidr}`);
      expect(output).toContain(`${worker}: attach (flavor ${openstack.flavor}, image ${openstack.image})`);
    } finally {
      await undo();
    }
  });

  test("on none WHEN the config names no network THEN it is told what to add", async () => {
    expect(await preflightWith([], { machineNetwork: undefined })).toContain("add machineNetwork, with both");
  });

  test("on another subnet WHEN the config names one THEN both are named, and what to do", async () => {
    const output = await preflightWith([openstack.otherSubnet], {});
    expect(output).toMatch(/machine-network +ERROR/);
    expect(output).toContain(
      `machineNetwork.subnet: "${openstack.subnet}" (${machineNetwork.cidr}) does not have the installer's tag ${tag}`,
    );
    expect(output).toContain(`"${openstack.otherSubnet}" (${openstack.otherCidr})`);
    expect(output).toContain("remove machineNetwork, or name that subnet");
  });

  test("on two subnets WHEN the config names one of them THEN no errors are found", async () => {
    expect(await preflightWith(both, {})).toContain("no errors found");
  });

  test("on two subnets WHEN the config names none THEN it is told to name one", async () => {
    const output = await preflightWith(both, { machineNetwork: undefined });
    expect(output).toContain(`machineNetwork: 2 subnets have the installer's tag ${tag}: "${openstack.subnet}"`);
    expect(output).toContain("add machineNetwork, with the network and one of these subnets");
  });
});

describe("GIVEN a worker that has joined by what the config says of the cluster, in a project without the installer's group", () => {
  const name = `${cluster.infraId}-worker`;
  const undo: (() => Promise<unknown>)[] = [];
  let project: Project;
  let serverId = "";

  async function groupsOfPort(): Promise<readonly string[]> {
    const found = (await cloud.ports()).find((port) => port.name === portName(worker, 0));
    return found?.security_groups ?? [];
  }
  const configure = async (change: Config): Promise<void> =>
    project.configure({ cluster: { expect: lacking }, pools: await project.pools({ replicas: 1, ...change }) });
  const update = async (change: Config): Promise<string> => {
    await configure(change);
    const output = succeeded(await project.up());
    expect((await cloud.servers()).map(({ id }) => id)).toEqual([serverId]);
    return output;
  };

  beforeAll(async () => {
    undo.push(await renameSecurityGroup(name, "put-aside"));
    project = await Project.create("discovery-group", {}, { KUBECONFIG: await writeKubeconfig(undo) });
    await configure({});
    const output = succeeded(await project.up());
    expect(output).toContain("security group none for workers: the project's default group");
    serverId = (await cloud.servers())[0]?.id ?? "";
  });
  afterAll(async () => {
    await project.destroy();
    for (const each of undo.toReversed()) await each();
  });

  test("THEN its port is in the project's default group", async () => {
    const id = await idOf("network", "/v2.0/security-groups", "security_groups", "default");
    expect(await groupsOfPort()).toEqual([id]);
  });

  test("WHEN there are two of the installer's name THEN its port is in the tagged one, in place", async () => {
    const untagged = await makeSecurityGroup(name);
    const own = await makeSecurityGroup(name, clusterTag(cluster.infraId));
    undo.push(untagged.undo, own.undo);
    const output = await update({});
    expect(output).toContain(`security group ${name}`);
    expect(output).toMatch(/networking:Port .* updated .*diff: .securityGroupIds/);
    expect(output).not.toMatch(/replac/i);
    expect(await groupsOfPort()).toEqual([own.id]);
  });

  test("WHEN the config leaves it to Neutron THEN the port keeps its groups, and nothing changes", async () => {
    const before = await groupsOfPort();
    expect(await update({ securityGroups: [] })).not.toMatch(/networking:Port/);
    expect(await groupsOfPort()).toEqual(before);
  });

  test("WHEN the config names another group alone THEN it is warned, and goes on", async () => {
    const other = await makeSecurityGroup("storage");
    undo.push(other.undo);
    const output = await update({ securityGroups: ["storage"] });
    expect(output).toContain(`pools[metal].securityGroups: storage without ${name}`);
    expect(await groupsOfPort()).toEqual([other.id]);
  });
});
