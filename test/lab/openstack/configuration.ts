import { existsSync } from "node:fs";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { stringify } from "yaml";
import { ensureCa, issue } from "../runtime/pki.ts";
import type { Step } from "../runtime/step.ts";
import { files, machineNetwork, openstack } from "../settings.ts";
import { glance } from "./config/glance.ts";
import { bmc, certificate, certificateName, haproxy, rabbitmq } from "./config/infrastructure.ts";
import { type Ini, render } from "./config/ini.ts";
import { ironic } from "./config/ironic.ts";
import { keystone } from "./config/keystone.ts";
import { ml2, neutron } from "./config/neutron.ts";
import { nova, novaCompute, racks } from "./config/nova.ts";
import { placement } from "./config/placement.ts";
import { publicIdentity, seed } from "./config/seed.ts";
import { swift } from "./config/swift.ts";
import { conf } from "./paths.ts";
import { pythonStep, venvDir } from "./python.ts";

const domain = { user_domain_name: "Default", project_domain_name: "Default" };

const cloudEntry = (username: string, password: string, project: string): object => ({
  auth: { auth_url: publicIdentity, username, password, project_name: project, ...domain },
  region_name: openstack.region,
  interface: "public",
  identity_api_version: 3,
  cacert: files.caCert,
});

/** `lab`: the plain member; `lab-admin`: an administrator of every service, Ironic included. */
const cloudsYaml = stringify({
  clouds: {
    lab: cloudEntry(openstack.user, openstack.password, openstack.project),
    "lab-admin": cloudEntry("admin", openstack.adminPassword, "service"),
  },
});

/** Every file of the cloud's configuration: path below `conf` and text. */
export async function configuration(): Promise<Readonly<Record<string, string>>> {
  const venv = await venvDir();
  const ini: Record<string, Ini> = {
    "keystone/keystone.conf": keystone,
    "placement/placement.conf": placement,
    "glance/glance-api.conf": glance(venv),
    "nova/nova.conf": nova(venv),
    "nova/nova-cpu.conf": novaCompute(venv, racks.first),
    "nova/nova-cpu-b.conf": novaCompute(venv, racks.second),
    "neutron/neutron.conf": neutron(venv),
    "neutron/ml2_conf.ini": ml2,
    "ironic/ironic.conf": ironic(venv),
    ...swift,
  };
  return {
    ...Object.fromEntries(Object.entries(ini).map(([name, text]) => [name, render(text)])),
    // nova-api looks for it beside nova.conf.
    "nova/api-paste.ini": await readFile(path.join(venv, "etc/nova/api-paste.ini"), "utf8"),
    "rabbitmq/rabbitmq.conf": rabbitmq,
    "rabbitmq/enabled_plugins": "[].\n",
    "haproxy.cfg": haproxy,
    "bmc.json": `${JSON.stringify(bmc, undefined, 2)}\n`,
    "seed.json": `${JSON.stringify(seed, undefined, 2)}\n`,
  };
}

/** Absolute paths and texts of all files that the step writes. */
async function wanted(): Promise<[string, string][]> {
  const below = Object.entries(await configuration()).map(([name, text]): [string, string] => [
    path.join(conf, name),
    text,
  ]);
  return [...below, [files.cloudsYaml, cloudsYaml]];
}

export const configurationStep: Step = {
  name: "cloud configuration",
  timeout: 20,
  async check() {
    if (!(await pythonStep.check())) return false;
    const texts = await Promise.all(
      (await wanted()).map(async ([file, text]) => text === (await readFile(file, "utf8").catch(() => undefined))),
    );
    return existsSync(certificate) && texts.every(Boolean);
  },
  async up() {
    await ensureCa();
    const { cloudVip } = machineNetwork;
    await issue(certificateName, { cn: "lab-cloud", ips: [cloudVip], usages: ["server"] });
    for (const [file, text] of await wanted()) {
      await mkdir(path.dirname(file), { recursive: true, mode: 0o700 });
      await writeFile(file, text, { mode: 0o600 });
    }
  },
};
