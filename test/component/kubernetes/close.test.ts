import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { selfSigned } from "../../support/authority.ts";
import { type Proxy, startProxy } from "../support/proxy.ts";
import { ScriptedApi } from "../support/scripted-api.ts";

// What keeps a program alive, as `npm run preflight` and the program in the engine, once it has done its work.

let server: ScriptedApi;
let proxy: Proxy;
let folder: string;
let program: ChildProcess | undefined;

beforeEach(async () => {
  server = new ScriptedApi(await selfSigned());
  await server.start();
  proxy = await startProxy();
  folder = await mkdtemp(path.join(tmpdir(), "close-"));
});
afterEach(async () => {
  program?.kill("SIGKILL");
  proxy.stop();
  server.stop();
  await rm(folder, { recursive: true, force: true });
});

/** The program, once it has nothing left to do. */
async function run(cluster: object, ...args: string[]): Promise<{ ended: Promise<string> }> {
  const kubeconfig = path.join(folder, "config");
  const content = JSON.parse(server.kubeconfig()) as { clusters: { cluster: object }[] };
  Object.assign(content.clusters[0]?.cluster ?? {}, { "insecure-skip-tls-verify": true, ...cluster });
  await writeFile(kubeconfig, JSON.stringify(content));
  const script = path.join(import.meta.dirname, "../support/use-and-close.ts");
  const env = { ...process.env, KUBECONFIG: kubeconfig };
  const child = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", script, ...args], {
    env,
    stdio: ["ignore", "pipe", "inherit"],
  });
  program = child;
  const ended = once(child, "exit").then(([code]) => `ended with ${code}`);
  await Promise.race([once(child.stdout, "data"), ended]);
  return { ended };
}
const within = (ms: number, ended: Promise<string>): Promise<string> =>
  Promise.race([ended, sleep(ms, "still alive", { ref: false })]);

test.each([
  ["directly", () => ({})],
  ["through a proxy", () => ({ "proxy-url": proxy.url })],
])(
  "GIVEN a client that reaches the API server %s WHEN it is closed THEN the process ends by itself",
  async (_, cluster) => {
    const { ended } = await run(cluster(), "close");
    expect(await within(10_000, ended)).toBe("ended with 0");
  },
);

test("GIVEN a client WHEN it is not closed THEN its connections keep the process alive: closing is what ends it", async () => {
  const { ended } = await run({});
  expect(await within(1_000, ended)).toBe("still alive");
});
