import { beforeEach, describe, expect, test } from "@jest/globals";
import { annotations } from "../../../../components/kubernetes/types.ts";
import { asProperties } from "../../../../components/node/operation/types.ts";
import { openShiftNode } from "../../../../components/node/resources/openshift-node.ts";
import {
  clientCsr,
  generateKeys,
  keyOfPair,
  type Keys,
  otherServer,
  owner,
  worker,
} from "../../../support/node-fixtures.ts";
import { eventually, failureOf, harnessForEachTest, joinInputs, withShortTimeout } from "../../support/node-harness.ts";
import { failure } from "../../support/scripted-objects.ts";

const harness = harnessForEachTest();
const ago = (seconds: number) => new Date(Date.now() - seconds * 1000).toISOString();
const second = { nodeName: "lab-worker-1", serverId: otherServer, fixedIps: ["10.0.0.11"] };

/** The rest of a join whose client request is approved. */
const completes = async (joined: Promise<{ state: string }>) => {
  harness.node();
  await harness.request("csr-serving", "serving");
  expect((await joined).state).toBe("Ready");
};

describe("GIVEN requests about a worker, WHEN it joins", () => {
  test("THEN one that comes hours after its server is fine (okd#373), one from before it stays pending", async () => {
    await harness.request("csr-late", "client", { created: ago(10) });
    await harness.request("csr-former", "client", { created: ago(4 * 3600) });
    const joined = harness.join({ serverCreated: ago(3 * 3600) });
    await eventually(() => harness.approved("csr-late"));
    await completes(joined);
    expect(harness.approved("csr-former")).toBe(false);
    expect(harness.warnings).toEqual([expect.stringMatching(/csr-former stays pending \(window\)/)]);
  });

  test("THEN a second key after the approval stays pending, and both names are reported", async () => {
    await harness.request("csr-own", "client");
    const joined = harness.join();
    await eventually(() => harness.approved("csr-own"));
    await harness.request("csr-second", "client");
    await eventually(() => harness.warnings.length > 0);
    await completes(joined);
    expect(harness.approved("csr-second")).toBe(false);
    expect(harness.warnings[0]).toMatch(
      /csr-second stays pending \(one-key\): csr-second has another key than csr-own/,
    );
  });

  test("THEN a second key stays pending even when the first request is gone (kubernetes, cleaner.go: after an hour)", async () => {
    await harness.request("csr-own", "client");
    const failing = failureOf(harness.join(withShortTimeout("servingCsr")));
    await eventually(() => harness.approved("csr-own"));
    harness.api.remove("csrs", "csr-own");
    await harness.request("csr-second", "client");
    expect(await failing).toMatch(/csr-second .*refused \(one-key\): csr-second has another key than csr-own/);
    expect(harness.approved("csr-second")).toBe(false);
  });

  test("THEN two keys stay pending, are reported once with both names, and are in the error", async () => {
    await harness.request("csr-a", "client");
    await harness.request("csr-b", "client");
    const message = await failureOf(harness.join(withShortTimeout("boot")));
    expect([harness.approved("csr-a"), harness.approved("csr-b")]).toEqual([false, false]);
    expect(harness.warnings).toHaveLength(2);
    expect(harness.warnings[0]).toMatch(/csr-a stays pending \(one-key\): csr-a, csr-b/);
    expect(message).toMatch(/csr-b .*refused \(one-key\)/);
    expect(message).toMatch(
      /Next:\n.*oc describe csr csr-a csr-b; delete those that belong to no node: oc delete csr csr-a csr-b/,
    );
  });

  test("THEN the same key twice is no error", async () => {
    const keys = await generateKeys();
    await harness.request("csr-a", "client", { keys });
    await harness.request("csr-b", "client", { keys });
    expect(await failureOf(harness.join(withShortTimeout("servingCsr")))).toMatch(/phase "registration"/);
    expect(harness.warnings).toEqual([]);
  });

  test("THEN an impostor's stays pending and does not hinder the worker's own", async () => {
    await harness.request("csr-x", "client", { username: "mallory" });
    await harness.request("csr-a", "client");
    await failureOf(harness.join(withShortTimeout("servingCsr")));
    expect([harness.approved("csr-x"), harness.approved("csr-a")]).toEqual([false, true]);
    expect(harness.warnings).toEqual([expect.stringMatching(/csr-x stays pending \(user\): requested by mallory/)]);
  });

  test("THEN one that is about two workers is reported once, and one about an unknown worker not at all", async () => {
    const [nodeName, ips] = ["lab-worker-0", ["10.0.0.11"]];
    await harness.request("csr-both", "serving", { username: "system:node:rogue", nodeName, ips });
    await harness.request("csr-nobody", "client", { nodeName: "lab-worker-7", username: "mallory" });
    await Promise.all([
      failureOf(harness.join(withShortTimeout("boot"))),
      failureOf(harness.join({ ...withShortTimeout("boot"), ...second })),
    ]);
    expect(harness.warnings).toEqual([expect.stringMatching(/csr-both stays pending \(user\)/)]);
  });

  test("THEN an approval that the API server did not take is tried again, as long as it takes", async () => {
    await harness.request("csr-client", "client");
    let refused = 0;
    harness.api.onRequest = (request) =>
      request.startsWith("PUT") && refused++ < 3 ? failure(503, "starting") : undefined;
    const joined = harness.join();
    await eventually(() => harness.approved("csr-client"));
    await completes(joined);
    expect(refused).toBeGreaterThan(3);
  });
});

describe("GIVEN two workers that join with each other's names (they cannot be distinguished before they register)", () => {
  test("WHEN the Nodes register with the other's address THEN both joins are refused, and no serving request is approved", async () => {
    const joins = Promise.all([failureOf(harness.join()), failureOf(harness.join(second))]);
    await harness.request("csr-0", "client");
    await harness.request("csr-1", "client", { nodeName: second.nodeName });
    await eventually(() => harness.approved("csr-0") && harness.approved("csr-1"));
    await harness.request("csr-2", "serving", { ips: ["10.0.0.11"] });
    await harness.request("csr-3", "serving", { nodeName: second.nodeName, ips: ["10.0.0.10"] });
    harness.node({ ips: ["10.0.0.11"], serverId: null });
    harness.node({ metadata: { name: second.nodeName }, ips: ["10.0.0.10"], serverId: null });
    const [first, other] = await joins;
    expect(first).toMatch(/lab-worker-0: .*InternalIP 10\.0\.0\.11 is none of the fixed IPs .*10\.0\.0\.10/);
    expect(other).toMatch(/lab-worker-1: .*InternalIP 10\.0\.0\.10 is none of the fixed IPs .*10\.0\.0\.11/);
    expect([harness.approved("csr-2"), harness.approved("csr-3")]).toEqual([false, false]);
  });

  test("WHEN each node asks in the other's name from its own address THEN none is approved, and each is reported once", async () => {
    harness.node();
    harness.node({ metadata: { name: second.nodeName }, ips: ["10.0.0.11"], serverId: otherServer });
    await harness.request("csr-0", "serving", { username: "system:node:lab-worker-0", nodeName: second.nodeName });
    await harness.request("csr-1", "serving", { username: "system:node:lab-worker-1", ips: ["10.0.0.11"] });
    await Promise.all([
      failureOf(harness.join(withShortTimeout("servingCsr"))),
      failureOf(harness.join({ ...withShortTimeout("servingCsr"), ...second })),
    ]);
    expect([harness.approved("csr-0"), harness.approved("csr-1")]).toEqual([false, false]);
    for (const name of ["csr-0", "csr-1"]) expect(harness.warnings.join("\n")).toContain(`${name} stays pending`);
    expect(new Set(harness.warnings).size).toBe(harness.warnings.length);
  });
});

describe("GIVEN more pending requests than the cluster could need (cluster-machine-approver, reconcileLimits)", () => {
  const { signer: signerName, username, groups, usages } = clientCsr();
  const names = Array.from({ length: 110 }, (_, i) => `csr-flood-${i}`);
  const flood = () => {
    for (const name of names) {
      harness.api.put("csrs", {
        metadata: { name },
        spec: { request: "eA==", signerName, username, groups, usages },
      } as never);
    }
  };

  test("WHEN workers join THEN nothing is approved, it is reported once, and the joins continue when it is over", async () => {
    flood();
    await harness.request("csr-client", "client");
    await harness.request("csr-other", "client", { nodeName: second.nodeName });
    const other = failureOf(harness.join({ ...withShortTimeout("boot"), ...second }));
    const joined = harness.join();
    const message = await other;
    expect(message).toMatch(
      /csr-other .*refused \(flood\): 112 node requests of the last hour are pending, more than the limit of 102/,
    );
    expect(message).toMatch(/Next:\n.*oc get csr: find out who files so many/);
    expect([harness.approved("csr-client"), harness.approved("csr-other")]).toEqual([false, false]);
    expect(harness.warnings).toHaveLength(1);
    const held = /boot: .*waiting for .* \(112 node requests .* nothing is approved/;
    await eventually(() => harness.infos.some((it) => held.test(it)));
    for (const name of names) harness.api.remove("csrs", name);
    await eventually(() => harness.approved("csr-client"));
    await completes(joined);
  });

  test("WHEN the config asks for as many workers THEN it is no flood", async () => {
    harness.connect({ expectedWorkers: 20 });
    flood();
    await harness.request("csr-client", "client");
    const joined = harness.join();
    await eventually(() => harness.approved("csr-client"));
    await completes(joined);
  });
});

describe("GIVEN a worker whose certificate expired: its Node exists, its kubelet does not report and requests a new one", () => {
  const unreachable = (lastHeartbeatTime: string) => {
    const marks = { [annotations.owner]: owner, [annotations.serverId]: worker.serverId };
    harness.node({
      ready: "Unknown",
      lastHeartbeatTime,
      metadata: { creationTimestamp: ago(86_400), annotations: marks },
    });
  };
  const isReady = () => harness.node({ metadata: { creationTimestamp: ago(86_400) } });
  const inputs = { ...joinInputs, serverCreated: ago(90_000) };
  let keys: Keys;
  let clientKey: string;
  beforeEach(async () => {
    keys = await generateKeys();
    clientKey = await keyOfPair(keys);
  });

  test("WHEN it joins again with its key THEN its request is approved, and it is Ready with its former serving certificate", async () => {
    unreachable(ago(60));
    await harness.request("csr-again", "client", { keys });
    const joined = harness.join(inputs, undefined, { clientKey });
    await eventually(() => harness.approved("csr-again"));
    isReady();
    expect((await joined).state).toBe("Ready");
    expect(harness.warnings).toEqual([]);
  });

  test("WHEN a preview looks for drift THEN its request is one, until it is approved", async () => {
    unreachable(ago(60));
    const resource = openShiftNode(() => Promise.resolve(harness.cluster));
    const state = asProperties(inputs, { owner, state: "Ready", clientKey });
    const drift = () => resource.drift(harness.operation(), { id: worker.nodeName, inputs: state, state }, state);
    expect(await drift()).toEqual([]);
    await harness.request("csr-again", "client", { keys });
    await eventually(() => harness.cluster.csrs.size === 1);
    expect(await drift()).toEqual([
      { path: "state", what: expect.stringMatching(/certificate, which expired.*csr-again/) },
    ]);
  });

  test("WHEN it reported after it asked THEN its request stays pending", async () => {
    unreachable(ago(5));
    await harness.request("csr-again", "client", { keys, created: ago(60) });
    const joined = harness.join({ ...inputs, ...withShortTimeout("ready") }, undefined, { clientKey });
    expect(await failureOf(joined)).toMatch(/csr-again .*refused \(node-absent\).*still reported/);
    expect(harness.approved("csr-again")).toBe(false);
  });

  test("WHEN it asks with another key THEN that stays pending, and is reported once with how to see whose it is and what to type", async () => {
    unreachable(ago(60));
    await harness.request("csr-other", "client");
    const message = await failureOf(
      harness.join({ ...inputs, ...withShortTimeout("ready") }, undefined, { clientKey }),
    );
    expect(harness.approved("csr-other")).toBe(false);
    expect(harness.warnings).toEqual([
      expect.stringMatching(/csr-other stays pending \(one-key\).*SHA256:[0-9a-f]{64} instead of SHA256:.*sha256sum/),
    ]);
    expect(message).toMatch(/Next:\n(.*\n)*.*request csr-other: .*set pools\[0\]\.readmit: \[lab-worker-0\]/);
  });

  test("WHEN the user admits another key THEN one is approved, and no third one", async () => {
    unreachable(ago(60));
    await harness.request("csr-other", "client");
    const joined = harness.join(inputs, undefined, { clientKey, readmit: true });
    await eventually(() => harness.approved("csr-other"));
    await harness.request("csr-third", "client");
    await eventually(() => harness.warnings.length > 0);
    isReady();
    expect((await joined).state).toBe("Ready");
    expect(harness.approved("csr-third")).toBe(false);
    expect(harness.warnings[0]).toMatch(/csr-third has another key than csr-other, which is/);
  });

  test("WHEN the user admits another key of a Node that is Ready still THEN the join waits for its silence", async () => {
    isReady();
    await harness.request("csr-other", "client");
    const joined = harness.join(inputs, undefined, { clientKey, readmit: true });
    const waits = /ready: .*waiting for the kubelet that reports to end, before request csr-other is admitted/;
    await eventually(() => harness.infos.some((it) => waits.test(it)));
    expect(harness.approved("csr-other")).toBe(false);
    unreachable(ago(-1));
    await harness.request("csr-newer", "client", { created: ago(-2) });
    harness.api.remove("csrs", "csr-other");
    await eventually(() => harness.approved("csr-newer"));
    isReady();
    expect((await joined).state).toBe("Ready");
  });

  test("WHEN the user admits another key and nobody asks THEN a Node that is Ready is left as it is", async () => {
    isReady();
    expect((await harness.join(inputs, undefined, { clientKey, readmit: true })).state).toBe("Ready");
  });
});
