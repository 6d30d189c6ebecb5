import { describe, expect, test } from "@jest/globals";
import { annotations } from "../../../../components/kubernetes/types.ts";
import { allTimeouts, otherServer, owner, worker } from "../../../support/node-fixtures.ts";
import { eventually, failureOf, harnessForEachTest, withShortTimeout } from "../../support/node-harness.ts";

const harness = harnessForEachTest();

describe("GIVEN a server that boots, WHEN it joins", () => {
  test("THEN both requests are approved, the Node gets its metadata before it is Ready, and the phases are reported", async () => {
    const joined = harness.join();
    await harness.request("csr-client", "client");
    await eventually(() => harness.approved("csr-client"));
    harness.node({ ready: "False", serverId: null });
    await eventually(() => harness.annotations()[annotations.serverId] === worker.serverId);
    await harness.request("csr-serving", "serving");
    await eventually(() => harness.approved("csr-serving"));
    harness.node({ metadata: { annotations: harness.annotations() } });
    const outputs = await joined;
    expect(outputs).toMatchObject({
      state: "Ready",
      internalIp: "10.0.0.10",
      providerId: `openstack:///${worker.serverId}`,
    });
    expect(outputs.timeline.map((it) => it.phase)).toEqual(["boot", "registration", "serving CSR", "ready"]);
    expect(harness.annotations()).toMatchObject({ [annotations.owner]: owner });
    expect(harness.infos.join("\n")).toMatch(/boot: 0s of 5s, waiting for the first certificate request/);
    expect(harness.infos.join("\n")).toMatch(
      /ready: 0s of 5s, waiting for .* \(done: boot \ds, registration \ds, serving CSR \ds\)/,
    );
    expect(harness.infos.at(-1)).toMatch(/^done: boot \ds, registration \ds, serving CSR \ds, ready \ds$/);
    expect(harness.warnings).toEqual([]);
  });

  test("THEN one watch a kind serves any number of joins", async () => {
    const joins = Array.from({ length: 20 }, (_, i) =>
      failureOf(harness.join({ ...withShortTimeout("boot"), nodeName: `lab-worker-${i}` })),
    );
    await Promise.all(joins);
    expect(harness.api.requests.filter((it) => it.startsWith("WATCH")).length).toBe(2);
  });

  test("THEN a cut watch, a compacted one and a server that restarts are survived", async () => {
    const joined = harness.join({ timeouts: allTimeouts(20) });
    await eventually(() => harness.api.requests.some((it) => it.startsWith("WATCH")));
    harness.api.cut();
    await harness.request("csr-client", "client");
    await eventually(() => harness.approved("csr-client"));
    harness.api.down = true;
    harness.api.cut(true);
    harness.node({ ready: "False" });
    await harness.request("csr-serving", "serving");
    await eventually(() => harness.infos.some((it) => it.includes("API server http")));
    harness.api.down = false;
    await eventually(() => harness.approved("csr-serving"), 10_000);
    harness.node();
    expect((await joined).state).toBe("Ready");
  });
});

describe("GIVEN a Node that is there already, WHEN it joins", () => {
  test("THEN one of ours goes straight on", async () => {
    harness.node();
    await harness.request("csr-serving", "serving");
    expect((await harness.join()).state).toBe("Ready");
  });

  test("THEN one that we cordoned is uncordoned, one that an administrator cordoned is not", async () => {
    const hour = new Date(Date.now() - 7_200_000).toISOString();
    harness.leavingNode({ metadata: { creationTimestamp: hour } });
    await harness.join();
    expect(harness.api.get("nodes", worker.nodeName)?.["spec"]).not.toHaveProperty("unschedulable");
    expect(harness.annotations()).not.toHaveProperty([annotations.cordonedBy]);
    harness.node({
      metadata: { creationTimestamp: hour, annotations: harness.annotations() },
      spec: { unschedulable: true },
    });
    await harness.join();
    expect(harness.api.get("nodes", worker.nodeName)?.["spec"]).toHaveProperty("unschedulable", true);
    expect(harness.warnings).toEqual([]);
  });

  test("THEN a cordon that an administrator made after ours stays, its author is named, and our note goes", async () => {
    const creationTimestamp = new Date(Date.now() - 7_200_000).toISOString();
    const metadata = { creationTimestamp, annotations: { [annotations.cordonedBy]: owner } };
    harness.leavingNode({ metadata });
    harness.node({ metadata });
    harness.node({ metadata, spec: { unschedulable: true }, manager: "kubectl" });
    await harness.join();
    expect(harness.api.get("nodes", worker.nodeName)?.["spec"]).toHaveProperty("unschedulable", true);
    expect(harness.annotations()).not.toHaveProperty([annotations.cordonedBy]);
    expect(harness.warnings).toEqual([
      expect.stringMatching(
        /lab-worker-0: it stays cordoned: kubectl \(20.*Z\) cordoned it after this stack had.*oc adm uncordon lab-worker-0/,
      ),
    ]);
  });

  test("THEN one that its kubelet has marked for another owner is ours by its providerID, and marked again", async () => {
    harness.node({ metadata: { annotations: { [annotations.owner]: "acme/other/x" } } });
    await harness.request("csr-serving", "serving");
    await harness.join();
    expect(harness.annotations()).toMatchObject({ [annotations.owner]: owner });
  });

  test("THEN one of another owner is refused and left unchanged, and nothing is approved", async () => {
    harness.node({ serverId: otherServer });
    await harness.request("csr-client", "client");
    expect(await failureOf(harness.join())).toMatch(/not this worker's.*providerID.*oc delete node lab-worker-0/);
    expect(harness.approved("csr-client")).toBe(false);
    expect(harness.api.get("nodes", worker.nodeName)).toBeDefined();
  });
});

describe("GIVEN the Node of a former server of this worker, WHEN it joins", () => {
  const former = { [annotations.owner]: owner, [annotations.serverId]: otherServer };
  const stands = (ready: string, marks: object = {}) =>
    harness.node({ ready, serverId: otherServer, metadata: { annotations: { ...former, ...marks } } });
  const removals = () => harness.api.requests.filter((it) => it.startsWith("DELETE")).length;

  test("THEN one whose kubelet does not report is removed before anything is approved", async () => {
    stands("Unknown");
    await harness.request("csr-client", "client");
    const joined = harness.join();
    await eventually(() => harness.approved("csr-client"));
    const order = harness.api.requests.filter((it) => it.startsWith("DELETE") || it.startsWith("PUT"));
    expect(order[0]).toMatch(/^DELETE .*lab-worker-0/);
    harness.node({ metadata: { uid: "second" } });
    await harness.request("csr-serving", "serving");
    expect((await joined).nodeUid).toBe("second");
  });

  test("THEN one that our own detach has cordoned is removed at once, though its kubelet reported last", async () => {
    harness.leavingNode({ ready: "True", serverId: otherServer, metadata: { annotations: former } });
    await harness.request("csr-client", "client");
    expect(await failureOf(harness.join(withShortTimeout("servingCsr")))).toMatch(/phase "registration"/);
    expect(removals()).toBe(1);
    expect(harness.infos.join("\n")).toMatch(
      /Node of a former server is removed: .*server 9999.*this stack cordoned it to detach it/,
    );
  });

  test("THEN one with a stale note of a detach is removed only once its kubelet stops reporting", async () => {
    stands("True", { [annotations.cordonedBy]: owner });
    await harness.request("csr-client", "client");
    expect(await failureOf(harness.join(withShortTimeout("boot")))).toMatch(/still reports \(Ready: True\)/);
    expect(removals()).toBe(0);
  });

  test("THEN one whose kubelet still reports is removed once it stops reporting, and the status line says so", async () => {
    stands("True");
    await harness.request("csr-client", "client");
    const joined = harness.join();
    await eventually(() =>
      harness.infos.some((it) => /to be removed once its kubelet stops reporting.*Ready: True/.test(it)),
    );
    expect([removals(), harness.approved("csr-client")]).toEqual([0, false]);
    stands("False");
    await eventually(() => harness.infos.some((it) => it.includes("Ready: False")));
    stands("Unknown");
    await eventually(() => harness.approved("csr-client"));
    harness.node();
    await harness.request("csr-serving", "serving");
    expect((await joined).state).toBe("Ready");
  });

  test("THEN one that still reports at the end of the boot timeout stays, and nothing is approved", async () => {
    stands("True");
    await harness.request("csr-client", "client");
    const message = await failureOf(harness.join(withShortTimeout("boot")));
    expect(message).toMatch(
      /phase "boot" .*timeouts\.boot.*was waiting for the former server's Node lab-worker-0, to be removed once/,
    );
    expect([removals(), harness.approved("csr-client")]).toEqual([0, false]);
  });
});
