/** Alone on the lab: tags the machine subnet, and renames the security group of all workers. */

import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import path from "node:path";
import { clusterTag, portName, workerName } from "../../../components/ports/names.ts";
import { machineConfigServerCa } from "../../lab/cluster/pki.ts";
import { cluster, hostPort, machineNetwork, openstack, ports } from "../../lab/settings.ts";
import { Cleanup } from "../support/cleanup.ts";
import { cloud } from "../support/cloud/cloud.ts";
import { idOf } from "../support/cloud/ids.ts";
import { tagSubnet } from "../support/cloud/obstacles.ts";
import { makeSecurityGroup, renameSecurityGroup } from "../support/cloud/security-groups.ts";
import { portsNamed } from "../support/cloud/servers.ts";
import { writeLackingKubeconfig } from "../support/cluster/kubeconfig.ts";
import { stackTrace } from "../support/output.ts";
import { type Config, Project, type Run, succeeded } from "../support/project.ts";

const worker = workerName(cluster.infraId, "metal", 0);
/** What the lab's cluster says of itself. */
const reported = {
  infraId: cluster.infraId,
  apiVips: [machineNetwork.apiVip],
  ingressVips: [machineNetwork.ingressVip],
  machineConfigServer: {
    url: `https://${hostPort(machineNetwork.apiVip, ports.machineConfigServer)}`,
    ca: machineConfigServerCa.cert,
  },
  mtu: 1400,
};
/** What it does not say to an account of few rights. */
const notReported = { machineConfigServer: reported.machineConfigServer, mtu: reported.mtu };

/** The way to the cluster of an account that may read neither worker-user-data nor the cluster's Network. */
async function fewRights(cleanup: Cleanup): Promise<Record<string, string>> {
  const kubeconfig = path.join(await cleanup.folder("discovery"), "kubeconfig");
  cleanup.push(await writeLackingKubeconfig(kubeconfig, "secrets", "networks"));
  return { KUBECONFIG: kubeconfig };
}

describe("GIVEN a stack that says what it expects of the cluster", () => {
  let project: Project;
  beforeAll(async () => {
    project = await Project.create("discovery-expected");
  });

  test("WHEN the cluster says the same THEN no errors are found", async () => {
    await project.configure({ cluster: { expect: reported } });
    const { code, output } = await project.preflight();
    expect(output).toContain("no errors found");
    expect(code).toBe(0);
  });

  describe("WHEN it is another cluster, and a flavor is wrong too", () => {
    const others = { infraId: "other-x7k2p", apiVips: ["192.0.2.5"], ingressVips: ["192.0.2.7"], mtu: 1300 };
    let run: Run;
    beforeAll(async () => {
      const pools = await project.pools({ flavor: "metall" });
      await project.configure({ cluster: { expect: { ...reported, ...others } }, pools });
      run = await project.up();
    });

    test("THEN up is refused, and says what the config expects and what the cluster says", () => {
      expect(run.ok).toBe(false);
      expect(run.output).toContain(`the config expects other-x7k2p, but the cluster reports ${cluster.infraId}`);
    });

    test.each(Object.keys(others))("THEN the contradiction of %s is named", (key) => {
      expect(run.output).toContain(`cluster.expect.${key}: the config expects`);
    });

    test("THEN what the cloud does not have is named beside them, all at once, without a stack trace", () => {
      expect(run.output).toContain('pools[metal].flavor: no flavor named "metall"');
      expect(run.output).toMatch(/5 errors, nothing was changed/);
      expect(run.output).not.toMatch(stackTrace);
    });

    test("THEN npm run preflight has them as contradictions", async () => {
      expect((await project.preflight()).output).toMatch(/^ +contradiction +ERROR/m);
    });

    test("THEN nothing is made", async () => {
      expect(await cloud.containers()).toEqual([]);
    });
  });
});

describe("GIVEN an account that may read neither worker-user-data nor the cluster's Network", () => {
  const cleanup = new Cleanup();
  let project: Project;

  beforeAll(async () => {
    project = await Project.create("discovery-gaps", {}, await fewRights(cleanup));
  });
  afterAll(cleanup.run);

  test("WHEN nothing is expected THEN the error says what to do about the Secret", async () => {
    const { code, output } = await project.preflight();
    expect(output).toContain("not allowed to read Secret openshift-machine-api/worker-user-data (403)");
    expect(code).toBe(1);
  });

  test("WHEN the config says it instead THEN no errors are found", async () => {
    await project.configure({ cluster: { expect: notReported } });
    const { code, output } = await project.preflight();
    expect(output).toContain("no errors found");
    expect(code).toBe(0);
  });
});

describe("GIVEN a project whose subnets may have the installer's tag", () => {
  const tag = clusterTag(cluster.infraId);
  const both = [openstack.otherSubnet, openstack.subnet];
  let project: Project;
  beforeAll(async () => {
    project = await Project.create("discovery-tag");
  });

  /** Runs a command with this config, while these subnets have the tag, and no others. */
  async function withTags<T>(tagged: readonly string[], config: Config, run: () => Promise<T>): Promise<T> {
    const cleanup = new Cleanup();
    try {
      for (const name of both) cleanup.push(await tagSubnet(name, tagged.includes(name) ? [tag] : []));
      await project.configure(config);
      return await run();
    } finally {
      await cleanup.run();
    }
  }
  const preflightWith = async (tagged: readonly string[], config: Config): Promise<string> =>
    withTags(tagged, config, async () => (await project.preflight()).output);

  describe("WHEN the machine subnet has the tag, and the config names no network", () => {
    let output = "";
    beforeAll(async () => {
      const run = await withTags([openstack.subnet], { machineNetwork: undefined }, () => project.preview());
      output = succeeded(run);
    });

    test("THEN the subnet is found, and shown", () => {
      expect(output).toContain(`subnet ${openstack.subnet}, ${machineNetwork.cidr}`);
    });

    test("THEN the workers are attached", () => {
      expect(output).toContain(`${worker}: attach (flavor ${openstack.flavor}, image ${openstack.image})`);
    });
  });

  test("WHEN no subnet has the tag, and the config names no network THEN it says what to add", async () => {
    expect(await preflightWith([], { machineNetwork: undefined })).toContain("add machineNetwork, with both");
  });

  test("WHEN another subnet than the config's has the tag THEN both are named, and what to do", async () => {
    const output = await preflightWith([openstack.otherSubnet], {});
    expect(output).toMatch(/machine-network +ERROR/);
    expect(output).toContain(
      `machineNetwork.subnet: "${openstack.subnet}" (${machineNetwork.cidr}) does not have the installer's tag ${tag}`,
    );
    expect(output).toContain(`"${openstack.otherSubnet}" (${openstack.otherCidr})`);
    expect(output).toContain("remove machineNetwork, or name that subnet");
  });

  test("WHEN two subnets have the tag, and the config names one of them THEN no errors are found", async () => {
    expect(await preflightWith(both, {})).toContain("no errors found");
  });

  test("WHEN two subnets have the tag, and the config names none THEN it says to name one", async () => {
    const output = await preflightWith(both, { machineNetwork: undefined });
    expect(output).toContain(`machineNetwork: 2 subnets have the installer's tag ${tag}: "${openstack.subnet}"`);
    expect(output).toContain("add machineNetwork, with the network and one of these subnets");
  });
});

describe("GIVEN a worker that has joined by what the config says of the cluster, in a project without the installer's group", () => {
  const name = `${cluster.infraId}-worker`;
  const cleanup = new Cleanup();
  /** a group can be removed only when no port is in it any more */
  const groups = new Cleanup();
  let project: Project;
  let serverId = "";

  async function groupsOfPort(): Promise<readonly string[]> {
    const [port] = await portsNamed(portName(worker, 0));
    return port?.security_groups ?? [];
  }
  const configure = async (change: Config): Promise<void> =>
    project.configure({ cluster: { expect: notReported }, pools: await project.pools({ replicas: 1, ...change }) });
  /** Runs `up`, which must keep the server. */
  const update = async (change: Config): Promise<string> => {
    await configure(change);
    const output = succeeded(await project.up());
    expect((await cloud.servers()).map(({ id }) => id)).toEqual([serverId]);
    return output;
  };

  beforeAll(async () => {
    cleanup.push(await renameSecurityGroup(name, "put-aside"), groups.run);
    project = await Project.create("discovery-group", {}, await fewRights(cleanup));
    cleanup.push(() => project.destroy());
    await configure({});
  });
  afterAll(cleanup.run);

  describe("WHEN up runs", () => {
    let output = "";
    beforeAll(async () => {
      output = succeeded(await project.up());
      serverId = (await cloud.servers())[0]?.id ?? "";
    });

    test("THEN it says that the project's default group is used", () => {
      expect(output).toContain("security group none for workers: the project's default group");
    });

    test("THEN its port is in the project's default group", async () => {
      const id = await idOf("network", "/v2.0/security-groups", "security_groups", "default");
      expect(await groupsOfPort()).toEqual([id]);
    });
  });

  describe("WHEN there are two groups of the installer's name, one with its tag", () => {
    let tagged = "";
    let output = "";
    beforeAll(async () => {
      const untagged = await makeSecurityGroup(name);
      const own = await makeSecurityGroup(name, clusterTag(cluster.infraId));
      groups.push(untagged.undo, own.undo);
      tagged = own.id;
      output = await update({});
    });

    test("THEN the port is in the tagged one", async () => {
      expect(output).toContain(`security group ${name}`);
      expect(await groupsOfPort()).toEqual([tagged]);
    });

    test("THEN it is updated in place", () => {
      expect(output).toMatch(/networking:Port .* updated .*diff: .securityGroupIds/);
      expect(output).not.toMatch(/replac/i);
    });
  });

  test("WHEN the config leaves it to Neutron THEN the port keeps its groups, and nothing changes", async () => {
    const before = await groupsOfPort();
    expect(await update({ securityGroups: [] })).not.toMatch(/networking:Port/);
    expect(await groupsOfPort()).toEqual(before);
  });

  describe("WHEN the config names another group alone", () => {
    let other = "";
    let output = "";
    beforeAll(async () => {
      const group = await makeSecurityGroup("storage");
      groups.push(group.undo);
      other = group.id;
      output = await update({ securityGroups: ["storage"] });
    });

    test("THEN up warns that the installer's group is not among them", () => {
      expect(output).toContain(`pools[metal].securityGroups: storage without ${name}`);
    });

    test("THEN the port is in that group", async () => {
      expect(await groupsOfPort()).toEqual([other]);
    });
  });
});
