import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { Api } from "../../../components/kubernetes/client.ts";
import { loadKubeConfig } from "../../../components/kubernetes/kubeconfig.ts";
import { failureOf } from "../support/node-harness.ts";

// API Priority and Fairness: an API server that has too much to do answers 429, and says when to ask again.

let server: Server;
let api: Api;
/** times of the requests, ms */
let times: number[];
/** how many requests are refused, and what is said of the next */
let refused: { times: number; retryAfter?: string };

beforeEach(async () => {
  times = [];
  server = createServer((_, response) => {
    times.push(Date.now());
    const { retryAfter } = refused;
    if (times.length > refused.times) response.writeHead(200).end(JSON.stringify({ items: [] }));
    else
      response.writeHead(429, retryAfter === undefined ? {} : { "retry-after": retryAfter }).end("too many requests");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const kubeconfig = {
    clusters: [{ name: "c", cluster: { server: url, "insecure-skip-tls-verify": true } }],
    users: [{ name: "u", user: {} }],
    contexts: [{ name: "x", context: { cluster: "c", user: "u" } }],
    "current-context": "x",
  };
  api = new Api(loadKubeConfig({ kubeconfig: JSON.stringify(kubeconfig) }));
});
afterEach(async () => {
  await api.close();
  server.closeAllConnections();
  server.close();
});

const gap = (): number => (times[1] ?? 0) - (times[0] ?? 0);

describe("GIVEN an API server that is overloaded, WHEN it is asked", () => {
  test("THEN it is asked again no earlier than it says", async () => {
    refused = { times: 1, retryAfter: "2" };
    await expect(api.request("/api/v1/nodes")).resolves.toEqual({ items: [] });
    expect(gap()).toBeGreaterThanOrEqual(2_000);
  });

  test.each([undefined, "soon", "-1"])(
    "THEN with a Retry-After of %p it is asked again all the same",
    async (retryAfter) => {
      refused = { times: 1, ...(retryAfter !== undefined && { retryAfter }) };
      await expect(api.request("/api/v1/nodes")).resolves.toEqual({ items: [] });
      expect(times).toHaveLength(2);
    },
  );

  test("THEN whoever may not wait is told at once", async () => {
    refused = { times: 1, retryAfter: "2" };
    expect(await failureOf(api.request("/api/v1/nodes", { retries: 0 }))).toBe("API server: too many requests");
    expect(times).toHaveLength(1);
  });

  test("THEN a command that is cancelled does not wait for it", async () => {
    refused = { times: 1, retryAfter: "30" };
    const begun = Date.now();
    await expect(api.request("/api/v1/nodes", { signal: AbortSignal.timeout(500) })).rejects.toThrow();
    expect(Date.now() - begun).toBeLessThan(20_000);
    expect(times).toHaveLength(1);
  });
});
