import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { files, machineNetwork, openstack } from "../../../lab/settings.ts";
import { OwnPool } from "../../support/own-pool.ts";
import { type Config, Project } from "../../support/project.ts";

/** Of all these stacks: none of them gets as far as to make something. */
export const own = new OwnPool("bad");

/** Input with which an attach cannot work, and what the error must say. */
export interface BadInput {
  readonly title: string;
  /** @param folder for files of its own */
  readonly project: (folder: string) => Promise<Project>;
  readonly says: readonly (string | RegExp)[];
}

type Env = Readonly<Record<string, string>>;

const projectOf = (stack: string, pool: Config, config: Config = {}, env: Env = {}): Promise<Project> =>
  Project.withPool(stack, { name: own.name, ...pool }, config, env);

/** Writes a copy of one of the lab's files, and gives the environment that names it. */
async function changed(file: string, variable: string, from: [string, string, string]): Promise<Env> {
  const [original, before, after] = from;
  await writeFile(file, (await readFile(original, "utf8")).replaceAll(before, after));
  return { [variable]: file };
}

const ignition = { version: "3.2.0" };
const machineConfig = { kind: "MachineConfig", spec: { config: { ignition } } };
const butane = { variant: "openshift", version: "4.18.0", storage: {} };
const textMode = { ignition, storage: { files: [{ path: "/etc/a", mode: "0644", contents: { source: "data:," } }] } };

export const badInputs: readonly BadInput[] = [
  {
    title: "the flavor is unknown",
    project: () => projectOf("bad-flavor", { flavor: "no-such-flavor" }),
    says: ["pools[bad].flavor", "no-such-flavor"],
  },
  {
    title: "the image is unknown",
    project: () => projectOf("bad-image", { image: "no-such-image" }),
    says: ["pools[bad].image", "no-such-image"],
  },
  {
    title: "the subnet does not exist",
    project: () =>
      projectOf("bad-subnet", {}, { machineNetwork: { network: openstack.network, subnet: "no-such-subnet" } }),
    says: ["machineNetwork.subnet", "no-such-subnet"],
  },
  {
    title: "the network is not the machine network",
    project: () =>
      projectOf(
        "bad-network",
        {},
        { machineNetwork: { network: openstack.otherNetwork, subnet: openstack.otherSubnet } },
      ),
    says: ["machineNetwork.subnet", machineNetwork.cidr],
  },
  {
    title: "the credentials are wrong",
    project: async (folder: string): Promise<Project> => {
      const wrong: [string, string, string] = [files.cloudsYaml, openstack.password, "wrong"];
      const env = await changed(path.join(folder, "clouds.yaml"), "OS_CLIENT_CONFIG_FILE", wrong);
      return projectOf("bad-credentials", {}, {}, env);
    },
    says: [/cloud/, /credential|password/i],
  },
  {
    title: "the API server cannot be reached",
    project: async (folder: string): Promise<Project> => {
      const wrong: [string, string, string] = [files.registrarKubeconfig, ":6443", ":6999"];
      const env = await changed(path.join(folder, "kubeconfig"), "KUBECONFIG", wrong);
      return projectOf("bad-api-server", {}, {}, env);
    },
    says: ["cluster", ":6999"],
  },
  {
    title: "the Ignition fragments are a MachineConfig, Butane and a file whose mode is text",
    project: () => projectOf("bad-fragments", { ignition: { fragments: [machineConfig, butane, textMode] } }),
    says: [
      /fragments\[0\]: this is a MachineConfig/,
      /fragments\[1\]: this is Butane/,
      "pools[bad].ignition.fragments[2].storage.files[0].mode",
      "write 420 (decimal for 0644)",
    ],
  },
  {
    title: "several keys are wrong",
    project: () =>
      projectOf(
        "bad-config",
        { replicas: -1, flavour: "baremetal", timeouts: { boot: "soon" } },
        { machineNetwork: { network: openstack.network, subnet: openstack.subnet, subnett: "x" } },
      ),
    says: ["machineNetwork.subnett", "pools[bad].replicas", "pools[bad].flavour", "pools[bad].timeouts.boot", /flavor/],
  },
];
