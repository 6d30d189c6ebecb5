import { readFile, writeFile } from "node:fs/promises";
import { parse, stringify } from "yaml";
import { z } from "zod";
import { files, openstack } from "../../../lab/settings.ts";
import { admin } from "./cloud.ts";

const services = z.object({ services: z.array(z.object({ id: z.string(), type: z.string() })) });
const endpoints = z.object({
  endpoints: z.array(
    z.object({ id: z.string(), service_id: z.string(), region_id: z.string(), interface: z.string(), url: z.string() }),
  ),
});

/**
 * A second region in the lab's catalog, whose services are the lab's own, but for those that are given: at another URL, or
 * not at all (undefined).
 */
export async function makeRegion(
  id: string,
  others: Readonly<Record<string, string | undefined>>,
): Promise<() => Promise<void>> {
  const types = new Map(
    services.parse(await admin.get("identity", "/services")).services.map((each) => [each.id, each.type]),
  );
  const known = endpoints.parse(await admin.get("identity", "/endpoints")).endpoints;
  await admin.send("POST", "identity", "/regions", { region: { id } });
  for (const { service_id, region_id, interface: kind, url } of known) {
    const type = types.get(service_id) ?? "";
    const other = type in others ? others[type] : url;
    if (region_id !== openstack.region || kind !== "public" || other === undefined) continue;
    await admin.send("POST", "identity", "/endpoints", {
      endpoint: { service_id, region_id: id, interface: kind, url: other },
    });
  }
  return async () => {
    const made = endpoints.parse(await admin.get("identity", `/endpoints?region_id=${id}`)).endpoints;
    for (const endpoint of made) await admin.remove("identity", `/endpoints/${endpoint.id}`);
    await admin.remove("identity", `/regions/${id}`);
  };
}

interface Entry {
  auth: Record<string, string>;
  [key: string]: unknown;
}

/** Writes a clouds.yaml whose entry `lab` is changed, and gives the environment that names it. */
export async function writeClouds(file: string, change: (entry: Entry) => void): Promise<Record<string, string>> {
  const { clouds } = parse(await readFile(files.cloudsYaml, "utf8")) as { clouds: { lab: Entry } };
  change(clouds.lab);
  await writeFile(file, stringify({ clouds: { lab: clouds.lab } }), { mode: 0o600 });
  return { OS_CLIENT_CONFIG_FILE: file };
}

interface Kubeconfig {
  clusters: [{ cluster: Record<string, unknown> }];
  users: [{ user: Record<string, unknown> }];
}

/** Writes the program's own kubeconfig with changes, and gives the environment that names it. */
export async function writeKubeconfig(
  file: string,
  change: (cluster: Record<string, unknown>, user: { user: Record<string, unknown> }) => void,
): Promise<Record<string, string>> {
  const config = parse(await readFile(files.registrarKubeconfig, "utf8")) as Kubeconfig;
  change(config.clusters[0].cluster, config.users[0]);
  await writeFile(file, stringify(config), { mode: 0o600 });
  return { KUBECONFIG: file };
}
