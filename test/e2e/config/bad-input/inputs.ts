import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { files, machineNetwork, openstack } from "../../../lab/settings.ts";
import { type Config, Project } from "../../support/project.ts";

/** Input with which an attach cannot work, and what the error must say. */
export interface BadInput {
  readonly title: string;
  /** @param folder for files of its own */
  readonly project: (folder: string) => Promise<Project>;
  readonly says: readonly (string | RegExp)[];
}

async function withPool(stack: string, change: Config): Promise<Project> {
  const project = await Project.create(stack);
  await project.configure({ pools: await project.pools(change) });
  return project;
}

/** Writes a copy of one of the lab's files, and gives the environment that names it. */
async function changed(
  file: string,
  variable: string,
  from: [string, string, string],
): Promise<Record<string, string>> {
  const [original, before, after] = from;
  await writeFile(file, (await readFile(original, "utf8")).replaceAll(before, after));
  return { [variable]: file };
}

export const badInputs: readonly BadInput[] = [
  {
    title: "the flavor is unknown",
    project: () => withPool("bad-flavor", { flavor: "no-such-flavor" }),
    says: ["pools[metal].flavor", "no-such-flavor"],
  },
  {
    title: "the image is unknown",
    project: () => withPool("bad-image", { image: "no-such-image" }),
    says: ["pools[metal].image", "no-such-image"],
  },
  {
    title: "the subnet does not exist",
    project: () =>
      Project.create("bad-subnet", { machineNetwork: { network: openstack.network, subnet: "no-such-subnet" } }),
    says: ["machineNetwork.subnet", "no-such-subnet"],
  },
  {
    title: "the network is not the machine network",
    project: () =>
      Project.create("bad-network", {
        machineNetwork: { network: openstack.otherNetwork, subnet: openstack.otherSubnet },
      }),
    says: ["machineNetwork.subnet", machineNetwork.cidr],
  },
  {
    title: "the credentials are wrong",
    project: async (folder: string): Promise<Project> => {
      const wrong: [string, string, string] = [files.cloudsYaml, openstack.password, "wrong"];
      const env = await changed(path.join(folder, "clouds.yaml"), "OS_CLIENT_CONFIG_FILE", wrong);
      return Project.create("bad-credentials", {}, env);
    },
    says: [/cloud/, /credential|password/i],
  },
  {
    title: "the API server cannot be reached",
    project: async (folder: string): Promise<Project> => {
      const wrong: [string, string, string] = [files.registrarKubeconfig, ":6443", ":6999"];
      return Project.create("bad-api-server", {}, await changed(path.join(folder, "kubeconfig"), "KUBECONFIG", wrong));
    },
    says: ["cluster", ":6999"],
  },
  {
    title: "several keys are wrong",
    project: async (): Promise<Project> => {
      const project = await Project.create("bad-config");
      const { network, subnet } = openstack;
      const pools = await project.pools({ replicas: -1, flavour: "baremetal", timeouts: { boot: "soon" } });
      await project.configure({ machineNetwork: { network, subnet, subnett: "x" }, pools });
      return project;
    },
    says: [
      "machineNetwork.subnett",
      "pools[metal].replicas",
      "pools[metal].flavour",
      "pools[metal].timeouts.boot",
      /flavor/,
    ],
  },
];
