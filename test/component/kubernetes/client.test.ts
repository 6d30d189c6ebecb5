import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { ApiError } from "../../../components/kubernetes/api-error.ts";
import { Api } from "../../../components/kubernetes/client.ts";
import { loadKubeConfig } from "../../../components/kubernetes/kubeconfig.ts";
import { failureOf } from "../support/node-harness.ts";
import { ScriptedApi } from "../support/scripted-api.ts";
import { failure } from "../support/scripted-objects.ts";

// The client of the API server, against a scripted one.

let server: ScriptedApi;
let api: Api;
beforeEach(async () => {
  server = new ScriptedApi();
  await server.start();
  api = new Api(loadKubeConfig({ kubeconfig: server.kubeconfig() }));
});
afterEach(() => {
  server.stop();
});

const nodes = "/api/v1/nodes";
const refuse = (status: number, times: number) => {
  let left = times;
  server.onRequest = () => (left-- > 0 ? failure(status, "not now") : undefined);
};

describe("GIVEN requests", () => {
  test("WHEN hundreds are made at once THEN they share a few connections", async () => {
    await Promise.all(Array.from({ length: 300 }, () => api.request(nodes)));
    expect(server.requests).toHaveLength(300);
    expect(server.connections).toBeLessThanOrEqual(32);
  });

  test("WHEN watches stay open THEN requests do not wait for them", async () => {
    const over = new AbortController();
    const open = Array.from({ length: 40 }, () =>
      api.lines(nodes, { watch: "true", resourceVersion: "1" }, over.signal),
    );
    await Promise.all(open);
    await expect(api.request(nodes)).resolves.toHaveProperty("items");
    over.abort();
  });

  test.each([500, 503, 429])("WHEN the answer is %i THEN they are made again", async (status) => {
    refuse(status, 2);
    await expect(api.request(nodes)).resolves.toHaveProperty("items");
    expect(server.requests).toHaveLength(3);
  });

  test.each([
    [401, /^API server: not now: the kubeconfig's user "u" has a token that has expired/],
    [403, /^API server: not now$/],
  ])("WHEN they are refused (%i) THEN that is reported at once", async (status, expected) => {
    refuse(status, 1);
    expect(await failureOf(api.request(nodes))).toMatch(expected);
    expect(server.requests).toHaveLength(1);
  });
});

describe("GIVEN an API server that has granted a request", () => {
  beforeEach(async () => {
    await api.request(nodes);
    server.requests.length = 0;
  });

  test("WHEN it was away and refuses at first THEN that passes: it has not read its rules yet", async () => {
    server.down = true;
    await failureOf(api.request(nodes, { retries: 0 }));
    server.down = false;
    refuse(403, 2);
    await expect(api.request(nodes)).resolves.toHaveProperty("items");
  });

  test("WHEN it refuses without having been away THEN that does not pass", async () => {
    refuse(403, 1);
    await expect(api.request(nodes)).rejects.toBeInstanceOf(ApiError);
  });
});

describe("GIVEN a cluster's identity that is expected", () => {
  beforeEach(() => {
    api = new Api(loadKubeConfig({ kubeconfig: server.kubeconfig() }), "expected");
  });

  test("WHEN it cannot be read at first THEN it is read again, once for all", async () => {
    server.clusterUid = "expected";
    refuse(503, 1);
    await Promise.all([api.request(nodes), api.request(nodes)]);
    expect(server.requests.filter((it) => it.endsWith("kube-system"))).toHaveLength(2);
  });

  test("WHEN whoever asks first gives up THEN the others still get their answer", async () => {
    server.clusterUid = "expected";
    const over = new AbortController();
    const first = api.request(nodes, { signal: over.signal });
    const second = api.request(nodes);
    over.abort(new Error("given up"));
    expect(await failureOf(first)).toBe("given up");
    await expect(second).resolves.toHaveProperty("items");
  });
});
