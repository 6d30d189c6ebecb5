import { randomBytes } from "node:crypto";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { dataUrl } from "../../components/ignition/data-url.ts";
import { payloadName, renderPayload } from "../../components/ignition/payload.ts";
import { renderPointer } from "../../components/ignition/pointer.ts";
import { tempUrl, urlDigestFor } from "../../components/ignition/temp-url.ts";
import { CloudClient } from "../../components/openstack/client.ts";
import { machineConfigServerCa, machineConfigServerUrl } from "../lab/cluster/pki.ts";
import { cluster, files, openstack, stateDir } from "../lab/settings.ts";

/** Everything that the bench makes in the cloud is named so: it removes nothing else. */
export const prefix = `${cluster.infraId}-bench`;

/** Seconds that a machine has to fetch its payload. */
const urlLifetime = 3600;

/** What a contender has to make, by names. The programs of the contenders read it as JSON. */
export interface Work {
  readonly container: string;
  /** signs the URL of the payload */
  readonly key: string;
  readonly object: string;
  readonly payload: string;
  /** Ignition config that fetches the payload, as this program renders it */
  readonly userData: string;
  /** names of the servers, and each one's port is named so too */
  readonly servers: readonly string[];
  readonly flavor: string;
  readonly image: string;
  readonly network: string;
  readonly subnet: string;
}

/** The payload as this program renders it for the lab's cluster: the same machines boot whoever makes the servers. */
async function payloadOfLab(): Promise<string> {
  return renderPayload({
    machineConfigServer: machineConfigServerUrl,
    authorities: [dataUrl(await readFile(machineConfigServerCa.cert, "utf8"))],
    machineConfigPool: "worker",
    fragments: [],
  });
}

/**
 * @param contender a word for its names
 * @param count number of servers
 */
export async function workOf(contender: string, count: number): Promise<Work> {
  const container = `${prefix}-${contender}`;
  const payload = await payloadOfLab();
  const object = payloadName(payload);
  const key = randomBytes(32).toString("hex");
  const endpoint = (await CloudClient.login("lab", AbortSignal.timeout(30_000))).endpoint("object-store");
  const expires = Math.floor(Date.now() / 1000) + urlLifetime;
  const url = tempUrl({ endpoint, container, object, key, digest: urlDigestFor(), expires });
  const userData = renderPointer({ url, payload, ca: await readFile(files.caCert, "utf8") });
  const { flavor, image, network, subnet } = openstack;
  const servers = Array.from({ length: count }, (_, i) => `${container}-${i}`);
  return { container, key, object, payload, userData, servers, flavor, image, network, subnet };
}

/** Makes an empty folder for a contender, with what is given in files by their names. */
export async function folderOf(contender: string, contents: Readonly<Record<string, string>>): Promise<string> {
  const folder = path.join(stateDir, "bench", contender);
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true, mode: 0o700 });
  for (const [name, text] of Object.entries(contents)) await writeFile(path.join(folder, name), text, { mode: 0o600 });
  return folder;
}
