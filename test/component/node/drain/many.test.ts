import { afterAll, beforeAll, describe, expect, jest, test } from "@jest/globals";
import { watchedAlone } from "../../../../components/node/cluster/pods-of-node.ts";
import { nodeInputs, owner, worker } from "../../../support/node-fixtures.ts";
import { eventually } from "../../support/node-harness.ts";
import { configureRequest, deleteRequest, type Plugin, startPlugin, urn } from "../../support/plugin-client.ts";
import { memoryLimit, memoryOf } from "../../support/plugin-memory.ts";
import { ScriptedApi } from "../../support/scripted-api.ts";

// Five hundred workers are drained at once through one plugin: what that costs the API server and the machine.

jest.setTimeout(180_000);

const count = 500;
const podsEach = 10;

const workers = Array.from({ length: count }, (_, i) => ({
  nodeName: `lab-worker-${i}`,
  serverId: `${String(i).padStart(8, "0")}${worker.serverId.slice(8)}`,
  fixedIps: [`10.0.${Math.floor(i / 250)}.${(i % 250) + 1}`],
}));

/** Pods that the kubelets have been told to stop, and that stop when they are let. */
const terminating: string[] = [];

let api: ScriptedApi;
let plugin: Plugin;
let drains: Promise<unknown>[];

function putNode({ nodeName, serverId, fixedIps: [address] }: (typeof workers)[0]): void {
  api.put("nodes", {
    metadata: { name: nodeName },
    spec: { providerID: `openstack:///${serverId}` },
    status: { conditions: [{ type: "Ready", status: "True" }], addresses: [{ type: "InternalIP", address }] },
  } as never);
}

function putPod(nodeName: string, i: number): void {
  api.put("pods", {
    metadata: {
      name: `${nodeName}-web-${i}`,
      namespace: "shop",
      ownerReferences: [{ kind: "ReplicaSet", name: "web", uid: "rs", controller: true }],
    },
    spec: { nodeName },
    status: { phase: "Running" },
  } as never);
}

beforeAll(async () => {
  api = new ScriptedApi();
  await api.start();
  for (const each of workers) {
    putNode(each);
    for (let i = 0; i < podsEach; i++) putPod(each.nodeName, i);
  }
  api.onEvict = ({ metadata: { name } }) => {
    terminating.push(name);
    return [201, {}];
  };
  plugin = await startPlugin();
  await plugin.call("configure", configureRequest({ kubeconfig: api.kubeconfig(), clusterUid: api.clusterUid }));
  const state = { ...nodeInputs, owner, nodeUid: "", providerId: "", internalIp: "", state: "Ready", timeline: [] };
  drains = workers.map((each) =>
    plugin.call(
      "delete",
      deleteRequest(urn("node", each.nodeName), {
        ...state,
        ...each,
        drain: { ...nodeInputs.drain, timeout: 170 },
      }),
    ),
  );
  await eventually(() => terminating.length === count * podsEach, 120_000);
});
afterAll(async () => {
  await plugin.end("SIGINT");
  api.stop();
});

describe(`GIVEN ${count} nodes with ${podsEach} pods each that are drained at once`, () => {
  test("THEN there is one watch of Nodes, and of pods one more than the nodes that are watched alone", () => {
    expect(api.standing("nodes")).toBe(1);
    expect(api.standing("pods")).toBe(watchedAlone + 1);
  });

  test(`THEN the plugin takes at most ${memoryLimit} MiB`, async () => {
    const { pss, peak } = await memoryOf(plugin);
    process.stdout.write(`${count} drains, ${count * podsEach} pods: PSS ${pss} MiB, peak resident ${peak} MiB\n`);
    expect(pss).toBeLessThanOrEqual(memoryLimit);
  });

  test("WHEN their pods have stopped THEN all drains end, and no watch of pods is left", async () => {
    const begun = performance.now();
    for (const name of terminating) api.remove("pods", name);
    await Promise.all(drains);
    const seconds = ((performance.now() - begun) / 1000).toFixed(1);
    process.stdout.write(`${count} drains from the end of the last pod: ${seconds} s\n`);
    expect(api.requests.filter((it) => it.endsWith("/eviction"))).toHaveLength(count * podsEach);
    await eventually(() => api.standing("pods") === 0);
  });
});
