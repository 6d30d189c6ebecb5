import { beforeAll, expect, test } from "@jest/globals";
import { args, types } from "../support/pool-fixtures.ts";
import { recordRegistrations, type Registration, valueOf } from "../support/recorder.ts";

const userData = JSON.stringify({ ignition: { version: "3.0.0" } });

let seen: Registration[];
beforeAll(async () => {
  seen = await recordRegistrations({
    [types.port]: { allFixedIps: ["10.0.0.20"] },
    [types.server]: { created: "2026-01-02 03:04:05 +0000 UTC", powerState: "active" },
    [types.node]: { state: "Ready", timeline: [] },
  });
});

/** What is registered of a pool of one worker, but for what its ports and servers get from elsewhere. */
async function declare(name: string, change: Partial<typeof args>): Promise<readonly Registration[]> {
  const { WorkerPool } = await import("../../../components/worker-pool.ts");
  const start = seen.length;
  const pool = new WorkerPool(name, { ...args, ...change, pool: name, workers: [{ name: `lab-7x2kq-${name}-0` }] });
  await Promise.all((await pool.attach()).map(({ state }) => valueOf(state)));
  return seen.slice(start);
}

const serverIn = (found: readonly Registration[]): Registration => {
  const server = found.find(({ type }) => type === types.server);
  if (!server) throw new Error("no server was registered");
  return server;
};

test("GIVEN a pool with its Ignition config in the user data WHEN it is declared THEN nothing of the object store is", async () => {
  const found = await declare("inline", { ignition: { delivery: "inline", userData } });
  const kinds = found.map(({ type }) => type);
  for (const type of [types.container, types.object, types.containerClaim]) expect(kinds).not.toContain(type);
  expect(kinds).not.toContain("openstack-baremetal-compute:index:IgnitionStore");
  expect(serverIn(found).dependencies.join()).not.toContain("objectstorage");
});

test("GIVEN such a pool WHEN its server is declared THEN it has the config, as a secret alone, and ignores its changes", async () => {
  const server = serverIn(await declare("secret", { ignition: { delivery: "inline", userData } }));
  expect(server.inputs["userData"]).toEqual({ secret: userData });
  expect(server.ignoreChanges).toContain("userData");
});

test("GIVEN an edit of the delivery WHEN the pool is declared THEN its server differs in nothing that the engine compares", async () => {
  const compared = async (ignition: typeof args.ignition): Promise<object> => {
    const { inputs, ignoreChanges, replaceOnChanges, deleteBeforeReplace } = serverIn(
      await declare("edited", { ignition }),
    );
    const kept = Object.entries(inputs).filter(([key]) => !ignoreChanges.includes(key));
    return { inputs: Object.fromEntries(kept), ignoreChanges, replaceOnChanges, deleteBeforeReplace };
  };
  expect(await compared({ delivery: "inline", userData })).toEqual(await compared(args.ignition));
});
