import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { parseArgs, promisify } from "node:util";
import { timeoutSignal } from "../../components/lib/timer.ts";
import { sleep } from "../../components/lib/wait.ts";
import { defaultTimeouts, secondsOf } from "../../components/lifecycle/defaults.ts";
import { environmentCloud } from "../../components/openstack/environment.ts";
import { CloudClient } from "../../components/openstack/client.ts";
import { isSameCloud, otherCloud } from "../../components/openstack/cloud-identity.ts";
import { existingObjects, serverStatus } from "../../components/openstack/existing.ts";
import { renderDiagnostics } from "../diagnostics/diagnostic.ts";
import { DiagnosticError } from "../diagnostics/error.ts";
import { orDiagnostic } from "../discovery/cloud/errors.ts";
import {
  adopt,
  type Deployment,
  deploymentSchema,
  identityOf,
  type PendingCreate,
  pendingCreates,
  readiness,
} from "./adopt-pending.ts";

/**
 * Adopts servers and ports that a killed `pulumi up` had requested: `npm run adopt -- --stack <stack>`. The engine records a
 * creation with all its inputs before it begins; the created object gets its id in the state.
 */

const run = promisify(execFile);

const pulumi = async (...args: readonly string[]): Promise<string> =>
  (await run("pulumi", [...args, "--non-interactive"], { maxBuffer: 1 << 30 })).stdout;

/** Name of the entry of clouds.yaml that the stack's provider uses; without one it is the environment's cloud. */
function cloudOf({ deployment }: Deployment): string {
  const provider = deployment.resources.find(({ type }) => type === "pulumi:providers:openstack");
  if (!provider) throw new Error("the stack's state has no OpenStack provider");
  const cloud = provider.inputs["cloud"];
  return typeof cloud === "string" ? cloud : environmentCloud;
}

/** Seconds between two queries of a server that is being built. */
const refreshInterval = 5;

/** Seconds. */
const loginTimeout = 30;

/** How long Nova may take to build a server: no stack's config is read here. */
const buildTimeout = defaultTimeouts.provision;

/** @throws if the server ends in ERROR or is not built in time; nothing has been changed then */
async function built(name: string, id: string, client: CloudClient): Promise<void> {
  const deadline = Date.now() + secondsOf(buildTimeout) * 1000;
  for (let reported = false; ; reported = true) {
    const status = await serverStatus(client, id);
    const ready = readiness(status);
    if (ready === "now") return;
    if (ready === "never") {
      throw new Error(
        `server ${name} (${id}) is in ${status}: it cannot be adopted, and nothing was changed. ` +
          `Delete it (openstack server delete ${id}), then run this command again.`,
      );
    }
    if (Date.now() > deadline) {
      throw new Error(
        `server ${name} (${id}) is still in ${status} after ${buildTimeout}, and nothing was changed. ` +
          `Run this command again to wait longer, or delete the server: openstack server delete ${id}`,
      );
    }
    if (!reported) console.log(`server ${name} (${id}): still being built, waiting for at most ${buildTimeout}`);
    await sleep(refreshInterval * 1000);
  }
}

/** This command does not read the cluster: a server may be live. */
const butTheNodes = (name: string): string =>
  `, and if there is a Node ${name}, keep its server (oc get node ${name} -o jsonpath={.spec.providerID})`;

/** @throws when the cloud is another than that of the stack's state: there nothing would seem to have been created */
async function login(state: Deployment): Promise<CloudClient> {
  const cloud = cloudOf(state);
  const client = await CloudClient.login(cloud, timeoutSignal(loginTimeout * 1000));
  const identity = identityOf(state);
  if (identity && !isSameCloud(identity, client.identity))
    throw new Error(otherCloud(identity, client.identity, cloud));
  return client;
}

/** The ids of the requested objects that exist in the cloud, by URN. Prints a line for each. */
async function idsOf(pending: readonly PendingCreate[], client: CloudClient): Promise<Map<string, string>> {
  const existing = existingObjects(client);
  const ids = new Map<string, string>();
  for (const { urn, kind, name, owner } of pending) {
    const found = kind === "server" ? await existing.servers(name, owner) : await existing.ports(name);
    const [id, ...others] = found;
    if (others.length > 0) {
      throw new Error(
        `there are ${found.length} ${kind}s named ${name} (${found.join(", ")}), and nothing was changed. ` +
          `Delete all but one (openstack ${kind} delete <id>)${kind === "server" ? butTheNodes(name) : ""}, then run this ` +
          "command again.",
      );
    }
    if (id !== undefined && kind === "server") await built(name, id, client);
    console.log(id === undefined ? `${kind} ${name}: was not created` : `${kind} ${name}: adopted, id ${id}`);
    if (id !== undefined) ids.set(urn, id);
  }
  return ids;
}

async function replaceState(stack: string, state: Deployment): Promise<void> {
  const folder = await mkdtemp(path.join(tmpdir(), "adopt-"));
  try {
    const file = path.join(folder, "state.json");
    await writeFile(file, JSON.stringify(state), { mode: 0o600 });
    await pulumi("stack", "import", "--stack", stack, "--file", file);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function main(): Promise<void> {
  const { stack } = parseArgs({ options: { stack: { type: "string" } } }).values;
  if (stack === undefined) throw new Error("--stack is missing. Usage: npm run adopt -- --stack <stack>");
  const state = deploymentSchema.parse(JSON.parse(await pulumi("stack", "export", "--stack", stack)));
  if (state.deployment.pending_operations.length === 0) {
    console.log(`stack ${stack} has no interrupted creation: nothing to adopt`);
    return;
  }
  const pending = pendingCreates(state);
  const ids = pending.length === 0 ? new Map<string, string>() : await idsOf(pending, await login(state));
  await replaceState(stack, adopt(state, ids));
  await pulumi("refresh", "--yes", "--skip-preview", "--stack", stack);
  console.log("done: continue with `pulumi up`");
}

/** The output of pulumi, else the error's message. Pulumi prints the errors of an update to its standard output. */
function outputOf(error: unknown): string {
  const { stdout = "", stderr = "", message } = error as Error & { stdout?: string; stderr?: string };
  return [stdout, stderr].some((text) => text !== "") ? `${stdout}${stderr}` : message;
}

try {
  await orDiagnostic(main);
} catch (error) {
  if (error instanceof DiagnosticError) console.error(renderDiagnostics(error.diagnostics));
  else console.error(outputOf(error));
  process.exitCode = 1;
}
