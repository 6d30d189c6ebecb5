import { beforeAll, describe, expect, test } from "@jest/globals";
import * as pulumi from "@pulumi/pulumi";
import { createHmac } from "node:crypto";
import { args, types } from "../support/pool-fixtures.ts";
import { recordRegistrations, type Registration, valueOf } from "../support/recorder.ts";

const key = "canary-key-93";

let seen: Registration[];
beforeAll(async () => {
  seen = await recordRegistrations({
    [types.port]: { allFixedIps: ["10.0.0.20"] },
    [types.server]: { created: "2026-01-02 03:04:05 +0000 UTC", powerState: "active" },
    [types.node]: { state: "Ready", timeline: [] },
  });
  const { WorkerPool } = await import("../../../components/worker-pool.ts");
  const workers = [{ name: "lab-7x2kq-metal-0" }];
  const pool = new WorkerPool("metal", { ...args, workers, temporaryUrlKey: pulumi.secret(key) });
  await Promise.all((await pool.attach()).map(({ state }) => valueOf(state)));
});

const inputsOf = (wanted: string): Registration["inputs"] => seen.find(({ type }) => type === wanted)?.inputs ?? {};

describe("GIVEN the temporary URL key of the object store's account WHEN a pool is declared", () => {
  test("THEN its container has no key, and names its owner", () => {
    expect(inputsOf(types.container)["metadata"]).toEqual({ secret: { Owner: args.owner } });
  });

  test("THEN it signs the URL of the payload", () => {
    const { secret } = inputsOf(types.server)["userData"] as { secret: string };
    const [, source = ""] = /"source":"([^"]+)"/.exec(secret) ?? [];
    const { pathname, searchParams } = new URL(source);
    const text = `GET\n${searchParams.get("temp_url_expires")}\n${pathname}`;
    expect(searchParams.get("temp_url_sig")).toBe(createHmac("sha256", key).update(text).digest("hex"));
  });

  test("THEN it is in nothing that the engine gets", () => {
    expect(JSON.stringify(seen)).not.toContain(key);
  });
});
