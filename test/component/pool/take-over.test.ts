import { beforeAll, describe, expect, test } from "@jest/globals";
import * as pulumi from "@pulumi/pulumi";
import { portsValue } from "../../../components/server/port-options.ts";
import type { WorkerInCloud } from "../../../components/server/in-cloud.ts";
import { args, types } from "../support/pool-fixtures.ts";
import { recordRegistrations, type Registration, valueOf } from "../support/recorder.ts";

let seen: Registration[];
const of = (type: string, pool: string): Registration => {
  const found = seen.find((each) => each.type === type && each.name.includes(`-${pool}-0`));
  if (!found) throw new Error(`no ${type} of pool ${pool} was registered`);
  return found;
};

const portOf = (pool: string): string => `lab-7x2kq-${pool}-0-port-0`;
/** A worker whose port is where the config wants it. */
const standing = (pool: string, change: Partial<WorkerInCloud>): WorkerInCloud => ({
  takenOver: { ports: new Map() },
  portRecord: "attached",
  ports: new Set([portOf(pool)]),
  placedPorts: new Set([portOf(pool)]),
  ...change,
});

/** How the server of the pool's worker goes on from one look to the next. */
async function attach(pool: string, inCloud: WorkerInCloud, ...statuses: (string | undefined)[]): Promise<void> {
  const { WorkerPool } = await import("../../../components/worker-pool.ts");
  const name = `lab-7x2kq-${pool}-0`;
  const left = [...statuses];
  const declared = new WorkerPool(pool, {
    ...args,
    pool,
    workers: [{ name }],
    inCloud: new Map([[name, inCloud]]),
    existing: { ...args.existing, serverStatus: () => Promise.resolve(left.shift()) },
  });
  await Promise.all((await declared.attach()).map(({ state }) => valueOf(state)));
}

beforeAll(async () => {
  seen = await recordRegistrations({
    [types.port]: { allFixedIps: ["10.0.0.20"] },
    [types.server]: { created: "2026-01-02 03:04:05 +0000 UTC", powerState: "active" },
    [types.node]: { state: "Ready", timeline: [] },
  });
});

describe("GIVEN a server and a port that are not in the state WHEN the worker is declared", () => {
  beforeAll(async () => {
    const ports = new Map([[portOf("lost"), "the-port"]]);
    await attach("lost", standing("lost", { takenOver: { server: { id: "the-server", isBuilt: true }, ports } }));
  });

  test("THEN both are imported, and nothing else is", () => {
    const imported = seen.filter(({ importId }) => importId !== "").map(({ type, importId }) => [type, importId]);
    expect(imported).toEqual([
      [types.port, "the-port"],
      [types.server, "the-server"],
    ]);
  });

  test("THEN what the provider does not read is ignored", () => {
    expect(of(types.server, "lost").ignoreChanges).toEqual(
      expect.arrayContaining(["userData", "configDrive", "networks[0].port", "forceDelete", "stopBeforeDestroy"]),
    );
    expect(of(types.port, "lost").ignoreChanges).toEqual(
      expect.arrayContaining(["binding", "fixedIps", "macAddress", "deviceId", "deviceOwner"]),
    );
  });

  test("THEN its metadata gets the hash of its ports, which replaces nothing this time", () => {
    const { inputs, replaceOnChanges } = of(types.server, "lost");
    expect(inputs["metadata"]).toMatchObject({ ports: portsValue([`${portOf("lost")}-id`]) });
    expect(replaceOnChanges).not.toContain("metadata.ports");
  });
});

describe("GIVEN a server that the state has WHEN its worker is declared", () => {
  test("THEN nothing is imported, so that `pulumi up --replace` keeps working", async () => {
    await attach("known", standing("known", { portRecord: "recorded" }));
    expect([of(types.server, "known"), of(types.port, "known")].map(({ importId }) => importId)).toEqual(["", ""]);
  });

  test("THEN other ports than its metadata names replace it, and the list of its networks still takes it along", () => {
    const { ignoreChanges, replaceOnChanges, propertyDependencies } = of(types.server, "known");
    expect(replaceOnChanges).toContain("metadata.ports");
    expect(ignoreChanges).not.toContain("networks");
    expect(propertyDependencies["networks"]).toEqual([`${types.port} ${portOf("known")}`]);
  });

  test("THEN a list of its networks that the state has not read whole replaces nothing", async () => {
    await attach("unread", standing("unread", { portRecord: "unread" }));
    const { ignoreChanges, replaceOnChanges } = of(types.server, "unread");
    expect(ignoreChanges).toContain("networks");
    expect(replaceOnChanges).toContain("metadata.ports");
  });

  test("THEN one whose ports nobody has recorded is judged by the state alone", async () => {
    await attach("old", standing("old", { portRecord: "unrecorded" }));
    const { ignoreChanges, replaceOnChanges } = of(types.server, "old");
    expect([...ignoreChanges, ...replaceOnChanges].filter((it) => /networks|ports/.test(it))).toEqual([]);
  });
});

describe("GIVEN a server and a port that somebody attached by hand, and that are adopted, WHEN the worker is declared", () => {
  beforeAll(async () => {
    const ports = new Map([[portOf("hand"), "the-port"]]);
    const adopted = { serverId: "the-server", blankPorts: new Set([portOf("hand")]) };
    await attach(
      "hand",
      standing("hand", { takenOver: { server: { id: "the-server", isBuilt: true }, ports }, adopted }),
    );
  });

  test("THEN both are imported", () => {
    expect([of(types.server, "hand"), of(types.port, "hand")].map(({ importId }) => importId)).toEqual([
      "the-server",
      "the-port",
    ]);
  });

  test("THEN the metadata that it gets replaces nothing", () => {
    const { inputs, replaceOnChanges, ignoreChanges } = of(types.server, "hand");
    expect(inputs["metadata"]).toMatchObject({ owner: args.owner, flavor: "baremetal", image: "rhcos" });
    expect(replaceOnChanges).toEqual([]);
    // what it booted with is not known
    expect(ignoreChanges).toContain("metadata.ignition");
  });

  test("THEN the port's description gets the owner in place", () => {
    const { inputs, replaceOnChanges, ignoreChanges } = of(types.port, "hand");
    expect(inputs).toMatchObject({ description: `worker of ${args.owner}` });
    expect([...replaceOnChanges, ...ignoreChanges]).not.toContain("description");
  });

  test("THEN the claim on its name accepts the Node on that server", () => {
    expect(of(types.claim, "hand").inputs).toMatchObject({ adopts: "the-server" });
  });

  test("THEN the next update is like that of any worker, and does not compare what the claim accepted", async () => {
    await attach("adopted", standing("adopted", { portRecord: "recorded" }));
    expect(of(types.claim, "adopted").inputs).not.toHaveProperty("adopts");
    expect(of(types.claim, "adopted").ignoreChanges).toEqual(["adopts"]);
    expect(of(types.server, "adopted").replaceOnChanges).toContain("metadata.flavor");
    expect(of(types.port, "adopted").ignoreChanges).toContain("description");
  });
});

describe("GIVEN which attempt a server is WHEN its worker is declared", () => {
  test("THEN the next one is in its metadata, and replaces it", async () => {
    await attach("again", standing("again", { attempt: { value: "2", replaces: true } }));
    const { inputs, replaceOnChanges } = of(types.server, "again");
    expect(inputs["metadata"]).toMatchObject({ attempt: "2" });
    expect(replaceOnChanges).toContain("metadata.attempt");
  });

  test("THEN the one that it is stays, and replaces nothing", async () => {
    await attach("second", standing("second", { attempt: { value: "2", replaces: false } }));
    const { inputs, replaceOnChanges, ignoreChanges } = of(types.server, "second");
    expect(inputs["metadata"]).toMatchObject({ attempt: "2" });
    expect([...replaceOnChanges, ...ignoreChanges]).not.toContain("metadata.attempt");
  });

  test("THEN the first has none, as the servers of earlier releases", async () => {
    await attach("first", standing("first", { attempt: { value: undefined, replaces: false } }));
    expect(of(types.server, "first").inputs["metadata"]).not.toHaveProperty("attempt");
  });

  test("THEN what is not known is left as it is", async () => {
    await attach("blind", standing("blind", {}));
    const { inputs, ignoreChanges } = of(types.server, "blind");
    expect(inputs["metadata"]).not.toHaveProperty("attempt");
    expect(ignoreChanges).toContain("metadata.attempt");
  });
});

describe("GIVEN a server that is not in the state and is still being built WHEN the worker is declared", () => {
  const building = (pool: string): WorkerInCloud =>
    standing(pool, { takenOver: { server: { id: "the-server", isBuilt: false }, ports: new Map() } });

  test("THEN it is imported once it is built", async () => {
    await attach("slow", building("slow"), "ACTIVE");
    expect(of(types.server, "slow").importId).toBe("the-server");
  });

  test("THEN another is made if it is gone by then", async () => {
    await attach("gone", building("gone"), undefined);
    expect(of(types.server, "gone").importId).toBe("");
  });

  test("THEN the command ends without a stack trace if it fails", async () => {
    await expect(attach("failed", building("failed"), "ERROR")).rejects.toThrow(/openstack server delete the-server/);
    await expect(attach("failing", building("failing"), "ERROR")).rejects.toBeInstanceOf(pulumi.RunError);
  });
});

describe("GIVEN a server that the state has and that is still being built WHEN the worker is declared", () => {
  const building = (pool: string): WorkerInCloud => standing(pool, { portRecord: "recorded", building: "the-server" });

  test("THEN it is declared once it is built, and not imported", async () => {
    await attach("late", building("late"), "ACTIVE");
    expect(of(types.server, "late").importId).toBe("");
  });

  test("THEN the command ends without a stack trace if it fails, and the next one replaces it", async () => {
    await expect(attach("lapse", building("lapse"), "ERROR")).rejects.toThrow(/Repeat the command: it replaces/);
    expect(seen.filter(({ type, name }) => type === types.server && name.includes("-lapse-"))).toEqual([]);
  });
});
