import { beforeAll, expect, test } from "@jest/globals";
import type { NodeState } from "../../../components/rollout/gate.ts";
import type { Rollout } from "../../../components/rollout/waves.ts";
import { outputsOf } from "../../../infra/outputs.ts";
import { args, serversDeclared, types } from "../support/pool-fixtures.ts";
import { recordRegistrations, type Registration, valueOf } from "../support/recorder.ts";

let seen: Registration[];
beforeAll(async () => {
  seen = await recordRegistrations({
    [types.port]: { allFixedIps: ["10.0.0.20"] },
    [types.server]: { created: "2026-01-02 03:04:05 +0000 UTC", powerState: "active" },
    [types.node]: { state: "Ready", timeline: [] },
  });
});

interface Case {
  readonly pool: string;
  /** the Nodes as they are when a wave is to begin */
  readonly now: readonly NodeState[];
  readonly rollout?: Partial<Rollout>;
  /** number of a worker whose server the cloud shows to be made anew */
  readonly replaced?: number;
}

/** Attaches a pool of three, of which 0 and 1 served at first, and gives the names of the servers that were declared. */
async function attach({ pool, now, rollout, replaced }: Case): Promise<string[]> {
  const { WorkerPool } = await import("../../../components/worker-pool.ts");
  const name = (i: number): string => `lab-7x2kq-${pool}-${i}`;
  const component = new WorkerPool(pool, {
    ...args,
    pool,
    workers: [0, 1, 2].map((i) => ({ name: name(i) })),
    serving: new Set([name(0), name(1)]),
    rollout: { ...args.rollout, ...rollout },
    replaced: new Set(replaced === undefined ? [] : [name(replaced)]),
    currentNodes: () => Promise.resolve(now),
  });
  const workers = await component.attach();
  await Promise.all(workers.map(({ state }) => valueOf(state)));
  return serversDeclared(seen, pool);
}

const node = (pool: string, i: number, serving: boolean, specHash = "old"): NodeState => ({
  name: `lab-7x2kq-${pool}-${i}`,
  serving,
  specHash,
  labels: { "node-role.kubernetes.io/worker": "" },
  updating: false,
});

test("GIVEN a member that does not come into service WHEN an edit would replace a serving one THEN the roll stops before it", async () => {
  const now = [node("stop", 0, true), node("stop", 1, true), node("stop", 2, false)];
  await expect(attach({ pool: "stop", now })).rejects.toThrow(
    /lab-7x2kq-stop-0 and what follows are not replaced, because lab-7x2kq-stop-2 is out of service.*pools\[metal\]\.rollout/s,
  );
  expect(serversDeclared(seen, "stop")).toEqual(["2"]);
});

test("GIVEN the same WHEN that member is to be ignored, or nothing is known of what would be replaced THEN the rollout continues", async () => {
  const ignore = ["lab-7x2kq-skip-2"];
  const now = (pool: string): NodeState[] => [node(pool, 0, true), node(pool, 1, true), node(pool, 2, false)];
  expect(await attach({ pool: "skip", now: now("skip"), rollout: { ignore } })).toEqual(["0", "1", "2"]);
  const unknown = [0, 1].map((i) => ({ ...node("none", i, true), specHash: undefined }));
  expect(await attach({ pool: "none", now: unknown })).toEqual(["2", "0", "1"]);
});

test("GIVEN an edit that the hash on the Node does not tell, as of a payload WHEN another is out of service THEN the roll stops, too", async () => {
  const now = (pool: string): NodeState[] =>
    [true, true, false].map((serving, i) => ({ ...node(pool, i, serving), specHash: undefined }));
  await expect(attach({ pool: "payload", now: now("payload"), replaced: 1 })).rejects.toThrow(
    /lab-7x2kq-payload-1 and what follows are not replaced, because lab-7x2kq-payload-2 is out of service/,
  );
  expect(await attach({ pool: "kept", now: now("kept") })).toEqual(["2", "0", "1"]);
});

test("GIVEN workers that did not serve at first WHEN they have come back before the first wave THEN they are replaced one at a time", async () => {
  const { WorkerPool } = await import("../../../components/worker-pool.ts");
  const names = [0, 1, 2].map((i) => `lab-7x2kq-back-${i}`);
  const declaredAtEachLook: string[][] = [];
  const currentNodes = (): Promise<NodeState[]> => {
    declaredAtEachLook.push(serversDeclared(seen, "back"));
    return Promise.resolve([0, 1, 2].map((i) => node("back", i, true)));
  };
  const workers = names.map((name) => ({ name }));
  await new WorkerPool("back", { ...args, pool: "back", workers, serving: new Set(), currentNodes }).attach();
  expect(declaredAtEachLook).toEqual([[], [], ["0"], ["0", "1"]]);
});

test("GIVEN serving workers of which none is replaced WHEN they are declared THEN the cluster is asked once, not for each", async () => {
  const { WorkerPool } = await import("../../../components/worker-pool.ts");
  const workers = Array.from({ length: 5 }, (_, i) => ({ name: `lab-7x2kq-same-${i}` }));
  let looks = 0;
  const currentNodes = (): Promise<NodeState[]> => {
    looks += 1;
    return Promise.resolve(workers.map((_, i) => ({ ...node("same", i, true), specHash: undefined })));
  };
  const attached = await new WorkerPool("same", { ...args, pool: "same", workers, currentNodes }).attach();
  await Promise.all(attached.map(({ state }) => valueOf(state)));
  expect(serversDeclared(seen, "same")).toHaveLength(5);
  expect(looks).toBe(1);
});

test("GIVEN a surge worker WHEN a pool that may have nobody out is rolled THEN it joins before the first wave, and is told as such", async () => {
  const { WorkerPool } = await import("../../../components/worker-pool.ts");
  const name = (i: number): string => `lab-7x2kq-spare-${i}`;
  const workers = [{ name: name(0) }, { name: name(1) }, { name: name(2), isSurge: true as const }];
  const rollout = { maxUnavailable: 0, ignore: [], surge: [name(2)] };
  const spare = { ...node("spare", 2, true), specHash: undefined };
  const currentNodes = (): Promise<NodeState[]> => {
    const hasJoined = serversDeclared(seen, "spare").includes("2");
    return Promise.resolve([node("spare", 0, true), node("spare", 1, true), ...(hasJoined ? [spare] : [])]);
  };
  const attached = await new WorkerPool("spare", { ...args, pool: "spare", workers, rollout, currentNodes }).attach();
  await Promise.all(attached.map(({ state }) => valueOf(state)));
  expect(serversDeclared(seen, "spare")).toEqual(["2", "0", "1"]);
  const metadata = seen.flatMap(({ type, inputs, name: resource }) =>
    type === types.server && resource.includes("-spare-")
      ? [[resource, (inputs["metadata"] as { surge?: string }).surge]]
      : [],
  );
  const notes = outputsOf(attached, [], rollout.surge).__workers.map(({ note }) => note);
  expect(notes).toEqual([undefined, undefined, "surge worker of the roll, detached by the next `pulumi up`"]);
  expect(Object.fromEntries(metadata)).toEqual({ [name(0)]: undefined, [name(1)]: undefined, [name(2)]: "true" });
});

test("GIVEN a surge worker of an earlier command, whose abandoned detach may have left it cordoned WHEN a roll goes on THEN it is declared first, and one that is replaced last", async () => {
  const nodes = (pool: string, specHash: string | undefined): NodeState[] =>
    [0, 1, 2].map((i) => (i === 2 ? { ...node(pool, i, true), specHash } : node(pool, i, true)));
  const rollout = (pool: string) => ({ maxUnavailable: 0, surge: [`lab-7x2kq-${pool}-2`] });
  expect(await attach({ pool: "goes", now: nodes("goes", undefined), rollout: rollout("goes") })).toEqual([
    "2",
    "0",
    "1",
  ]);
  expect(await attach({ pool: "again", now: nodes("again", "old"), rollout: rollout("again") })).toEqual([
    "0",
    "1",
    "2",
  ]);
});

test("GIVEN a pool that may have nobody out WHEN a worker proves to be replaced and there is no surge worker THEN it is not", async () => {
  const rollout = { maxUnavailable: 0 };
  const now = [0, 1, 2].map((i) => node("bare", i, true));
  await expect(attach({ pool: "bare", now, rollout })).rejects.toThrow(
    /lab-7x2kq-bare-0 and what follows are not replaced, because nobody may be out of service \(pools\[metal\]\.rollout\.maxUnavailable: 0\)/,
  );
  expect(serversDeclared(seen, "bare")).toEqual([]);
});

test("GIVEN a surge worker that is not Ready any more WHEN a serving one would be replaced THEN the roll stops", async () => {
  const spare = { ...node("loose", 2, false), specHash: undefined };
  const now = [node("loose", 0, true), node("loose", 1, true), spare];
  const rollout = { maxUnavailable: 0, surge: ["lab-7x2kq-loose-2"] };
  await expect(attach({ pool: "loose", now, rollout })).rejects.toThrow(
    /because lab-7x2kq-loose-2 \(a surge worker: list it in pools\[metal\]\.repair, or lower rollout\.maxSurge\) is out of service, and no more than 1 may be \(.*, and one for each surge worker\)/,
  );
  expect(serversDeclared(seen, "loose")).toEqual(["2"]);
});

test("GIVEN a cluster that cannot be read WHEN a serving worker may be replaced THEN that is an error, not out of service", async () => {
  const { WorkerPool } = await import("../../../components/worker-pool.ts");
  const currentNodes = (): Promise<never> => Promise.reject(new Error("no answer"));
  const serving = new Set(["lab-7x2kq-metal-0"]);
  await expect(new WorkerPool("dumb", { ...args, serving, currentNodes }).attach()).rejects.toThrow("no answer");
});
