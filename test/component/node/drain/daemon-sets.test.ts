import { expect, test } from "@jest/globals";
import { harnessForEachTest } from "../../support/node-harness.ts";

const harness = harnessForEachTest();
const podOf = (name: string): object => ({
  metadata: { ownerReferences: [{ kind: "DaemonSet", name, uid: name, controller: true }] },
});
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

test("GIVEN a node that is drained WHEN a DaemonSet's pod comes while the DaemonSets are looked up THEN that ends no drain, and it stays", async () => {
  harness.node();
  for (const name of ["agent", "proxy"]) harness.api.put("daemonsets", { metadata: { name } });
  harness.pod("agent-x", podOf("agent"));
  harness.api.onRequest = (request) => {
    if (!request.endsWith("/daemonsets/agent")) return undefined;
    harness.api.onRequest = () => undefined;
    harness.pod("proxy-x", podOf("proxy"));
    return pause(500).then(() => [200, { metadata: { name: "agent" } }]);
  };
  await harness.drain({ timeout: 60 });
  expect(harness.api.requests.filter((it) => it.endsWith("/eviction"))).toEqual([]);
  expect(harness.api.get("pods", "proxy-x")).toBeDefined();
});
