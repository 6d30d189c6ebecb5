import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import empty from "google-protobuf/google/protobuf/empty_pb.js";
import type { Properties } from "../../../../components/node/operation/property-values.ts";
import { selfSigned } from "../../../support/authority.ts";
import { drainInputs, nodeInputs, owner, worker } from "../../../support/node-fixtures.ts";
import { eventually } from "../../support/node-harness.ts";
import {
  configureRequest,
  createRequest,
  deleteRequest,
  failureOf,
  impatientPlugin,
  type Plugin,
  startPlugin,
  urn,
} from "../../support/plugin-client.ts";
import { startProxy } from "../../support/proxy.ts";
import { ScriptedApi } from "../../support/scripted-api.ts";
import { failure } from "../../support/scripted-objects.ts";

// detach.clusterUnreachable: what a deletion does when the API server gives no answer at all. The plugin waits 0.6 s here.

// a process is started for every test

let node: Plugin;
let api: ScriptedApi;
beforeEach(async () => {
  api = new ScriptedApi();
  await api.start();
  node = await startPlugin(impatientPlugin);
});
afterEach(async () => {
  await node.end("SIGINT");
  api.stop();
});

const configure = (clusterUnreachable: "fail" | "skip", args: Properties = {}) =>
  node.call(
    "configure",
    configureRequest({ kubeconfig: api.kubeconfig(), clusterUid: "cluster-uid", clusterUnreachable, ...args }),
  );
const state = { ...nodeInputs, nodeUid: "uid", providerId: "", internalIp: "", state: "Ready", timeline: [] };
const claim = { nodeName: worker.nodeName, owner, removeTimeout: 0.5 };
const membership = {
  pool: "metal",
  owner,
  members: [{ nodeName: worker.nodeName, serverId: worker.serverId }],
  cordonTimeout: 1,
  configPath: "pools[0]",
};
const detach = (seconds?: number) => node.call("delete", deleteRequest(urn("node"), state, seconds));
const release = () => node.call("delete", deleteRequest(urn("claim"), claim));
const warnings = () => node.messages.filter((it) => it.severity === 2).map((it) => it.text);

describe("GIVEN a cluster that does not answer from the start, WHEN its workers are detached", () => {
  beforeEach(() => {
    api.down = true;
  });

  test("THEN by default each fails, nothing is changed, and the key of the policy is named", async () => {
    await configure("fail");
    for (const { details } of await Promise.all([detach(), release()].map(failureOf))) {
      expect(details).toMatch(/(OpenShiftNode|NodeClaim) w0: API server http:.*: no answer for .*s \(.+\)\.\n/);
      expect(details).toMatch(/Nothing was changed.*\n.*cluster\.proxy.*\n.*detach\.clusterUnreachable: skip/);
    }
  });

  test("THEN with skip every kind is skipped, with a warning on its own line", async () => {
    await configure("skip");
    const leaving = node.call("delete", deleteRequest(urn("membership"), membership));
    const drained = node.call("delete", deleteRequest(urn("drain"), drainInputs));
    await Promise.all([detach(), release(), leaving, drained]);
    expect(warnings().sort()).toEqual([
      expect.stringMatching(/NodeClaim w0 is skipped \(detach\.clusterUnreachable: skip\)/),
      expect.stringMatching(/NodeDrain w0 is skipped.*nothing was drained or removed/),
      expect.stringMatching(/OpenShiftNode w0 is skipped.*nothing was drained or removed/),
      expect.stringMatching(/PoolMembership w0 is skipped/),
    ]);
    expect(node.messages.some((it) => it.ephemeral && it.text.includes("no answer for 0s of 1s"))).toBe(true);
  });

  test("THEN whoever comes later tries once more, and does not wait again", async () => {
    await configure("skip");
    await detach();
    api.down = false;
    await release();
    expect(api.requests).toContain("GET /api/v1/nodes");
  });

  test("THEN one that answers in time is not skipped", async () => {
    await configure("skip");
    const detached = detach();
    await eventually(() => node.messages.some((it) => it.text.includes("no answer for")));
    api.down = false;
    await detached;
    expect(warnings()).toEqual([]);
    expect(api.requests).toContain("GET /api/v1/nodes");
  });

  test("THEN Ctrl-C ends the wait at once, and says so", async () => {
    await configure("skip");
    const detached = failureOf(detach());
    await eventually(() => node.messages.some((it) => it.text.includes("no answer for")));
    await node.call("cancel", new empty.Empty());
    expect((await detached).details).toMatch(/cancelled while waiting for the API server\. Nothing was changed/);
  });

  test("THEN the resource's own time ends the wait too, and is never a reason to skip", async () => {
    await configure("skip");
    expect((await failureOf(detach(0.3))).details).toMatch(/by the resource's customTimeouts/);
  });

  test("THEN only deletions are skipped: a creation fails by its own timeout", async () => {
    await configure("skip");
    const { details } = await failureOf(node.call("create", createRequest(urn("claim"), claim)));
    expect(details).toMatch(/did not answer within/);
  });
});

describe("GIVEN a cluster that is there but not to be had, WHEN its workers are detached with skip", () => {
  test.each([401, 403])("THEN a %i response does not count as unreachable", async (status) => {
    api.onRequest = () => failure(status, "no");
    await configure("skip");
    expect((await failureOf(detach())).details).toMatch(/which cluster it is cannot be read: API server: no/);
  });

  test("THEN neither is a certificate that is not trusted", async () => {
    const tls = new ScriptedApi(await selfSigned());
    await tls.start();
    await configure("skip", { kubeconfig: tls.kubeconfig() });
    expect((await failureOf(detach())).details).toMatch(/its certificate is not trusted/);
    tls.stop();
  });

  test("THEN neither is another cluster", async () => {
    await configure("skip", { clusterUid: "expected-uid" });
    expect((await failureOf(detach())).details).toMatch(/is another cluster/);
  });

  test("THEN one that has answered and then becomes unreachable is waited for, and not skipped", async () => {
    await configure("skip");
    api.put("nodes", { metadata: { name: worker.nodeName }, spec: { providerID: "openstack:///x" } } as never);
    await detach();
    api.down = true;
    api.cut();
    node.messages.length = 0;
    const patience = new Promise((resolve) => setTimeout(resolve, 1_000));
    await patience;
    const { details } = await failureOf(release());
    expect(details).not.toMatch(/clusterUnreachable/);
    expect(warnings()).toEqual([]);
  });
});

describe("GIVEN a proxy on the way, WHEN workers are detached with skip", () => {
  const through = async (answer: string) => {
    const proxy = await startProxy(answer);
    const kubeconfig = api.kubeconfig().replace("http:", "https:");
    await configure("skip", { kubeconfig, proxy: proxy.url });
    return proxy;
  };

  test("THEN its response that the API server is unreachable counts", async () => {
    const proxy = await through("502 Bad Gateway");
    await detach();
    expect(warnings()).toEqual([expect.stringMatching(/Proxy response \(502\).*is skipped/)]);
    proxy.stop();
  });

  test("THEN its refusal does not, and neither does its own absence", async () => {
    const proxy = await through("403 Forbidden");
    expect((await failureOf(detach(3))).details).toMatch(/Proxy response \(403\)/);
    proxy.stop();
    expect((await failureOf(detach(3))).details).not.toMatch(/is skipped/);
    expect(warnings()).toEqual([]);
  });
});
