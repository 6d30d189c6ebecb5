import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { CloudClient } from "../../../components/openstack/client.ts";
import { rebootsOf } from "../../../components/openstack/reboots.ts";
import { type Rebooted, Reboots } from "../../../infra/cli/reboot.ts";
import { Observer } from "../../../infra/discovery/observe.ts";
import { configOf, owner } from "../../support/preflight-facts.ts";
import { failureOf } from "../support/node-harness.ts";
import { ScriptedApi } from "../support/scripted-api.ts";
import { ScriptedCloud } from "../support/scripted-cloud.ts";

const name = "lab-7x2kq-metal-0";
const infrastructure = {
  status: { infrastructureName: "lab-7x2kq", platformStatus: { openstack: { apiServerInternalIPs: ["10.0.0.5"] } } },
};

let cluster: ScriptedApi;
let cloud: ScriptedCloud;
let folder: string;
let observer: Observer;
let client: CloudClient;
let said: string[] = [];

/** What the Node says of itself; its server is the worker's. */
function report(ready: string): void {
  cluster.put("nodes", {
    metadata: { name },
    spec: { providerID: "openstack:///s0" },
    status: { conditions: [{ type: "Ready", status: ready, lastTransitionTime: "2026-01-01T00:00:00Z" }] },
  } as never);
}

beforeEach(async () => {
  said = [];
  cluster = new ScriptedApi();
  await cluster.start();
  cluster.onRequest = (request) => (request.endsWith("/infrastructures/cluster") ? [200, infrastructure] : undefined);
  cloud = new ScriptedCloud();
  await cloud.start();
  cloud.addServer("s0", name, owner);
  report("Unknown");
  folder = await mkdtemp(path.join(tmpdir(), "reboot-"));
  const kubeconfig = path.join(folder, "config");
  await writeFile(kubeconfig, cluster.kubeconfig());
  observer = new Observer({ cloud: cloud.name, cluster: { kubeconfig }, pools: [] });
  client = await CloudClient.login(cloud.name, AbortSignal.timeout(10_000));
});
afterEach(async () => {
  await observer.close();
  cluster.stop();
  await cloud.stop();
  await rm(folder, { recursive: true, force: true });
});

function run(boot = "1m", names = [name]): Promise<Rebooted> {
  const stack = {
    name: "stack",
    owner,
    config: configOf({ replicas: names.length, timeouts: { boot } }),
    facts: { error: "not read" },
  };
  return new Reboots(stack, observer, client, (text) => said.push(text), 20).run(names);
}

const reboots = (): string[] => cloud.requests.filter((request) => request === "POST /compute/servers/s0/action");
/** Nova's record of a reboot so many seconds ago. */
const rebooted = (seconds: number): void => {
  const start = new Date(Date.now() - seconds * 1000).toISOString().replace("Z", "000");
  cloud.actions.set("s0", [
    { action: "reboot", start_time: start },
    { action: "create", start_time: "2026-01-01T00:00:00.000000" },
  ]);
};

describe("GIVEN a worker whose Node is not Ready, WHEN it is rebooted", () => {
  test("THEN one that comes back is not left to the update", async () => {
    cloud.onReboot = () => report("True");
    expect(await run()).toEqual({ refusals: [], left: [] });
    expect(reboots()).toHaveLength(1);
    expect(said).toEqual([
      `${name}: server s0 is rebooted, its Node has 1m (timeouts.boot of its pool)`,
      `${name} is Ready again: it is not replaced`,
    ]);
  });

  test("THEN one that does not come back in time is left to the update, and not rebooted again", async () => {
    expect(await run("1s")).toEqual({ refusals: [], left: [name] });
    expect(await run("1s")).toEqual({ refusals: [], left: [name] });
    expect(reboots()).toHaveLength(1);
    expect(said.slice(1)).toEqual([
      `${name} is not Ready after its reboot`,
      expect.stringMatching(/is not rebooted: it was rebooted \d+s ago already$/),
    ]);
  });

  test("THEN a command that was killed after the request is continued, without another one", async () => {
    rebooted(10);
    const running = run();
    setTimeout(() => report("True"), 1_000);
    expect(await running).toEqual({ refusals: [], left: [] });
    expect(reboots()).toEqual([]);
  });

  test.each([
    ["forbids", 403],
    ["cannot do to a server that is locked", 409],
  ])("THEN what Nova %s is left to the update, with the reason", async (_, status) => {
    cloud.onRequest = (request) => (request.startsWith("POST /compute") ? status : undefined);
    expect(await run()).toEqual({ refusals: [], left: [name] });
    expect(said).toEqual([expect.stringMatching(new RegExp(`is not rebooted: .*HTTP ${status}`))]);
  });

  test("THEN a request that may have been accepted ends the command: nothing is replaced, and nothing sent again", async () => {
    cloud.onRequest = (request) => (request.startsWith("POST /compute") ? 503 : undefined);
    expect(await failureOf(run())).toMatch(/HTTP 503/);
    expect(reboots()).toHaveLength(1);
  });

  test("THEN without Nova's record nothing is rebooted: it might be the second time", async () => {
    cloud.onRequest = (request) => (request.endsWith("/os-instance-actions") ? 403 : undefined);
    expect(await failureOf(run())).toMatch(/os-instance-actions: HTTP 403/);
    expect(reboots()).toEqual([]);
  });
});

test("GIVEN a Ready worker beside another, WHEN both are to be rebooted THEN neither is", async () => {
  report("True");
  const { refusals } = await run("1m", [name, "quite-another"]);
  expect(refusals).toEqual([
    `worker ${name} is not repaired: its Node is Ready`,
    'no pool has a worker "quite-another": npm run status -- --stack <stack> lists them',
  ]);
  expect(reboots()).toEqual([]);
});

describe("GIVEN two workers that are to be rebooted, and one is Ready again: the command was interrupted", () => {
  const other = "lab-7x2kq-metal-1";
  beforeEach(() => {
    cloud.addServer("s1", other, owner);
    cluster.put("nodes", {
      metadata: { name: other },
      spec: { providerID: "openstack:///s1" },
      status: { conditions: [{ type: "Ready", status: "True", lastTransitionTime: "2026-01-01T00:00:00Z" }] },
    } as never);
  });

  test("WHEN the other comes back THEN nothing is left to the update, and it is said of the Ready one", async () => {
    cloud.onReboot = () => report("True");
    expect(await run("1m", [other, name])).toEqual({ refusals: [], left: [] });
    expect(said[0]).toBe(`worker ${other} is not repaired: its Node is Ready`);
    expect(reboots()).toHaveLength(1);
  });

  test("WHEN the other does not come back THEN it alone is left to the update", async () => {
    expect(await run("1s", [other, name])).toEqual({ refusals: [], left: [name] });
  });

  test("WHEN both are Ready THEN there is nothing to repair", async () => {
    report("True");
    const { refusals } = await run("1m", [other, name]);
    expect(refusals).toHaveLength(2);
  });
});

test("GIVEN Nova's record WHEN it is read THEN its times are in UTC, and other actions do not count", async () => {
  cloud.actions.set("s0", [
    { action: "stop", start_time: "2026-01-01T03:00:00.000000" },
    { action: "reboot", start_time: "2026-01-01T01:00:00.000000" },
    { action: "reboot", start_time: "2026-01-01T02:00:00Z" },
  ]);
  const found = await rebootsOf(client, "s0", AbortSignal.timeout(10_000));
  expect(found).toEqual([Date.parse("2026-01-01T02:00:00Z"), Date.parse("2026-01-01T01:00:00Z")]);
});
