import { beforeAll, describe, expect, test } from "@jest/globals";
import type { ExistingObjects } from "../../../components/openstack/existing.ts";
import { args, types } from "../support/pool-fixtures.ts";
import { recordRegistrations, type Registration, valueOf } from "../support/recorder.ts";

let seen: Registration[];
beforeAll(async () => {
  seen = await recordRegistrations({
    [types.port]: { allFixedIps: ["10.0.0.20"] },
    [types.server]: { created: "2026-01-02 03:04:05 +0000 UTC", powerState: "active" },
    [types.node]: { state: "Ready", timeline: [] },
  });
});

const name = "lab-7x2kq-metal-0";

interface Outcome {
  readonly retries: boolean;
  readonly said: readonly string[];
}

/** What the hook makes of a failed operation. */
async function outcome(failedOperation: string, failedServers: ExistingObjects["failedServers"]): Promise<Outcome> {
  const { failedServerHook } = await import("../../../components/server/failed-server.ts");
  const said: string[] = [];
  const hook = failedServerHook(name, failedServers, (text) => Promise.resolve(void said.push(text)));
  const failed = { urn: "", id: "", name, type: types.server, failedOperation, errors: ["last error: %!s(<nil>)"] };
  return { retries: await hook.callback(failed), said };
}

test("GIVEN an engine with error hooks WHEN a pool's servers are declared THEN each has one of its own, and nothing else has", async () => {
  const { WorkerPool } = await import("../../../components/worker-pool.ts");
  const attached = await new WorkerPool("metal", args).attach();
  await Promise.all(attached.map(({ state }) => valueOf(state)));
  const hooks = seen.flatMap(({ type, onError }) => onError.map((hook) => `${type} ${hook}`));
  expect(hooks).toEqual([0, 1].map((i) => `${types.server} failed-server-lab-7x2kq-metal-${i}`));
});

test("GIVEN an engine without error hooks WHEN a server is declared THEN it has none, which that engine would refuse", async () => {
  const { BaremetalServer } = await import("../../../components/baremetal-server.ts");
  const { unknownWorker } = await import("../../../components/server/in-cloud.ts");
  const own = { name: "old-engine", availabilityZone: undefined, portIds: ["p"], userData: "{}", after: [] };
  const server = new BaremetalServer("old-engine", {
    ...args,
    ...own,
    inCloud: unknownWorker,
    hasErrorHooks: false,
  });
  await valueOf(server.serverId);
  expect(seen.filter((each) => each.name === "old-engine").flatMap(({ onError }) => onError)).toEqual([]);
});

describe("GIVEN a server whose creation has failed", () => {
  const fault = "No valid host was found. There are not enough hosts available.";

  test("WHEN it is in ERROR THEN Nova's fault is told, and what to type; nothing is tried again", async () => {
    const asked: string[] = [];
    const found = await outcome("create", (of) => {
      asked.push(of);
      return Promise.resolve([{ id: "s0", fault }]);
    });
    expect(asked).toEqual([name]);
    expect(found).toEqual({
      retries: false,
      said: [`server ${name} (s0) is in ERROR: ${fault} \`pulumi preview\` says what becomes of it, and what to do.`],
    });
  });

  test("WHEN Nova gives no reason THEN that is told", async () => {
    const { said } = await outcome("create", () => Promise.resolve([{ id: "s0", fault: undefined }]));
    expect(said).toEqual([expect.stringContaining("is in ERROR: Nova reports no reason. ")]);
  });

  test("WHEN it is still being built, or was never made THEN the provider's own error is all", async () => {
    expect(await outcome("create", () => Promise.resolve([]))).toEqual({ retries: false, said: [] });
  });

  test("WHEN Nova does not answer THEN the hook does not fail: its error would hide the provider's", async () => {
    expect(await outcome("create", () => Promise.reject(new Error("connect ECONNREFUSED")))).toEqual({
      retries: false,
      said: [`what Nova says of server ${name} could not be read: connect ECONNREFUSED`],
    });
  });
});

test("GIVEN a server that is replaced WHEN Nova does not get rid of it THEN the fault is told, and what to do", async () => {
  const fault = "Error destroying the instance on node 7a";
  expect(await outcome("delete", () => Promise.resolve([{ id: "s0", fault }]))).toEqual({
    retries: false,
    said: [
      `server ${name} (s0) is in ERROR: ${fault}. Repeat the command, which has Nova delete it again. If it fails again, ` +
        "the cloud's operator sees why on its machine (openstack baremetal node show --instance s0).",
    ],
  });
});

test("GIVEN a failed update of a server THEN nobody is asked", async () => {
  const found = await outcome("update", () => Promise.reject(new Error("asked")));
  expect(found).toEqual({ retries: false, said: [] });
});
