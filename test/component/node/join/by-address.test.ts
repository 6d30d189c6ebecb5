import { beforeEach, describe, expect, test } from "@jest/globals";
import { annotations } from "../../../../components/kubernetes/types.ts";
import type { Properties } from "../../../../components/node/operation/property-values.ts";
import { allTimeouts, nodeInputs, owner, worker } from "../../../support/node-fixtures.ts";
import { eventually } from "../../support/node-harness.ts";
import { partialOf, sharedPlugin } from "../../support/plugin-harness.ts";

// A cluster without a cloud controller: its Nodes have no providerID, and nobody removes the taint of a kubelet that waits for one.

const harness = sharedPlugin();
const marks = { [annotations.owner]: owner, [annotations.serverId]: worker.serverId };
const soon = { ...allTimeouts(2), boot: 4 };

let inputs: Properties;
beforeEach(() => {
  const serverCreated = new Date(Date.now() - 5_000).toISOString();
  inputs = { ...nodeInputs, identity: "address", serverCreated, timeouts: { ...allTimeouts(20) } };
});

/** Its kubelet asks, and registers a Node as it does without a cloud provider. */
async function joins(node: Parameters<typeof harness.cluster.node>[0] = {}): Promise<void> {
  await harness.cluster.request("csr-client", "client");
  await eventually(() => harness.cluster.approved("csr-client"));
  harness.cluster.node({ serverId: null, ...node });
  await harness.cluster.request("csr-serving", "serving");
}

describe("GIVEN a cluster without a cloud controller, WHEN a worker joins", () => {
  test("THEN it is Ready without a providerID, and the state keeps when its server was found active", async () => {
    const begun = Date.now();
    const creating = harness.create(inputs);
    await joins();
    const state = await creating;
    expect(state).toMatchObject({ state: "Ready", providerId: "", internalIp: "10.0.0.10" });
    const { activeSince } = state;
    expect(typeof activeSince === "string" && Date.parse(activeSince)).toBeGreaterThanOrEqual(begun);
    expect(harness.cluster.annotations()).toMatchObject(marks);
    const { state: refreshed } = await harness.read("node", worker.nodeName, inputs, state);
    expect(refreshed).toEqual(state);
  });

  test("THEN a Node of another machine's providerID is refused, and its serving request is not approved", async () => {
    const creating = partialOf(harness.create(inputs));
    await joins({ spec: { providerID: "baremetalhost:///openshift-machine-api/host-1/uid" } });
    expect((await creating).details).toMatch(/does not match server .*: its providerID baremetalhost/);
    expect(harness.cluster.approved("csr-serving")).toBe(false);
  });

  test("THEN a taint that nobody removes is told with its cause", async () => {
    const taints = [{ key: "node.cloudprovider.kubernetes.io/uninitialized", effect: "NoSchedule" }];
    const creating = partialOf(harness.create({ ...inputs, timeouts: soon }));
    await joins({ spec: { taints } });
    const { details } = await creating;
    expect(details).toMatch(/removal of taint .*uninitialized \(this cluster has no cloud controller, and the kubelet/);
    expect(details).not.toMatch(/the cloud controller: it sets/);
  });
});

describe("GIVEN a worker whose machine did not ask in time", () => {
  let kept: Properties;
  beforeEach(async () => {
    kept = (await partialOf(harness.create({ ...inputs, timeouts: { ...soon, boot: 0.5 } }))).state;
    await harness.cluster.request("csr-late", "client", { created: new Date(Date.now() + 2_000).toISOString() });
  });

  test("WHEN the next update continues THEN its request is refused, and the error says how to admit it", async () => {
    const { details, state } = await partialOf(
      harness.update(kept, { ...inputs, timeouts: { ...soon, boot: 0.5 } }, { ...inputs }),
    );
    expect(details).toMatch(/client request csr-late .*refused \(window\): created .* after the machine had to ask/);
    expect(details).toMatch(/set pools\[0\]\.readmit: \[lab-worker-0\] and run `pulumi up`/);
    expect(state["activeSince"]).toBe(kept["activeSince"]);
    expect(harness.cluster.approved("csr-late")).toBe(false);
  });

  test("WHEN the user admits it THEN it joins", async () => {
    const updating = harness.update(kept, { ...inputs, readmit: true }, inputs);
    await eventually(() => harness.cluster.approved("csr-late"));
    harness.cluster.node({ serverId: null });
    await harness.cluster.request("csr-serving", "serving");
    expect(await updating).toMatchObject({ state: "Ready", readmission: "used", activeSince: kept["activeSince"] });
  });
});
