import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { z } from "zod";
import { swiftConf } from "../../../lab/openstack/config/swift.ts";
import { serviceSteps } from "../../../lab/openstack/services.ts";
import { stop } from "../../../lab/runtime/processes.ts";
import { machineNetwork, openstack } from "../../../lab/settings.ts";
import type { Undo } from "../cleanup.ts";
import { admin, cloud } from "./cloud.ts";
import { idIn, idOf } from "./ids.ts";

/** Things in the lab's cloud that an attach would fail at, made and taken away again. */

export async function makeFlavor(name: string, extraSpecs: Readonly<Record<string, string>>): Promise<Undo> {
  const made = await admin.send("POST", "compute", "/flavors", { flavor: { name, vcpus: 2, ram: 4096, disk: 20 } });
  const path = `/flavors/${idIn("flavor", made)}`;
  if (Object.keys(extraSpecs).length > 0)
    await admin.send("POST", "compute", `${path}/os-extra_specs`, { extra_specs: extraSpecs });
  return () => admin.remove("compute", path);
}

export async function setInstanceQuota(instances: number): Promise<Undo> {
  const project = await idOf("identity", "/projects", "projects", openstack.project, admin);
  await admin.send("PUT", "compute", `/os-quota-sets/${project}`, { quota_set: { instances } });
  return () => admin.remove("compute", `/os-quota-sets/${project}`);
}

export async function setMtu(mtu: number): Promise<Undo> {
  const path = `/v2.0/networks/${await idOf("network", "/v2.0/networks", "networks", openstack.network, admin)}`;
  await admin.send("PUT", "network", path, { network: { mtu } });
  return () => admin.send("PUT", "network", path, { network: { mtu: 1500 } });
}

/** Of the machine network. Ports that are there keep their own. */
export async function setPortSecurity(isEnabled: boolean): Promise<Undo> {
  const path = `/v2.0/networks/${await idOf("network", "/v2.0/networks", "networks", openstack.network, admin)}`;
  const set = (port_security_enabled: boolean): Promise<unknown> =>
    admin.send("PUT", "network", path, { network: { port_security_enabled } });
  await set(isEnabled);
  return () => set(true);
}

export async function removeDns(): Promise<Undo> {
  const path = `/v2.0/subnets/${await idOf("network", "/v2.0/subnets", "subnets", openstack.subnet, admin)}`;
  await admin.send("PUT", "network", path, { subnet: { dns_nameservers: [] } });
  return () => admin.send("PUT", "network", path, { subnet: { dns_nameservers: [machineNetwork.dhcp] } });
}

/** The tags of a subnet, instead of those that it has. */
export async function tagSubnet(name: string, tags: readonly string[]): Promise<Undo> {
  const path = `/v2.0/subnets/${await idOf("network", "/v2.0/subnets", "subnets", name, admin)}/tags`;
  const before = z.object({ tags: z.array(z.string()) }).parse(await admin.get("network", path));
  await admin.send("PUT", "network", path, { tags });
  return () => admin.send("PUT", "network", path, before);
}

async function restartSwift(text: string): Promise<void> {
  await writeFile(path.join(swiftConf, "proxy-server.conf"), text);
  await stop("swift");
  await serviceSteps.find(({ name }) => name === "swift")?.up(() => undefined);
}

/** An object store as old releases are: its signed URLs are of SHA-1. */
export async function allowOnlySha1(): Promise<Undo> {
  const text = await readFile(path.join(swiftConf, "proxy-server.conf"), "utf8");
  const old = text.replace(/^(allowed_digests\s*=).*$/m, "$1 sha1");
  if (old === text) throw new Error("the lab's Swift names no digests");
  await restartSwift(old);
  return () => restartSwift(text);
}

/** A server of a stack, which no machine suits: it stays in ERROR. */
export async function makeServerOf(stack: string, name: string, flavor: string): Promise<Undo> {
  const made = await cloud.send("POST", "compute", "/servers", {
    server: {
      name,
      flavorRef: await idOf("compute", "/flavors", "flavors", flavor),
      imageRef: await idOf("image", "/v2/images", "images", openstack.image),
      networks: "none",
      metadata: { owner: `organization/openstack-baremetal-compute/${stack}` },
    },
  });
  return () => cloud.remove("compute", `/servers/${idIn("server", made)}`);
}

export async function makeForeignPort(name: string): Promise<Undo> {
  const network = await idOf("network", "/v2.0/networks", "networks", openstack.network, admin);
  const made = await cloud.send("POST", "network", "/v2.0/ports", { port: { name, network_id: network } });
  return () => cloud.remove("network", `/v2.0/ports/${idIn("port", made)}`);
}
