import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { claimName, releaseName } from "../../components/node/claim.ts";
import { Join } from "../../components/node/join.ts";
import { annotations } from "../../components/node/objects.ts";
import { generateKeys, otherServer, owner, worker } from "../unit/node/fixtures.ts";
import { eventually, failureOf, joining, NodeBed } from "./node-bed.ts";

let bed: NodeBed;
beforeEach(async () => {
  bed = new NodeBed();
  await bed.start();
});
afterEach(() => {
  bed.stop();
});

const join = (changes: object = {}, seconds?: number) =>
  new Join(bed.cluster, bed.operation(seconds), { ...joining, ...changes }, [owner]).run();
const short = { timeouts: { boot: 0.4, servingCsr: 0.4, ready: 0.4 } };

describe("GIVEN a server that boots, WHEN it joins", () => {
  test("THEN both requests are approved, the Node is marked before it is ready, and the phases are told", async () => {
    const joined = join();
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
    expect(bed.warnings).toEqual([]);
  });

  test("THEN one watch a kind serves any number of joins", async () => {
    const joins = Array.from({ length: 20 }, (_, i) => failureOf(join({ ...short, nodeName: `lab-worker-${i}` })));
    await Promise.all(joins);
    expect(bed.api.requests.filter((it) => it.startsWith("WATCH")).length).toBe(2);
  });

  test("THEN a cut watch, a compacted one and a server that restarts are survived", async () => {
    const joined = join({ timeouts: { boot: 20, servingCsr: 20, ready: 20 } });
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
    expect((await join()).state).toBe("Ready");
  });

  test("THEN one that we cordoned is uncordoned, one that an administrator cordoned is not", async () => {
    const hour = new Date(Date.now() - 7_200_000).toISOString();
    bed.node({
      metadata: { creationTimestamp: hour, annotations: { [annotations.cordonedBy]: owner } },
      spec: { unschedulable: true },
    });
    await join();
    expect(bed.api.get("nodes", worker.nodeName)?.["spec"]).not.toHaveProperty("unschedulable");
    expect(bed.annotations()).not.toHaveProperty([annotations.cordonedBy]);
    bed.node({ metadata: { creationTimestamp: hour, annotations: bed.annotations() }, spec: { unschedulable: true } });
    await join();
    expect(bed.api.get("nodes", worker.nodeName)?.["spec"]).toHaveProperty("unschedulable", true);
  });

  test("THEN one of the former server is removed before anything is approved", async () => {
    const marks = { [annotations.owner]: owner, [annotations.serverId]: otherServer };
    bed.node({ ready: "Unknown", serverId: otherServer, metadata: { annotations: marks } });
    await bed.request("csr-client", "client");
    const joined = join();
    await eventually(() => bed.approved("csr-client"));
    const order = bed.api.requests.filter((it) => it.startsWith("DELETE") || it.startsWith("PUT"));
    expect(order[0]).toMatch(/^DELETE .*lab-worker-0/);
    bed.node({ metadata: { uid: "second" } });
    await bed.request("csr-serving", "serving");
    expect((await joined).nodeUid).toBe("second");
  });

  test("THEN one of somebody else is refused and left alone, and nothing is approved", async () => {
    bed.node({ serverId: otherServer });
    await bed.request("csr-client", "client");
    expect(await failureOf(join())).toMatch(/not this worker's.*providerID.*oc delete node lab-worker-0/);
    expect(bed.approved("csr-client")).toBe(false);
    expect(bed.api.get("nodes", worker.nodeName)).toBeDefined();
  });
});

describe("GIVEN a join that cannot be completed, WHEN its time is up", () => {
  test("THEN a machine that does not boot is told by phase, bound and config key", async () => {
    const message = await failureOf(join(short));
    expect(message).toMatch(/phase "boot" not done within 0s \(pools\[0\]\.timeouts\.boot\)/);
    expect(message).toMatch(/no certificate request/);
    expect(message).toMatch(/BMC/);
    expect(message).toMatch(/`pulumi up` goes on with the same server/);
  });

  test("THEN a kubelet that does not register is told with what was approved", async () => {
    await bed.request("csr-client", "client");
    bed.api.signs = false;
    const message = await failureOf(join(short));
    expect(message).toMatch(/phase "registration" .*timeouts\.servingCsr/);
    expect(message).toMatch(/client request csr-client .*already approved, certificate not issued/);
    expect(message).toMatch(/client request approved .* ago/);
  });

  test("THEN a node that is not ready is told with its conditions", async () => {
    bed.node({ ready: "False" });
    await bed.request("csr-serving", "serving");
    const message = await failureOf(join(short));
    expect(message).toMatch(/phase "ready" .*timeouts\.ready.*condition Ready \(False: no CNI\)/);
  });

  test("THEN a wrong address is told at once, and its serving request stays pending", async () => {
    bed.node({ ip: "10.0.0.99" });
    await bed.request("csr-serving", "serving");
    expect(await failureOf(join())).toMatch(/InternalIP 10\.0\.0\.99 is none of the fixed IPs/);
    expect(bed.approved("csr-serving")).toBe(false);
  });

  test("THEN two keys for one name stay pending, are reported once with both names, and are in the error", async () => {
    await bed.request("csr-a", "client");
    await bed.request("csr-b", "client");
    const message = await failureOf(join(short));
    expect([bed.approved("csr-a"), bed.approved("csr-b")]).toEqual([false, false]);
    expect(bed.warnings).toHaveLength(2);
    expect(bed.warnings[0]).toMatch(/csr-a stays pending \(one-key\): csr-a, csr-b/);
    expect(message).toMatch(/csr-b .*refused \(one-key\)/);
  });

  test("THEN the same key twice is no fault", async () => {
    const keys = await generateKeys();
    await bed.request("csr-a", "client", keys);
    await bed.request("csr-b", "client", keys);
    const message = await failureOf(join(short));
    expect(message).toMatch(/phase "registration"/);
    expect(bed.warnings).toEqual([]);
  });

  test("THEN an impostor's request stays pending and does not hinder the worker's own", async () => {
    await bed.request("csr-x", "client", undefined, "mallory");
    await bed.request("csr-a", "client");
    await failureOf(join(short));
    expect([bed.approved("csr-x"), bed.approved("csr-a")]).toEqual([false, true]);
    expect(bed.warnings).toEqual([expect.stringMatching(/csr-x stays pending \(user\): requested by mallory/)]);
  });

  test("THEN the engine's own bound counts over all phases", async () => {
    expect(await failureOf(join({}, 0.3))).toMatch(/ended by the resource's customTimeouts\.create/);
  });

  test("THEN a cancelled one ends at once and says what is kept", async () => {
    const failing = failureOf(join());
    await eventually(() => bed.api.requests.some((it) => it.startsWith("WATCH")));
    const begun = Date.now();
    bed.cancel();
    expect(await failing).toMatch(/cancelled in phase "boot".*`pulumi up` goes on/);
    expect(Date.now() - begun).toBeLessThan(200);
  });
});

describe("GIVEN a claim", () => {
  const claim = { nodeName: worker.nodeName, owner, removeTimeout: 0.5 };
  const stale = { ready: "Unknown", metadata: { annotations: { [annotations.owner]: owner } } };

  test("WHEN no Node has the name THEN it is ours", async () => {
    await expect(claimName(bed.cluster, bed.operation(), claim)).resolves.toBeUndefined();
  });

  test("WHEN a Node has the name THEN it is refused", async () => {
    bed.node();
    expect(await failureOf(claimName(bed.cluster, bed.operation(), claim))).toMatch(
      /taken by a Node which this stack did not make/,
    );
  });

  test("WHEN a silent Node of this stack has it THEN the cloud controller may remove it", async () => {
    bed.node(stale);
    const claimed = claimName(bed.cluster, bed.operation(), claim);
    await eventually(() => bed.lines.some((it) => it.startsWith("stale Node")));
    bed.api.remove("nodes", worker.nodeName);
    await expect(claimed).resolves.toBeUndefined();
  });

  test("WHEN a silent Node of this stack stays THEN it is refused, and the Node is left alone", async () => {
    bed.node(stale);
    expect(await failureOf(claimName(bed.cluster, bed.operation(), claim))).toMatch(/cloud controller did not remove/);
    expect(bed.api.get("nodes", worker.nodeName)).toBeDefined();
  });

  test("WHEN it is released THEN the Node is removed, and twice is fine", async () => {
    bed.node({ metadata: { annotations: { [annotations.owner]: owner } } });
    await releaseName(bed.cluster, bed.operation(), claim);
    expect(bed.api.get("nodes", worker.nodeName)).toBeUndefined();
    await expect(releaseName(bed.cluster, bed.operation(), claim)).resolves.toBeUndefined();
  });

  test("WHEN it is released and an unmarked Node is Ready THEN it is removed only after it has fallen silent", async () => {
    bed.node();
    const released = releaseName(bed.cluster, bed.operation(), claim);
    await eventually(() => bed.lines.some((it) => it.startsWith("silence")));
    expect(bed.api.requests.filter((it) => it.startsWith("DELETE"))).toEqual([]);
    bed.node({ ready: "Unknown" });
    await released;
    expect(bed.api.get("nodes", worker.nodeName)).toBeUndefined();
  });

  test("WHEN it is released and an unmarked Node stays Ready THEN it is refused, and the Node is left alone", async () => {
    bed.node();
    expect(await failureOf(releaseName(bed.cluster, bed.operation(), claim))).toMatch(
      /no annotation of acme\/.*still Ready after .*somebody else's live machine.*oc delete node lab-worker-0/,
    );
    expect(bed.api.get("nodes", worker.nodeName)).toBeDefined();
  });

  test("WHEN it is released but an unmarked Node becomes another stack's THEN it is refused", async () => {
    bed.node();
    const failing = failureOf(releaseName(bed.cluster, bed.operation(), claim));
    await eventually(() => bed.lines.some((it) => it.startsWith("silence")));
    bed.node({ metadata: { annotations: { [annotations.owner]: "acme/other/x" } } });
    expect(await failing).toMatch(/annotated as a worker of acme\/other\/x/);
  });

  test("WHEN it is released but the Node is another stack's THEN it is refused", async () => {
    bed.node({ metadata: { annotations: { [annotations.owner]: "acme/other/x" } } });
    expect(await failureOf(releaseName(bed.cluster, bed.operation(), claim))).toMatch(
      /annotated as a worker of acme\/other\/x/,
    );
    expect(bed.api.get("nodes", worker.nodeName)).toBeDefined();
  });

  test("WHEN the API server does not answer THEN it ends within its bound", async () => {
    bed.api.down = true;
    expect(await failureOf(releaseName(bed.cluster, bed.operation(), claim))).toMatch(/did not answer within/);
  });
});
