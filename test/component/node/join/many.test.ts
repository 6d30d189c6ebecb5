import { afterAll, beforeAll, describe, expect, jest, test } from "@jest/globals";
import type provider from "@pulumi/pulumi/proto/provider_pb.js";
import type { WorkerFacts } from "../../../../components/node/csr/types.ts";
import { allTimeouts, nodeInputs } from "../../../support/node-fixtures.ts";
import { Kubelets } from "../../support/kubelets.ts";
import { eventually } from "../../support/node-harness.ts";
import {
  configureRequest,
  createRequest,
  type Plugin,
  propertiesOf,
  startPlugin,
  urn,
} from "../../support/plugin-client.ts";
import { memoryLimit, memoryOf } from "../../support/plugin-memory.ts";
import { ScriptedApi } from "../../support/scripted-api.ts";

// Five hundred workers join at once through one plugin: what that costs the API server and the machine.

jest.setTimeout(180_000);

const count = 500;

const plain = ({ nodeName, serverId, serverCreated, fixedIps }: WorkerFacts) => ({
  ...{ nodeName, serverId, serverCreated },
  fixedIps: [...fixedIps],
});

let api: ScriptedApi;
let node: Plugin;
let kubelets: Kubelets;
let joins: Promise<provider.CreateResponse>[];
beforeAll(async () => {
  api = new ScriptedApi();
  await api.start();
  node = await startPlugin();
  kubelets = new Kubelets(api, count);
  await kubelets.prepare();
  const args = { kubeconfig: api.kubeconfig(), clusterUid: api.clusterUid, expectedWorkers: count };
  await node.call("configure", configureRequest(args));
  const timeouts = allTimeouts(600);
  joins = kubelets.workers.map((facts) =>
    node.call("create", createRequest(urn("node", facts.nodeName), { ...nodeInputs, ...plain(facts), timeouts })),
  );
  await eventually(() => new Set(node.messages.map((it) => it.urn)).size === count, 60_000);
});
afterAll(async () => {
  await node.end("SIGINT");
  api.stop();
});

const watches = () => api.requests.filter((it) => it.startsWith("WATCH"));
const approvals = () => api.requests.filter((it) => it.endsWith("/approval"));

describe(`GIVEN ${count} joins that wait for their machines`, () => {
  test("THEN there is one watch per kind, one list, and one look at the cluster's identity", () => {
    expect(watches().sort()).toEqual([
      "WATCH /api/v1/nodes",
      "WATCH /apis/certificates.k8s.io/v1/certificatesigningrequests",
    ]);
    expect(api.requests.filter((it) => it.startsWith("GET"))).toHaveLength(3);
  });

  test(`THEN the plugin takes at most ${memoryLimit} MiB`, async () => {
    const { pss, peak } = await memoryOf(node);
    process.stdout.write(`${count} pending joins: PSS ${pss} MiB, peak resident size ${peak} MiB\n`);
    expect(pss).toBeLessThanOrEqual(memoryLimit);
  });

  test("WHEN all machines boot at once THEN all join, with two approvals each and still one watch per kind", async () => {
    const begun = performance.now();
    kubelets.boot();
    const joined = await Promise.all(joins);
    const seconds = ((performance.now() - begun) / 1000).toFixed(1);
    const { pss, peak } = await memoryOf(node);
    process.stdout.write(`${count} joins from the first request to the last Ready: ${seconds} s; `);
    process.stdout.write(`then PSS ${pss} MiB, peak resident size ${peak} MiB\n`);
    expect(new Set(joined.map((it) => propertiesOf(it)["state"]))).toEqual(new Set(["Ready"]));
    expect(approvals()).toHaveLength(2 * count);
    expect(watches()).toHaveLength(2);
  });
});
