import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { Agent, fetch, type RequestInit, type Response } from "undici";
import { Replay } from "../../bench/previews/replay-process.ts";

const json = { "content-type": "application/json" };
const exchanges = [
  { method: "GET", path: "/api/v1/nodes", status: 200, headers: json, body: { metadata: {}, items: ["n"] } },
  { method: "HEAD", path: "/object-store/c", status: 204, headers: { "x-container-object-count": "1" } },
  { method: "POST", path: "/identity/v3/auth/tokens", status: 201, headers: json, body: { token: {} } },
];

let folder: string;
let replay: Replay;
let dispatcher: Agent;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "replay-"));
  replay = await Replay.start();
  dispatcher = new Agent({ connect: { ca: replay.site.ca } });
  await replay.serve(exchanges, path.join(folder, "exchanges.json"));
});

afterAll(async () => {
  await dispatcher.destroy();
  replay.stop();
  await rm(folder, { recursive: true });
});

const ask = (at: string, init: RequestInit = {}): Promise<Response> =>
  fetch(`${replay.site.origin}${at}`, { ...init, dispatcher });

test("GIVEN recorded exchanges WHEN a client asks for them THEN it gets status, headers and body, and none is missing", async () => {
  const [nodes, container] = await Promise.all([ask("/api/v1/nodes"), ask("/object-store/c", { method: "HEAD" })]);
  expect([nodes.status, await nodes.json()]).toEqual([200, { metadata: {}, items: ["n"] }]);
  expect([container.status, container.headers.get("x-container-object-count")]).toEqual([204, "1"]);
  await expect(replay.mustKnowAll()).resolves.toBeUndefined();
});

test("GIVEN a login WHEN anybody logs in THEN it is given a token", async () => {
  const login = await ask("/identity/v3/auth/tokens", {
    method: "POST",
    body: JSON.stringify({ auth: { any: "one" } }),
  });
  expect([login.status, login.headers.get("x-subject-token")]).toEqual([201, "recorded"]);
});

test("GIVEN a request that is not recorded THEN it is answered 404, and the bench learns its method and path", async () => {
  expect((await ask("/api/v1/pods?limit=5")).status).toBe(404);
  await expect(replay.mustKnowAll()).rejects.toThrow("GET /api/v1/pods?limit=5");
});

test("GIVEN a watch of a recorded list THEN it begins, and stays open without an event", async () => {
  const aborted = new AbortController();
  const watch = await ask("/api/v1/nodes?watch=true&resourceVersion=1", { signal: aborted.signal });
  expect(watch.status).toBe(200);
  const reading = watch.text();
  const first = await Promise.race([reading, new Promise((resolve) => setTimeout(resolve, 200, "open"))]);
  aborted.abort();
  await expect(reading).rejects.toThrow("abort");
  expect(first).toBe("open");
});
