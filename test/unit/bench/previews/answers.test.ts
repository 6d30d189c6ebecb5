import { expect, test } from "@jest/globals";
import { Answers } from "../../../bench/previews/answers.ts";
import type { Exchange } from "../../../bench/previews/recording.ts";

const exchange = (path: string, body: unknown, more: Partial<Exchange> = {}): Exchange => ({
  method: "GET",
  path,
  status: 200,
  headers: {},
  body,
  ...more,
});

const servers = [{ id: "a" }, { id: "b" }, { id: "c" }];
const nodes = { kind: "NodeList", metadata: { resourceVersion: "7" }, items: ["n1", "n2", "n3"] };
const answers = new Answers([
  exchange("/network/v2.0/ports?a=1&fields=id&fields=name", { ports: [] }),
  exchange("/compute/v2.1/servers/detail?name=x&limit=1000", { servers }),
  exchange("/api/v1/nodes", nodes),
  exchange("/api/v1/nodes?limit=500", nodes),
  exchange("/apis/reviews", { allowed: true }, { method: "POST", request: { verb: "get" }, status: 201 }),
]);
const get = (path: string): unknown => answers.to({ method: "GET", path });

test("GIVEN a recorded request THEN its answer is found whatever the order of the query", () => {
  expect(get("/network/v2.0/ports?fields=id&fields=name&a=1")).toMatchObject({ status: 200, body: { ports: [] } });
});

test("GIVEN another path, query, method or request THEN there is no answer", () => {
  expect(get("/network/v2.0/ports")).toBeUndefined();
  expect(get("/network/v2.0/ports?a=2&fields=id&fields=name")).toBeUndefined();
  expect(answers.to({ method: "DELETE", path: "/api/v1/nodes" })).toBeUndefined();
  expect(answers.to({ method: "POST", path: "/apis/reviews", request: { verb: "list" } })).toBeUndefined();
});

test("GIVEN a recorded POST THEN the same request is answered", () => {
  expect(answers.to({ method: "POST", path: "/apis/reviews", request: { verb: "get" } })).toMatchObject({
    status: 201,
    body: { allowed: true },
  });
});

test("GIVEN Nova's limit and marker THEN the servers come in pages, the last one empty", () => {
  const recorded = "/compute/v2.1/servers/detail?name=x&limit=1000";
  expect(get(recorded)).toMatchObject({ body: { servers } });
  expect(get(`${recorded}&marker=b`)).toMatchObject({ body: { servers: [{ id: "c" }] } });
  expect(get(`${recorded}&marker=c`)).toMatchObject({ body: { servers: [] } });
});

test("GIVEN Kubernetes' limit and continue THEN the Nodes come in chunks", () => {
  const short = new Answers([exchange("/api/v1/nodes?limit=2", nodes)]);
  const page = (path: string): unknown => short.to({ method: "GET", path })?.body;
  expect(page("/api/v1/nodes?limit=2")).toEqual({
    kind: "NodeList",
    metadata: { resourceVersion: "7", continue: "2", remainingItemCount: 1 },
    items: ["n1", "n2"],
  });
  expect(page("/api/v1/nodes?limit=2&continue=2")).toEqual({
    kind: "NodeList",
    metadata: { resourceVersion: "7" },
    items: ["n3"],
  });
});

test("GIVEN a watch of a recorded list THEN it stays open; of another one there is none", () => {
  expect(get("/api/v1/nodes?watch=true&resourceVersion=7&timeoutSeconds=300")).toMatchObject({
    status: 200,
    open: true,
  });
  expect(get("/api/v1/pods?watch=true")).toBeUndefined();
});
