import { afterEach, beforeAll, beforeEach, describe, expect, jest, test } from "@jest/globals";
import { annotations } from "../../../components/kubernetes/types.ts";
import { ScriptedApi } from "../support/scripted-api.ts";
import { failure } from "../support/scripted-objects.ts";
import { args, serversDeclared, types } from "../support/pool-fixtures.ts";
import { recordRegistrations, type Registration, valueOf } from "../support/recorder.ts";

// A pool of three serving workers is rolled, wave by wave, beside the machine-config operator of a scripted cluster.

let seen: Registration[];
beforeAll(async () => {
  seen = await recordRegistrations({
    [types.port]: { allFixedIps: ["10.0.0.20"] },
    [types.server]: { created: "2026-01-02 03:04:05 +0000 UTC", powerState: "active" },
    [types.node]: { state: "Ready", timeline: [] },
  });
});

const path = "/apis/machineconfiguration.openshift.io/v1/machineconfigpools";
let api: ScriptedApi;
let warnings: string[];
let infos: string[];
beforeEach(async () => {
  api = new ScriptedApi();
  await api.start();
  [warnings, infos] = [[], []];
  // without an engine the SDK logs here
  jest.spyOn(console, "warn").mockImplementation((text) => warnings.push(String(text)));
  jest.spyOn(console, "log").mockImplementation((text) => infos.push(String(text)));
});
afterEach(() => {
  jest.restoreAllMocks();
  api.stop();
});

const role = { "node-role.kubernetes.io/worker": "" };

/** A serving worker that was made from something else. */
function node(name: string, ofOperator: Record<string, string> = {}, labels: Record<string, string> = role): void {
  const own = Object.entries(ofOperator).map(([key, value]) => [`machineconfiguration.openshift.io/${key}`, value]);
  const all = { [annotations.specHash]: "old", ...(Object.fromEntries(own) as Record<string, string>) };
  const status = { conditions: [{ type: "Ready", status: "True" }] };
  api.put("nodes", { metadata: { name, labels, annotations: all }, spec: {}, status } as never);
}

interface PoolState {
  readonly paused?: boolean;
  readonly wanted?: string;
  readonly updating?: string;
}

function machineConfigPool(name: string, { paused = false, wanted = "a", updating = "False" }: PoolState = {}): void {
  const nodeSelector = { matchLabels: { [`node-role.kubernetes.io/${name}`]: "" } };
  api.put("machineconfigpools", {
    metadata: { name },
    spec: { paused, nodeSelector, configuration: { name: `rendered-${name}-${wanted}` } },
    status: {
      configuration: { name: `rendered-${name}-a` },
      conditions: [{ type: "Updating", status: updating }],
      updatedMachineCount: 0,
    },
  } as never);
}

/** Rolls the pool, with what the program itself reads before each wave. */
async function roll(pool: string): Promise<string[]> {
  const { WorkerPool } = await import("../../../components/worker-pool.ts");
  const { readNodes } = await import("../../../infra/discovery/cluster/read.ts");
  const { machineConfigPoolsOf } = await import("../../../infra/pools.ts");
  const cluster = { kubeconfig: api.kubeconfig() };
  const component = new WorkerPool(pool, {
    ...args,
    pool,
    workers: [0, 1, 2].map((i) => ({ name: `lab-7x2kq-${pool}-${i}` })),
    currentNodes: () => readNodes(cluster),
    currentMachineConfigPools: machineConfigPoolsOf(cluster, { value: [] }),
  });
  const workers = await component.attach();
  await Promise.all(workers.map(({ state }) => valueOf(state)));
  return serversDeclared(seen, pool);
}

const nodes = (pool: string): void => {
  for (const i of [0, 1, 2]) node(`lab-7x2kq-${pool}-${i}`);
};

describe("GIVEN a MachineConfigPool that the operator updates WHEN a serving worker of it would be replaced", () => {
  test("THEN the roll stops before it, and names pool, Node in progress and what to type", async () => {
    nodes("busy");
    machineConfigPool("worker", { wanted: "b", updating: "True" });
    node("installer-0", { currentConfig: "rendered-worker-a", desiredConfig: "rendered-worker-b", state: "Working" });
    await expect(roll("busy")).rejects.toThrow(
      /lab-7x2kq-busy-0 and what follows are not replaced, because .* updates MachineConfigPool worker to rendered-worker-b \(in progress: installer-0\).*oc wait machineconfigpool\/worker .*; then repeat the command/s,
    );
    expect(serversDeclared(seen, "busy")).toEqual([]);
  });

  test("THEN an update that begins between two waves stops the roll there", async () => {
    nodes("later");
    machineConfigPool("worker");
    let reads = 0;
    api.onRequest = (request) => {
      if (request === `GET ${path}` && ++reads === 2) machineConfigPool("worker", { wanted: "b", updating: "True" });
      return undefined;
    };
    await expect(roll("later")).rejects.toThrow(/lab-7x2kq-later-1 and what follows are not replaced/);
    expect(serversDeclared(seen, "later")).toEqual(["0"]);
  });

  test("THEN a worker that is not of that pool is replaced", async () => {
    const infra = { ...role, "node-role.kubernetes.io/infra": "" };
    for (const i of [0, 1, 2]) node(`lab-7x2kq-other-${i}`, {}, infra);
    machineConfigPool("worker", { wanted: "b", updating: "True" });
    machineConfigPool("infra");
    expect(await roll("other")).toEqual(["0", "1", "2"]);
  });
});

test("GIVEN a pool that is Updating because a Node of it is drained WHEN the next worker's turn comes THEN the roll goes on", async () => {
  nodes("self");
  machineConfigPool("worker", { updating: "True" });
  expect(await roll("self")).toEqual(["0", "1", "2"]);
});

test("GIVEN a paused pool with a member that the operator has begun with WHEN another would be replaced THEN it counts as out", async () => {
  nodes("begun");
  machineConfigPool("worker", { paused: true });
  node("lab-7x2kq-begun-1", { currentConfig: "a", desiredConfig: "b", state: "Done" });
  await expect(roll("begun")).rejects.toThrow(
    /because lab-7x2kq-begun-1 \(the machine-config operator updates it\) is out of service/,
  );
});

test("GIVEN a paused pool WHEN it is rolled THEN one warning says what the workers boot with, and all are replaced", async () => {
  nodes("paused");
  machineConfigPool("worker", { paused: true, wanted: "b" });
  expect(await roll("paused")).toEqual(["0", "1", "2"]);
  expect(warnings).toEqual([
    expect.stringMatching(
      /pool paused: MachineConfigPool worker is paused: a new machine boots with rendered-worker-a, and does not get rendered-worker-b until it is resumed; to resume it: oc patch/,
    ),
  ]);
});

test.each([
  ["that may no longer be read", "forbidden", 403],
  ["that the cluster does not have", "missing", 404],
])(
  "GIVEN MachineConfigPools %s WHEN a pool is rolled THEN that is said once, and all are replaced",
  async (_, pool, code) => {
    nodes(pool);
    api.onRequest = (request) => (request === `GET ${path}` ? failure(code, "no") : undefined);
    expect(await roll(pool)).toEqual(["0", "1", "2"]);
    const said = infos.filter((text) => text.includes("MachineConfigPools"));
    expect(said).toEqual([expect.stringContaining(`the MachineConfigPools can no longer be read (HTTP ${code})`)]);
    expect(api.requests.filter((it) => it === `GET ${path}`)).toHaveLength(1);
  },
);

test('GIVEN an API server that fails WHEN a serving worker would be replaced THEN that is an error, not "no update"', async () => {
  nodes("down");
  api.onRequest = (request) => (request === `GET ${path}` ? failure(503, "no") : undefined);
  await expect(roll("down")).rejects.toThrow(/no answer for the MachineConfigPools: 503/);
  expect(serversDeclared(seen, "down")).toEqual([]);
});
