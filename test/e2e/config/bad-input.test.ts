import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { leftovers } from "../../lab/leftovers.ts";
import { files, machineNetwork, openstack } from "../../lab/settings.ts";
import { type Config, Project } from "../support/project.ts";

const stackTrace = /^\s+at .*\.(ts|js):\d+/m;

describe("GIVEN input that cannot work", () => {
  let folder = "";
  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "bad-input-"));
  });
  afterAll(async () => {
    await rm(folder, { recursive: true, force: true });
  });

  /** Runs `up` and returns its output, having seen that it failed, without a stack trace, and changed nothing. */
  async function refused(project: Project): Promise<string> {
    const run = await project.up();
    expect(run).toMatchObject({ ok: false });
    expect(run.output).not.toMatch(stackTrace);
    expect(await leftovers()).toEqual([]);
    const resources = JSON.parse(await project.export()) as { deployment: { resources?: { type: string }[] } };
    const created = (resources.deployment.resources ?? []).map(({ type }) => type);
    expect(created.filter((type) => !/^pulumi:(pulumi:Stack|providers:.*)$/.test(type))).toEqual([]);
    await project.destroy();
    return run.output;
  }

  const pool = async (project: Project, change: Config): Promise<void> =>
    project.configure({ pools: await project.pools(change) });

  test("WHEN the flavor is unknown THEN one error names it and its path", async () => {
    const project = await Project.create("bad-flavor");
    await pool(project, { flavor: "no-such-flavor" });
    const output = await refused(project);
    expect(output).toContain("pools[metal].flavor");
    expect(output).toContain("no-such-flavor");
  });

  test("WHEN the image is unknown THEN one error names it and its path", async () => {
    const project = await Project.create("bad-image");
    await pool(project, { image: "no-such-image" });
    const output = await refused(project);
    expect(output).toContain("pools[metal].image");
    expect(output).toContain("no-such-image");
  });

  test("WHEN the subnet does not exist THEN one error names it and its path", async () => {
    const project = await Project.create("bad-subnet");
    await project.configure({ machineNetwork: { network: openstack.network, subnet: "no-such-subnet" } });
    const output = await refused(project);
    expect(output).toContain("machineNetwork.subnet");
    expect(output).toContain("no-such-subnet");
  });

  test("WHEN the network is not the machine network THEN it is refused", async () => {
    const project = await Project.create("bad-network");
    await project.configure({ machineNetwork: { network: openstack.otherNetwork, subnet: openstack.otherSubnet } });
    const output = await refused(project);
    expect(output).toContain("machineNetwork.subnet");
    expect(output).toContain(machineNetwork.cidr);
  });

  test("WHEN the credentials are wrong THEN one error says so", async () => {
    const clouds = path.join(folder, "clouds.yaml");
    await writeFile(clouds, (await readFile(files.cloudsYaml, "utf8")).replaceAll(openstack.password, "wrong"));
    const project = await Project.create("bad-credentials", {}, { OS_CLIENT_CONFIG_FILE: clouds });
    const output = await refused(project);
    expect(output).toMatch(/cloud/);
    expect(output).toMatch(/credential|password/i);
  });

  test("WHEN the API server cannot be reached THEN one error says so", async () => {
    const kubeconfig = path.join(folder, "kubeconfig");
    await writeFile(kubeconfig, (await readFile(files.registrarKubeconfig, "utf8")).replaceAll(":6443", ":6999"));
    const project = await Project.create("bad-api-server", {}, { KUBECONFIG: kubeconfig });
    const output = await refused(project);
    expect(output).toContain("cluster");
    expect(output).toContain(":6999");
  });

  test("WHEN several keys are wrong THEN all of them come at once with their paths", async () => {
    const project = await Project.create("bad-config");
    await project.configure({
      machineNetwork: { network: openstack.network, subnet: openstack.subnet, subnett: "x" },
      pools: await project.pools({ replicas: -1, flavour: "baremetal", timeouts: { boot: "soon" } }),
    });
    const output = await refused(project);
    for (const expected of [
      "machineNetwork.subnett",
      "pools[metal].replicas",
      "pools[metal].flavour",
      "pools[metal].timeouts.boot",
    ]) {
      expect(output).toContain(expected);
    }
    expect(output).toMatch(/flavor/);
  });
});
