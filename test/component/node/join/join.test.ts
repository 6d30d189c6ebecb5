import { describe, expect, test } from "@jest/globals";
import { annotations } from "../../../../components/kubernetes/types.ts";
import { bounds, otherServer, owner, worker } from "../../../support/node-fixtures.ts";
import { bedForEachTest, ending, eventually, failureOf } from "../../support/node-harness.ts";

const bed = bedForEachTest();

describe("GIVEN a server that boots, WHEN it joins", () => {
  test("THEN both requests are approved, the Node is marked before it is ready, and the phases are told", async () => {
    const joined = bed.join();
    await bed.request("csr-client", "client");
    await eventually(() => bed.approved("csr-client"));
    bed.node({ ready: "False", serverId: null });
    await eventually(() => bed.annotations()[annotations.serverId] === worker.serverId);
    await bed.request("csr-serving", "serving");
    await eventually(() => bed.approved("csr-serving"));
    bed.node({ metadata: { annotations: bed.annotations() } });
    const outputs = await joined;
    expect(outputs).toMatchObject({
      state: "Ready",
      internalIp: "10.0.0.10",
      providerId: `openstack:///${worker.serverId}`,
    });
    expect(outputs.timeline.map((it) => it.phase)).toEqual(["boot", "registration", "serving CSR", "ready"]);
    expect(bed.annotations()).toMatchObject({ [annotations.owner]: owner });
    expect(bed.lines.join("\n")).toMatch(/boot: 0s of 5s, waiting for the first certificate request/);
    expect(bed.lines.join("\n")).toMatch(
      /ready: 0s of 5s, waiting for .* \(done: boot \ds, registration \ds, serving CSR \ds\)/,
    );
    expect(bed.lines.at(-1)).toMatch(/^done: boot \ds, registration \ds, serving CSR \ds, ready \ds$/);
    expect(bed.warnings).toEqual([]);
  });

  test("THEN one watch a kind serves any number of joins", async () => {
    const joins = Array.from({ length: 20 }, (_, i) =>
      failureOf(bed.join({ ...ending("boot"), nodeName: `lab-worker-${i}` })),
    );
    await Promise.all(joins);
    expect(bed.api.requests.filter((it) => it.startsWith("WATCH")).length).toBe(2);
  });

  test("THEN a cut watch, a compacted one and a server that restarts are survived", async () => {
    const joined = bed.join({ timeouts: bounds(20) });
    await eventually(() => bed.api.requests.some((it) => it.startsWith("WATCH")));
    bed.api.cut();
    await bed.request("csr-client", "client");
    await eventually(() => bed.approved("csr-client"));
    bed.api.down = true;
    bed.api.cut(true);
    bed.node({ ready: "False" });
    await bed.request("csr-serving", "serving");
    await eventually(() => bed.lines.some((it) => it.includes("API server http")));
    bed.api.down = false;
    await eventually(() => bed.approved("csr-serving"), 10_000);
    bed.node();
    expect((await joined).state).toBe("Ready");
  }, 20_000);
});

describe("GIVEN a Node that is there already, WHEN it joins", () => {
  test("THEN one of ours goes straight on", async () => {
    bed.node();
    await bed.request("csr-serving", "serving");
    expect((await bed.join()).state).toBe("Ready");
  });

  test("THEN one that we cordoned is uncordoned, one that an administrator cordoned is not", async () => {
    const hour = new Date(Date.now() - 7_200_000).toISOString();
    bed.node({
      metadata: { creationTimestamp: hour, annotations: { [annotations.cordonedBy]: owner } },
      spec: { unschedulable: true },
    });
    await bed.join();
    expect(bed.api.get("nodes", worker.nodeName)?.["spec"]).not.toHaveProperty("unschedulable");
    expect(bed.annotations()).not.toHaveProperty([annotations.cordonedBy]);
    bed.node({ metadata: { creationTimestamp: hour, annotations: bed.annotations() }, spec: { unschedulable: true } });
    await bed.join();
    expect(bed.api.get("nodes", worker.nodeName)?.["spec"]).toHaveProperty("unschedulable", true);
  });

  test("THEN one of somebody else is refused and left alone, and nothing is approved", async () => {
    bed.node({ serverId: otherServer });
    await bed.request("csr-client", "client");
    expect(await failureOf(bed.join())).toMatch(/not this worker's.*providerID.*oc delete node lab-worker-0/);
    expect(bed.approved("csr-client")).toBe(false);
    expect(bed.api.get("nodes", worker.nodeName)).toBeDefined();
  });
});

describe("GIVEN the Node of a former server of this worker, WHEN it joins", () => {
  const former = { [annotations.owner]: owner, [annotations.serverId]: otherServer };
  const stands = (ready: string, marks: object = {}) =>
    bed.node({ ready, serverId: otherServer, metadata: { annotations: { ...former, ...marks } } });
  const removals = () => bed.api.requests.filter((it) => it.startsWith("DELETE")).length;

  test("THEN a silent one is removed before anything is approved", async () => {
    stands("Unknown");
    await bed.request("csr-client", "client");
    const joined = bed.join();
    await eventually(() => bed.approved("csr-client"));
    const order = bed.api.requests.filter((it) => it.startsWith("DELETE") || it.startsWith("PUT"));
    expect(order[0]).toMatch(/^DELETE .*lab-worker-0/);
    bed.node({ metadata: { uid: "second" } });
    await bed.request("csr-serving", "serving");
    expect((await joined).nodeUid).toBe("second");
  });

  test("THEN one that our own detach has cordoned is removed at once, though its kubelet reported last", async () => {
    stands("True", { [annotations.cordonedBy]: owner });
    await bed.request("csr-client", "client");
    expect(await failureOf(bed.join(ending("servingCsr")))).toMatch(/phase "registration"/);
    expect(removals()).toBe(1);
    expect(bed.lines.join("\n")).toMatch(
      /Node of a former server is removed: .*server 9999.*our own detach has cordoned it/,
    );
  });

  test("THEN one whose kubelet still reports is removed when it has fallen silent, and the line says so", async () => {
    stands("True");
    await bed.request("csr-client", "client");
    const joined = bed.join();
    await eventually(() => bed.lines.some((it) => /to be removed when its kubelet is silent.*Ready: True/.test(it)));
    expect([removals(), bed.approved("csr-client")]).toEqual([0, false]);
    stands("False");
    await eventually(() => bed.lines.some((it) => it.includes("Ready: False")));
    stands("Unknown");
    await eventually(() => bed.approved("csr-client"));
    bed.node();
    await bed.request("csr-serving", "serving");
    expect((await joined).state).toBe("Ready");
  });

  test("THEN one that does not fall silent within the boot's bound stays, and nothing is approved", async () => {
    stands("True");
    await bed.request("csr-client", "client");
    const message = await failureOf(bed.join(ending("boot")));
    expect(message).toMatch(
      /phase "boot" .*timeouts\.boot.*waited for the former server's Node lab-worker-0, to be removed when/,
    );
    expect([removals(), bed.approved("csr-client")]).toEqual([0, false]);
  });
});
