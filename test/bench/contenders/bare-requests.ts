import { readFile } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import pMap from "p-map";
import { z } from "zod";
import { CloudQueries, type Server } from "../../lab/cloud.ts";
import type { Work } from "../work.ts";

/** A process of its own, so that it is measured as the others are: `<phase> <file of the work>`. */

const atOnce = { concurrency: 12 };

/** Milliseconds between two looks at the list of servers. */
const pollInterval = 500;

/** Waits until the servers of the work are as wanted. */
async function until(cloud: CloudQueries, work: Work, done: (servers: readonly Server[]) => boolean): Promise<void> {
  for (;;) {
    const servers = (await cloud.servers()).filter(({ name }) => work.servers.includes(name));
    const broken = servers.find(({ status }) => status === "ERROR");
    if (broken) throw new Error(`server ${broken.name} is in ERROR`);
    if (done(servers)) return;
    await sleep(pollInterval);
  }
}

async function makeServers(cloud: CloudQueries, work: Work): Promise<void> {
  const [networkId, flavorRef, imageRef] = await Promise.all([
    cloud.idOf("network", "/v2.0/networks", "networks", work.network),
    cloud.idOf("compute", "/flavors", "flavors", work.flavor),
    cloud.idOf("image", "/v2/images", "images", work.image),
  ]);
  const common = { flavorRef, imageRef, config_drive: true, user_data: Buffer.from(work.userData).toString("base64") };
  const make = async (name: string): Promise<void> => {
    const port = { name, network_id: networkId, "binding:vnic_type": "baremetal" };
    const answer = await cloud.send("POST", "network", "/v2.0/ports", { port });
    const { id } = z.object({ port: z.object({ id: z.string() }) }).parse(answer).port;
    await cloud.send("POST", "compute", "/servers", { server: { ...common, name, networks: [{ port: id }] } });
  };
  await pMap(work.servers, make, atOnce);
}

async function create(cloud: CloudQueries, work: Work): Promise<void> {
  await cloud.makeContainer(work.container, work.key);
  await cloud.upload("object-store", `/${work.container}/${work.object}`, work.payload);
  await makeServers(cloud, work);
  await until(
    cloud,
    work,
    (servers) => servers.filter(({ status }) => status === "ACTIVE").length === work.servers.length,
  );
}

/** Reads what there is: nothing is compared. */
async function noChange(cloud: CloudQueries, work: Work): Promise<void> {
  await Promise.all([cloud.servers(), cloud.ports(), cloud.objects(work.container)]);
}

async function remove(cloud: CloudQueries, work: Work): Promise<void> {
  const servers = (await cloud.servers()).filter(({ name }) => work.servers.includes(name));
  await pMap(servers, ({ id }) => cloud.remove("compute", `/servers/${id}`), atOnce);
  await until(cloud, work, (left) => left.length === 0);
  const ports = (await cloud.ports()).filter(({ name }) => work.servers.includes(name));
  await pMap(ports, ({ id }) => cloud.remove("network", `/v2.0/ports/${id}`), atOnce);
  await cloud.remove("object-store", `/${work.container}/${work.object}`);
  await cloud.remove("object-store", `/${work.container}`);
}

const phases: Readonly<Record<string, typeof create>> = { create, noChange, remove };

const [phase = "", file = ""] = process.argv.slice(2);
const work = JSON.parse(await readFile(file, "utf8")) as Work;
await phases[phase]?.(await CloudQueries.login("lab"), work);
// connections that are kept alive would keep the process
process.exit(0);
