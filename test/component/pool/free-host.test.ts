import { beforeAll, describe, expect, jest, test } from "@jest/globals";
import type { HostWait, WaitingWorker } from "../../../components/hosts/await-host.ts";
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

/** The hooks before the creation of the server of a pool's worker. */
async function hooksOf(pool: string, hostWait: HostWait | undefined): Promise<readonly string[]> {
  const { WorkerPool } = await import("../../../components/worker-pool.ts");
  const name = `lab-7x2kq-${pool}-0`;
  const attached = await new WorkerPool(pool, { ...args, pool, workers: [{ name }], hostWait }).attach();
  await Promise.all(attached.map(({ state }) => valueOf(state)));
  return seen.find((each) => each.type === types.server && each.name === name)?.beforeCreate ?? [];
}

describe("GIVEN a pool WHEN a worker's server is declared", () => {
  test("THEN it waits for nothing where nobody sees the hosts", async () => {
    expect(await hooksOf("blind", undefined)).toEqual(["no-twin-of-server-lab-7x2kq-blind-0"]);
  });

  test("THEN it waits for a free host, after a second one of its name was looked for", async () => {
    expect(await hooksOf("waiting", { by: "cleaningAllowance", seconds: 60 })).toEqual([
      "no-twin-of-server-lab-7x2kq-waiting-0",
      "free-host-for-lab-7x2kq-waiting-0",
    ]);
  });
});

describe("GIVEN an allowance of ten minutes WHEN a server is to be created", () => {
  const begun = Date.UTC(2026, 0, 2);

  /** Seconds that the hook takes, and what it says. */
  async function run(vacated: WaitingWorker["vacated"]): Promise<{ seconds: number; said: string[] }> {
    const { freeHostHook } = await import("../../../components/hosts/await-host.ts");
    const said: string[] = [];
    const say = (text: string): Promise<void> => Promise.resolve(void said.push(text));
    const worker = { name: "w", availabilityZone: undefined, configPath: "pools[metal]", vacated };
    jest.useFakeTimers({ now: begun });
    try {
      const { callback } = freeHostHook(worker, { by: "cleaningAllowance", seconds: 600 }, { info: say, status: say });
      let ended = NaN;
      const running = Promise.resolve(callback({ urn: "", id: "", name: "w", type: types.server })).then(() => {
        ended = Date.now();
      });
      await jest.advanceTimersByTimeAsync(700_000);
      await running;
      return { seconds: (ended - begun) / 1000, said };
    } finally {
      jest.useRealTimers();
    }
  }

  test("THEN that of a worker without a former one is created at once", async () => {
    expect(await run(undefined)).toEqual({ seconds: 0, said: [] });
  });

  test("THEN that of a worker whose server was deleted just now waits for all of it, and says so", async () => {
    const { seconds, said } = await run({ at: undefined });
    expect(seconds).toBe(600);
    expect(said[0]).toMatch(/^w waits for a free host: for 10m, .*\(pools\[metal\]\.cleaningAllowance: 10m\)$/);
    expect(said).toContain("waiting for a free host: 5m left (pools[metal].cleaningAllowance)");
  });

  test("THEN that of a worker whose server an earlier command deleted waits for the rest", async () => {
    expect((await run({ at: begun - 400_000 })).seconds).toBe(200);
  });
});
