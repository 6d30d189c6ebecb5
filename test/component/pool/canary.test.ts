import { describe, expect, jest, test } from "@jest/globals";
import type { Member, NodeState } from "../../../components/rollout/gate.ts";
import { Roll, type RolledPool } from "../../../components/rollout/roll.ts";

/** A pool of four whose workers an edit replaces, by a cluster that does what it is told at once. */
class Edited {
  readonly nodes = new Map<string, NodeState>();
  readonly declared: string[] = [];
  readonly texts: string[] = [];
  /** ms since the epoch at which each was declared */
  readonly times: number[] = [];
  looks = 0;
  /** what happens before a look */
  onLook: (look: number) => void = () => undefined;
  /** names of the workers that do not come back */
  readonly broken = new Set<string>();
  /** names of the workers that the engine leaves as they are, whatever the program declares */
  readonly kept = new Set<string>();
  readonly #members: readonly Member[];
  readonly #rollout: RolledPool<Member>["rollout"];

  constructor(rollout: Partial<RolledPool<Member>["rollout"]>, names = ["a", "b", "c", "d"]) {
    this.#members = names.map((name) => ({ name, specHash: "new", replaced: false }));
    this.#rollout = { maxUnavailable: 1, ignore: [], ...rollout };
    for (const name of names) this.set(name, "old", Date.now() - 3_600_000);
  }

  set(name: string, specHash: string, since: number, serving = true): void {
    const time = new Date(since).toISOString();
    const ready = { created: time, readySince: serving ? time : undefined };
    this.nodes.set(name, { name, serving, specHash, labels: {}, updating: false, ...ready });
  }

  async roll(preview?: ReadonlySet<string>): Promise<void> {
    const say = (text: string): Promise<void> => {
      this.texts.push(text);
      return Promise.resolve();
    };
    const roll = new Roll({
      pool: "metal",
      configPath: "pools[metal]",
      members: this.#members,
      rollout: this.#rollout,
      machineConfigPool: "worker",
      machineConfigPools: [],
      preview,
      currentNodes: () => {
        this.looks += 1;
        this.onLook(this.looks);
        return Promise.resolve([...this.nodes.values()]);
      },
      currentMachineConfigPools: () => Promise.resolve([]),
      warn: say,
      info: say,
      status: say,
    });
    await roll.run(({ name }) => this.#declare(name));
  }

  #declare(name: string): { joined: () => Promise<void> } {
    this.declared.push(name);
    this.times.push(Date.now());
    const failed = this.broken.has(name);
    if (this.nodes.get(name)?.specHash !== "new" && !this.kept.has(name)) this.set(name, "new", Date.now(), !failed);
    return { joined: () => (failed ? Promise.reject(new Error(`${name} has not joined`)) : Promise.resolve()) };
  }
}

const canary = { count: 1, soak: 1 };

describe("GIVEN an edit of a pool with a canary", () => {
  test("WHEN its Node stays Ready THEN the others follow in waves, after the soak", async () => {
    const pool = new Edited({ canary, maxUnavailable: 2 });
    await pool.roll();
    expect(pool.declared).toEqual(["a", "b", "c", "d"]);
    const [first = 0, second = 0, third = 0] = pool.times;
    expect(second - first).toBeGreaterThanOrEqual(1000);
    expect(third - second).toBeLessThan(1000);
  });

  test("THEN the lines tell each wave, how far the roll is, the ways out once, and what is left of the soak", async () => {
    const pool = new Edited({ canary, maxUnavailable: 3 });
    await pool.roll();
    expect(pool.texts).toEqual([
      expect.stringMatching(
        /^replacing a as canary; 0 of 4 workers are in place, not begun: b, c, d\. If one .*undo the edit/,
      ),
      "canary a Ready, 1s left of its soak of 1s",
      "replacing b, c, d; 1 of 4 workers are in place, not begun: none",
    ]);
  });

  test("WHEN there are more canaries than may be out THEN they go in several waves", async () => {
    const pool = new Edited({ canary: { count: 3, soak: 1 }, maxUnavailable: 2 });
    await pool.roll();
    expect(pool.texts.filter((text) => text.startsWith("replacing")).map((text) => text.split(";")[0])).toEqual([
      "replacing a, b as canary",
      "replacing c as canary",
      "replacing d",
    ]);
  });

  test("WHEN its Node is not Ready in the soak THEN the roll stops at once, names it and both ways out", async () => {
    const pool = new Edited({ canary: { count: 1, soak: 3600 } });
    pool.onLook = (look) => {
      if (look === 4) pool.set("a", "new", Date.now(), false);
    };
    await expect(pool.roll()).rejects.toThrow(
      /pool metal: the roll stops at its canary: a is not Ready \(pools\[metal\]\.rollout\.canary\).*To go on.*oc describe node a.*to go back, undo the edit/s,
    );
    expect(pool.declared).toEqual(["a"]);
  });

  test("WHEN its Node is gone in the soak THEN the roll stops", async () => {
    const pool = new Edited({ canary });
    pool.onLook = (look) => {
      if (look === 5) pool.nodes.delete("a");
    };
    await expect(pool.roll()).rejects.toThrow("a has no Node any more");
    expect(pool.declared).toEqual(["a"]);
  });

  test("WHEN the soak of a former command is not over THEN only what is left of it is waited for", async () => {
    const pool = new Edited({ canary: { count: 1, soak: 3600 }, maxUnavailable: 3 });
    pool.set("a", "new", Date.now() - 3_599_000);
    await pool.roll();
    const [, second = 0] = pool.times;
    expect(second - (pool.times[0] ?? 0)).toBeLessThan(5_000);
    expect(pool.texts).toContain("canary a Ready, 1s left of its soak of 1h");
    expect(pool.declared).toEqual(["a", "b", "c", "d"]);
  });

  test("WHEN the canary of a former command is not Ready THEN nobody else is replaced", async () => {
    const pool = new Edited({ canary, maxUnavailable: 3 });
    pool.set("a", "new", Date.now(), false);
    await expect(pool.roll()).rejects.toThrow("the roll stops at its canary: a is not Ready");
    expect(pool.declared).toEqual(["a"]);
  });

  test("WHEN --target leaves out the first workers THEN the first one that is replaced is the canary, and the others wait for it", async () => {
    const pool = new Edited({ canary, maxUnavailable: 2 });
    pool.kept.add("a").add("b");
    await pool.roll();
    expect(pool.declared).toEqual(["a", "b", "c", "d"]);
    const [, , third = 0, last = 0] = pool.times;
    expect(last - third).toBeGreaterThanOrEqual(1000);
    expect(pool.texts.filter((text) => text.startsWith("canary"))).toEqual([
      "canary c Ready, 1s left of its soak of 1s",
    ]);
  });

  test("WHEN --target leaves out one of two canaries THEN the other one proves the edit", async () => {
    const pool = new Edited({ canary: { count: 2, soak: 1 }, maxUnavailable: 2 });
    pool.kept.add("a");
    await pool.roll();
    expect(pool.texts).toContain("canary b Ready, 1s left of its soak of 1s");
  });

  test("WHEN a worker is out of service THEN it is replaced first and is no canary", async () => {
    const pool = new Edited({ canary });
    pool.set("c", "old", 0, false);
    await pool.roll();
    expect(pool.declared).toEqual(["c", "a", "b", "d"]);
    const [, first = 0, second = 0] = pool.times;
    expect(second - first).toBeGreaterThanOrEqual(1000);
  });

  test("WHEN the API server does not answer at the end of the soak THEN that is an error", async () => {
    const pool = new Edited({ canary: { count: 1, soak: 1 } });
    pool.set("a", "new", Date.now());
    pool.onLook = (look) => {
      if (look === 3) throw new Error("no answer");
    };
    await expect(pool.roll()).rejects.toThrow("no answer");
    expect(pool.declared).toEqual(["a"]);
  });

  test("WHEN the API server does not answer for once in the soak THEN that is shown, and the roll goes on", async () => {
    jest.useFakeTimers();
    try {
      const pool = new Edited({ canary: { count: 1, soak: 60 }, maxUnavailable: 3 });
      pool.onLook = (look) => {
        if (look === 6) throw new Error("no answer");
      };
      const rolled = pool.roll();
      await jest.advanceTimersByTimeAsync(60_000);
      await rolled;
      expect(pool.texts).toContain("the Nodes cannot be read now: no answer");
      expect(pool.declared).toEqual(["a", "b", "c", "d"]);
    } finally {
      jest.useRealTimers();
    }
  });

  test("WHEN it is previewed THEN nothing waits and no Node is read", async () => {
    const pool = new Edited({ canary: { count: 1, soak: 3600 } });
    await pool.roll(new Set(["a", "b", "c", "d"]));
    expect(pool.declared).toEqual(["a", "b", "c", "d"]);
    expect(pool.looks).toBe(0);
  });
});

describe("GIVEN two workers of a wave, of which one does not come back", () => {
  test("WHEN the wave has ended THEN the roll stops, and the error tells who is in place, who failed, who is untouched and both ways out", async () => {
    const pool = new Edited({ maxUnavailable: 2 });
    pool.broken.add("a");
    await expect(pool.roll()).rejects.toThrow(
      /pool metal: the roll stops, because a did not come back into service .*1 of 4 workers are in place, not begun: c, d\. The others keep serving\. To go on.*to go back/s,
    );
    expect(pool.declared).toEqual(["a", "b"]);
    expect(["c", "d"].map((name) => pool.nodes.get(name)?.specHash)).toEqual(["old", "old"]);
  });

  test("WHEN it is the second wave in which none comes back THEN the first is in place and the last untouched", async () => {
    const pool = new Edited({ maxUnavailable: 2 }, ["a", "b", "c", "d", "e"]);
    pool.broken.add("c").add("d");
    await expect(pool.roll()).rejects.toThrow(/because c, d did not come back .*2 of 5 .* not begun: e\./s);
    expect(pool.nodes.get("e")?.specHash).toBe("old");
  });
});
