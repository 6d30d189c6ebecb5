import { afterAll, beforeAll, expect, jest, test } from "@jest/globals";
import { args, types } from "../support/pool-fixtures.ts";
import { recordRegistrations, type Registration, valueOf } from "../support/recorder.ts";

const start = Date.UTC(2026, 0, 2);
const hour = 3_600;

let seen: Registration[];
beforeAll(async () => {
  seen = await recordRegistrations({
    [types.port]: { allFixedIps: ["10.0.0.20"] },
    [types.server]: { created: "2026-01-02 03:04:05 +0000 UTC", powerState: "active" },
    [types.node]: { state: "Ready", timeline: [] },
  });
  // an hour passes with each resource that is declared
  jest.spyOn(Date, "now").mockImplementation(() => start + seen.length * hour * 1_000);
});
afterAll(() => {
  jest.restoreAllMocks();
});

const placeOf = (type: string, name: string): number =>
  seen.findIndex((each) => each.type === type && each.name.startsWith(name));

/** The hour from the start at which the URL in a server's user data was signed. */
function signedAt(name: string): number {
  const { secret } = seen[placeOf(types.server, name)]?.inputs["userData"] as { secret: string };
  const [, expires] = /temp_url_expires=(\d+)/.exec(secret) ?? [];
  return (Number(expires) - args.urlLifetime - start / 1_000) / hour;
}

test("GIVEN a roll of three waves WHEN each worker's server is declared THEN its URL is valid for all of its lifetime from then", async () => {
  const { WorkerPool } = await import("../../../components/worker-pool.ts");
  const names = [0, 1, 2].map((i) => `lab-7x2kq-urls-${i}`);
  const nodes = names
    .slice(1)
    .map((name) => ({ name, serving: true, specHash: undefined, labels: {}, updating: false }));
  const workers = names.map((name) => ({ name }));
  const pool = new WorkerPool("urls", { ...args, pool: "urls", workers, currentNodes: () => Promise.resolve(nodes) });
  const attached = await pool.attach();
  await Promise.all(attached.map(({ state }) => valueOf(state)));
  for (const name of names) {
    // the port is there before the server is declared
    expect(signedAt(name)).toBeGreaterThan(placeOf(types.port, name));
    expect(signedAt(name)).toBeLessThanOrEqual(placeOf(types.server, name));
  }
});
