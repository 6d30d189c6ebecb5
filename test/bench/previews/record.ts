import { copyFile, readFile, rm } from "node:fs/promises";
import path from "node:path";
import { Agent, fetch } from "undici";
import { parse } from "yaml";
import { z } from "zod";
import { CloudClient } from "../../../components/openstack/client.ts";
import { Project, succeeded } from "../../e2e/support/project.ts";
import { machineConfigServerCa } from "../../lab/cluster/pki.ts";
import { files, machineNetwork, openstack, ports } from "../../lab/settings.ts";
import { Display } from "../../lab/runtime/display.ts";
import { up } from "../../lab/runtime/step.ts";
import { tofuPeers } from "../builds/builds.ts";
import { prepareTofu } from "../contenders/opentofu.ts";
import { clean } from "../lab/clean.ts";
import { noMetalTime, setMetalTime } from "../lab/latencies.ts";
import { machinesAvailable, whyNotReady } from "../lab/ready.ts";
import { folderOf, workOf } from "../work.ts";
import { writeClientFiles } from "./client-files.ts";
import { type Exchange, type Recording, saveRecording } from "./recording.ts";
import { type RecordingProxy, startRecordingProxy, type Upstream } from "./recording-proxy.ts";
import { strip } from "./strip.ts";
import { workersInStack, workersInTofu } from "./workers.ts";

/**
 * Records what the bench of previews serves, on a lab that is up and empty: `./test/start test/bench/previews/record.ts`.
 * To be done again when a preview asks for something else, or the state has another shape.
 */

/** Workers in a recording: two show what differs between them. */
const count = 2;

const services = ["identity", "placement", "image", "compute", "network", "baremetal", "object-store"];

const kubeconfigSchema = z.object({
  clusters: z.tuple([
    z.object({ cluster: z.object({ server: z.string(), "certificate-authority-data": z.string() }) }),
  ]),
  users: z.tuple([z.object({ user: z.object({ token: z.string() }) })]),
});

async function programsKubeconfig(): Promise<{ server: string; ca: string; token: string }> {
  const { clusters, users } = kubeconfigSchema.parse(parse(await readFile(files.registrarKubeconfig, "utf8")));
  const { server, "certificate-authority-data": ca } = clusters[0].cluster;
  return { server, ca: Buffer.from(ca, "base64").toString(), token: users[0].user.token };
}

async function upstreams(): Promise<Upstream[]> {
  process.env["OS_CLIENT_CONFIG_FILE"] = files.cloudsYaml;
  const client = await CloudClient.login("lab", AbortSignal.timeout(30_000));
  const cloud = services.map((type): Upstream => {
    const { origin, protocol } = new URL(client.endpoint(type));
    return { prefix: `/${type}`, origin, ca: protocol === "https:" ? client.ca : undefined };
  });
  const { server: origin, ca } = await programsKubeconfig();
  return [...cloud, { prefix: "", origin, ca }];
}

/** Its address is in the payload that the machines boot with, so that it cannot be asked through the proxy. */
async function machineConfigServer(): Promise<Exchange> {
  const ca = await readFile(machineConfigServerCa.cert, "utf8");
  const url = `https://${machineNetwork.apiVip}:${ports.machineConfigServer}/config/worker`;
  const { status } = await fetch(url, { method: "HEAD", dispatcher: new Agent({ connect: { ca } }) });
  return { method: "HEAD", path: "/config/worker", status, headers: {} };
}

async function recordOurs(proxy: RecordingProxy): Promise<void> {
  const folder = await folderOf("recording", {});
  const { token } = await programsKubeconfig();
  const env = await writeClientFiles(folder, proxy, { password: openstack.password, token });
  // the machines cannot reach the proxy: their payload has to be made by a program that does not know it
  const direct = async (): Promise<void> => {
    await copyFile(files.cloudsYaml, env.OS_CLIENT_CONFIG_FILE);
    await copyFile(files.registrarKubeconfig, env.KUBECONFIG);
  };
  await direct();
  const project = await Project.create("previews", {}, env);
  const config = { pools: await project.pools({ name: "previews", replicas: count }) };
  await project.configure(config);
  try {
    succeeded(await project.up());
    const state = JSON.parse(await project.export()) as Recording["state"];
    await writeClientFiles(folder, proxy, { password: openstack.password, token });
    const exchanges = await proxy.record(async () => succeeded(await project.preview("--expect-no-changes")));
    exchanges.push(await machineConfigServer());
    const recording = { workers: workersInStack(state), config, state, exchanges };
    await saveRecording("ours", strip(recording));
  } finally {
    await direct();
    succeeded(await project.destroy());
    succeeded(await project.pulumi("stack", "rm", "--yes"));
    await rm(folder, { recursive: true });
  }
}

async function recordTofu(proxy: RecordingProxy): Promise<void> {
  const work = await workOf("opentofu", count);
  const { folder, run } = await prepareTofu("opentofu", work);
  try {
    succeeded(await run(["apply", "-auto-approve"]));
    const env = await writeClientFiles(folder, proxy, { password: openstack.password, token: "" });
    const exchanges = await proxy.record(async () => succeeded(await run(["plan", "-detailed-exitcode"], env)));
    const state = JSON.parse(await readFile(path.join(folder, "terraform.tfstate"), "utf8")) as Recording["state"];
    const recording = { workers: workersInTofu(state), config: { ...work }, state, exchanges };
    await saveRecording("opentofu", strip(recording, [work.userData]));
  } finally {
    succeeded(await run(["destroy", "-auto-approve"]));
    await rm(folder, { recursive: true });
    await clean();
  }
}

const display = new Display();
const reason = await whyNotReady(count);
if (reason !== undefined) throw new Error(reason);
await up(tofuPeers, display.status, display.timing);
setMetalTime(noMetalTime);
const proxy = await startRecordingProxy(await upstreams());
for (const record of [recordOurs, recordTofu]) {
  await machinesAvailable(count);
  await record(proxy);
}
proxy.stop();
process.exit(0);
