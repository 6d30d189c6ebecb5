import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { Api } from "../../../components/kubernetes/client.ts";
import { permissions } from "../../../components/kubernetes/permissions.ts";
import { openCluster } from "../../../infra/discovery/cluster/kubeconfig.ts";
import { readLeavingLoad } from "../../../infra/discovery/cluster/leaving-load.ts";
import { leavingDataOf } from "../../../infra/discovery/cluster/read.ts";
import { mayRequest } from "../support/authorizer.ts";

// What runs on the Nodes that leave is read for the reviewer alone: it is bounded, needs no new permission, and whatever
// is not answered is said, and never ends a preview.

const budgets = "/apis/policy/v1/poddisruptionbudgets";
const attachments = "/apis/storage.k8s.io/v1/volumeattachments";
const pod = (name: string) => ({
  metadata: { name, namespace: "shop", uid: "u", managedFields: [{ manager: "kubelet" }], labels: { app: "web" } },
  spec: { nodeName: "n", containers: [{ name: "web" }], volumes: [{ name: "data", emptyDir: {} }] },
  status: { phase: "Running", podIP: "10.128.0.7" },
});
const budget = (name: string) => ({ metadata: { name, namespace: "shop" } });
/** by path and, in the pages of a list, its token */
let answers: Record<string, unknown>;
let asked: URL[];
let server: Server;
let kubeconfig: string;
let api: Api;

const answerOf = (url: URL): unknown =>
  answers[url.pathname + (url.searchParams.get("continue") ?? url.searchParams.get("fieldSelector") ?? "")];

beforeEach(async () => {
  asked = [];
  answers = {
    "/api/v1/podsspec.nodeName=metal-0": { items: [pod("web-0"), pod("web-1")] },
    "/api/v1/podsspec.nodeName=metal-1": { items: [] },
    [budgets]: { metadata: { continue: "next" }, items: [budget("a")] },
    [`${budgets}next`]: { items: [budget("b")] },
    [attachments]: { items: [{ metadata: { name: "csi-1" }, spec: { nodeName: "metal-0" } }] },
  };
  server = createServer((request, response) => {
    const url = new URL(request.url ?? "/", "http://localhost");
    asked.push(url);
    const answer = answerOf(url);
    if (answer === "silence") return;
    const status = typeof answer === "number" ? answer : answer === undefined ? 404 : 200;
    response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(answer ?? {}));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  kubeconfig = JSON.stringify({
    clusters: [{ name: "c", cluster: { server: url, "insecure-skip-tls-verify": true } }],
    users: [{ name: "u", user: {} }],
    contexts: [{ name: "x", context: { cluster: "c", user: "u" } }],
    "current-context": "x",
  });
  api = openCluster({ kubeconfig });
});
afterEach(async () => {
  await api.close();
  server.closeAllConnections();
  server.close();
});

const read = (ms = 5000) => readLeavingLoad(api, ["metal-0", "metal-1"], AbortSignal.timeout(ms));

describe("GIVEN two Nodes that leave", () => {
  test("WHEN they are read THEN their pods are had by Node, and all pages of the rest", async () => {
    const { pods, budgets: found, attachments: attached } = await read();
    expect([...(pods.value ?? [])].map(([node, all]) => [node, all.map(({ metadata }) => metadata.name)])).toEqual([
      ["metal-0", ["web-0", "web-1"]],
      ["metal-1", []],
    ]);
    expect(found.value?.map(({ metadata }) => metadata.name)).toEqual(["a", "b"]);
    expect(attached.value).toHaveLength(1);
  });

  test("WHEN they are read THEN of a pod only what a drain looks at is kept", async () => {
    const [first] = (await read()).pods.value?.get("metal-0") ?? [];
    expect(first).toEqual({
      metadata: {
        name: "web-0",
        namespace: "shop",
        uid: "u",
        resourceVersion: "",
        creationTimestamp: "",
        labels: { app: "web" },
      },
      spec: { volumes: [{ name: "data", emptyDir: {} }] },
      status: { phase: "Running" },
    });
  });

  test("WHEN they are read THEN the account has the permissions, each Node is asked for once, and lists come in pages", async () => {
    await read();
    expect(asked.filter(({ pathname }) => !mayRequest(permissions, "GET", pathname))).toEqual([]);
    const ofPods = asked.filter(({ pathname }) => pathname === "/api/v1/pods");
    expect(ofPods.map(({ searchParams }) => Object.fromEntries(searchParams))).toEqual([
      { fieldSelector: "spec.nodeName=metal-0", resourceVersion: "0" },
      { fieldSelector: "spec.nodeName=metal-1", resourceVersion: "0" },
    ]);
    const others = asked.filter(({ pathname }) => pathname !== "/api/v1/pods");
    expect(others.map(({ searchParams }) => searchParams.get("limit"))).toEqual(["500", "500", "500"]);
  });
});

describe("GIVEN a cluster that does not show all of it", () => {
  test.each<[string, unknown, string]>([
    ["forbids it", 403, "HTTP 403"],
    ["fails", 500, "HTTP 500"],
    ["has something else there", { items: [{ kind: "Pod" }] }, "expected object"],
    ["does not answer in time", "silence", "no answer in time"],
  ])("WHEN it %s THEN that is told of the pods, and the rest is had", async (_, answer, reason) => {
    answers["/api/v1/podsspec.nodeName=metal-1"] = answer;
    const load = await read(1000);
    expect(load.pods.value).toBeUndefined();
    expect(load.pods.error).toContain(reason);
    expect(load.budgets.value).toHaveLength(2);
    expect(load.attachments.value).toHaveLength(1);
  });

  test("WHEN it is gone THEN all is told as unread, and nothing is thrown", async () => {
    server.close();
    server.closeAllConnections();
    const load = await read();
    expect([load.pods, load.budgets, load.attachments].map(({ error }) => error)).toEqual(
      Array.from({ length: 3 }, () => expect.stringMatching(/ECONNREFUSED|fetch failed/)),
    );
  });
});

describe("GIVEN a leaving Node with a volume on its machine's disks", () => {
  const leaving = ["metal-0", "metal-1"].map((name) => ({ name, labels: {} }));
  const claiming = {
    ...pod("db-0"),
    spec: { volumes: [{ name: "data", persistentVolumeClaim: { claimName: "data" } }] },
  };
  const hostname = { key: "kubernetes.io/hostname", operator: "In", values: ["metal-0"] };
  const volume = {
    metadata: { name: "pv-local" },
    spec: {
      claimRef: { namespace: "shop", name: "data" },
      nodeAffinity: { required: { nodeSelectorTerms: [{ matchExpressions: [hostname] }] } },
    },
    status: { phase: "Bound" },
  };
  const podsAsked = () =>
    asked
      .filter(({ pathname }) => pathname === "/api/v1/pods")
      .map(({ searchParams }) => searchParams.get("fieldSelector"));
  beforeEach(() => {
    answers["/api/v1/persistentvolumes"] = { items: [volume] };
    answers["/api/v1/podsspec.nodeName=metal-0"] = { items: [claiming] };
  });

  test("WHEN all that leaves is read THEN its pods are read once, and known to the volume", async () => {
    const { pods, localData } = await leavingDataOf({ kubeconfig }, leaving);
    expect(podsAsked()).toEqual(["spec.nodeName=metal-0", "spec.nodeName=metal-1"]);
    expect(localData.value).toMatchObject([{ worker: "metal-0", volumes: [{ name: "pv-local" }] }]);
    expect(localData.value?.[0]?.pods).toEqual(pods.value?.get("metal-0"));
    expect(pods.value?.get("metal-0")?.[0]?.spec.volumes).toEqual(claiming.spec.volumes);
  });

  test("WHEN the pods of another Node are not shown THEN those of its own are read for it", async () => {
    answers["/api/v1/podsspec.nodeName=metal-1"] = 500;
    const { pods, localData } = await leavingDataOf({ kubeconfig }, leaving);
    expect(pods.error).toBe("HTTP 500");
    expect(localData.value?.[0]?.pods).toHaveLength(1);
  });
});
